"""export-me: all that is one's own, to take along; go: what only a terminal can do."""

from __future__ import annotations

from typing import Any

from bbs.commands import drafts, keeping, letters, member
from bbs.commands.answer import Answer
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.people.belongings import Written
from bbs.text.when import stamp


async def export_me(call: Call) -> Answer:
    """One's posts, newest first, a page at a time; before the first page all else that is kept of one."""
    after = call.text("after") or None
    page = await call.forum.belongings.posts(call.actor, after=after, limit=member.limit(call))
    kept = await _kept(call) if after is None else None
    document = {"me": kept, "items": [_post(one) for one in page.items], "next": page.after}
    parts = [line for one in page.items for line in _told(call, one)] or [call.tr("export.none")]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    if kept is not None:
        parts.append(call.tr("export.json"))
    return Answer(document, parts)


async def _kept(call: Call) -> dict[str, Any]:
    """What is kept of somebody beside their posts."""
    forum, actor = call.forum, call.actor
    own = await forum.persons.own(actor)
    found = {
        "whoami": member.whoami,
        "keys": member.key_list,
        "favourites": keeping.fav_list,
        "following": keeping.following,
    }
    lists = {name: (await command(call)).document for name, command in found.items()}
    return {
        "name": actor.name,
        "account": lists.pop("whoami"),
        "preferences": dict(actor.preferences),
        "card": {"signature": own.signature, "plan": own.plan, "avatar": own.avatar},
        **{name: shown["items"] for name, shown in lists.items()},
        "blocked": await forum.blocks.list(actor),
        "drafts": [{**drafts.shape(one), "body": one.body} for one in await forum.drafts.list(actor)],
        "letters": [letters.letter(call, one) for one in await forum.belongings.letters(actor)],
    }


def _post(found: Written) -> dict[str, Any]:
    return {
        "id": found.id,
        "thread": found.thread,
        "floor": found.floor,
        "board": found.board,
        "title": found.title or None,
        "body": found.body,
        "created_at": found.created_at,
        "edited_at": found.edited_at,
        "hidden": found.hidden,
        "withdrawn": found.withdrawn,
        "route": found.route,
    }


def _told(call: Call, found: Written) -> list[str]:
    when = stamp(found.created_at, call.zone, call.forum.clock.now(), call.tr)
    head = "  ".join(part for part in (found.route, found.board, when, found.title) if part)
    return [head, *(f"  {line}" for line in found.body.split("\n")), ""]


async def go(call: Call) -> Answer:
    """A screen needs a visit, which `ssh HOST go ROUTE` begins; raises Invalid(`command.go.where`)."""
    raise Invalid("command.go.where", route=call.text("route") or "/")


COMMANDS = (
    Command(("export-me",), export_me, (option("after"), option("limit", Kind.NUMBER)), verb=Verb.ACCOUNT_SELF),
    Command(("go",), go, (argument("route", required=False),)),
)
