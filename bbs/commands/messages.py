"""Short messages over the command line: sending one, and reading what came."""

from __future__ import annotations

from typing import Any

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, option
from bbs.forum.access import Verb
from bbs.forum.people.pager import Page
from bbs.text.when import stamp

LIMIT = 50
"""Messages of a page when `--limit` does not say otherwise."""
LIMIT_MOST = 100


def _document(found: Page) -> dict[str, Any]:
    return {
        "id": found.id,
        "other": found.other,
        "officer": found.officer,
        "sent": found.sent,
        "text": found.words,
        "created_at": found.created_at,
        "shown": found.shown,
    }


async def page(call: Call) -> Answer:
    """Send a short message to somebody who is here."""
    sent = await call.forum.pager.send(call.actor, call.text("name"), call.text("text"))
    return Answer({"page": _document(sent)}, [call.tr("pager.sent", name=sent.other)])


async def pages(call: Call) -> Answer:
    """One's short messages, newest first; what is printed has been seen."""
    limit = min(call.number("limit", LIMIT), LIMIT_MOST)
    found = await call.forum.pager.list(call.actor, after=call.text("after") or None, limit=limit)
    await call.forum.pager.shown(call.actor, [one.id for one in found.items if not one.shown])
    now = call.forum.clock.now()
    cells = [
        [
            "" if one.shown else "+",
            stamp(one.created_at, call.zone, now, call.tr),
            call.tr("pager.to", name=_name(call, one)) if one.sent else _name(call, one),
            one.words,
        ]
        for one in found.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("mark", "at", "with", "text")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("pager.empty_list"))]
    if found.after:
        parts.append(call.tr("command.more", option=f"--after {found.after}"))
    return Answer({"items": [_document(one) for one in found.items], "next": found.after}, parts)


def _name(call: Call, found: Page) -> str:
    return f"[{call.tr('official.mark')}] {found.other}" if found.officer else found.other


COMMANDS = (
    Command(("page",), page, (argument("name"), option("text", required=True)), verb=Verb.PAGE_SEND),
    Command(("pages",), pages, (option("limit", Kind.NUMBER), option("after")), verb=Verb.PAGE_READ),
)
