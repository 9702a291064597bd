"""What somebody has begun to write and not sent: listing, reading and dropping it."""

from __future__ import annotations

from typing import Any

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, argument
from bbs.forum.access import Verb
from bbs.forum.writing.drafts import Draft
from bbs.text.markdown import plain
from bbs.text.when import full

BEGINNING = 40
"""Characters of a draft without a title that stand for it in the list."""


def shape(draft: Draft) -> dict[str, Any]:
    """A draft as a document, without its text."""
    return {
        "id": draft.id,
        "name": draft.name,
        "route": draft.route,
        "title": draft.title,
        "length": len(draft.body),
        "poll": None if draft.poll is None else {"question": draft.poll.question, "options": list(draft.poll.options)},
        "saved_at": draft.saved_at,
    }


async def drafts(call: Call) -> Answer:
    """One's drafts, newest first."""
    found = await call.forum.drafts.list(call.actor)
    cells = [
        [
            draft.id,
            draft.name,
            draft.title or plain(draft.body, BEGINNING),
            draft.route,
            full(draft.saved_at, call.zone),
        ]
        for draft in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "name", "title")]
    titles += [call.tr("drafts.where"), call.tr("drafts.age")]
    rows = Rows(titles, cells, call.tr("drafts.none"))
    return Answer({"items": [shape(draft) for draft in found], "next": None}, [rows])


async def show(call: Call) -> Answer:
    """One draft with its text."""
    draft = await call.forum.drafts.find(call.actor, call.text("id"))
    head = "  ".join(part for part in (draft.name, draft.title, draft.route) if part)
    parts: list[str | Rows] = [head, "", draft.body]
    if draft.poll is not None:
        options = [f"- {option}" for option in draft.poll.options]
        parts += ["", call.tr("poll.with", question=draft.poll.question), *options]
    return Answer({"draft": {**shape(draft), "body": draft.body}}, parts)


async def drop(call: Call) -> Answer:
    """Drop a draft."""
    draft = await call.forum.drafts.find(call.actor, call.text("id"))
    dropped = await call.agreed(call.tr("drafts.sure", what=draft.name or draft.title or draft.route))
    if dropped:
        await call.forum.drafts.drop(call.actor, draft.id)
    return Answer({"dropped": dropped}, [call.tr("drafts.dropped_now" if dropped else "drafts.left")])


COMMANDS = (
    Command(("draft", "list"), drafts, verb=Verb.ACCOUNT_SELF),
    Command(("draft", "show"), show, (argument("id"),), verb=Verb.ACCOUNT_SELF),
    Command(("draft", "drop"), drop, (argument("id"),), verb=Verb.ACCOUNT_SELF),
)
