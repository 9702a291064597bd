"""Finding by command: the search, and what is unread."""

from __future__ import annotations

from typing import Any, Final

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, option
from bbs.forum.access import Verb
from bbs.forum.reading.unread import UNREAD_MOST
from bbs.forum.search import asking
from bbs.forum.search.search import Hit
from bbs.text.when import stamp

PAGE: Final = 20
PAGE_MOST: Final = 100
ROUNDS: Final = 10
"""Pages looked through for a first hit."""


def hit(found: Hit) -> dict[str, Any]:
    """A hit as scripts get it; `board` is a column's slug for bulletins."""
    return {
        "kind": found.kind.value,
        "id": found.id,
        "thread": found.thread,
        "floor": found.floor,
        "board": found.place,
        "title": found.title.text,
        "author": found.author,
        "created_at": found.created_at,
        "snippet": found.snippet.text,
        "route": found.route,
    }


async def search(call: Call) -> Answer:
    """A page of what a search line finds, newest first."""
    asked = asking.parse(" ".join(call.words("query")), call.zone)
    limit = min(call.number("limit", PAGE), PAGE_MOST)
    after = call.text("after") or None
    for _ in range(ROUNDS):
        found = await call.forum.search.find(call.actor, asked, lang=call.tr.lang, after=after, limit=limit)
        after = found.after
        if found.items or after is None:
            break
    now = call.forum.clock.now()
    cells = [
        [one.route, stamp(one.created_at, call.zone, now, call.tr), one.author, one.title.text, one.snippet.text[:80]]
        for one in found.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("route", "published", "author", "title", "snippet")]
    none = call.tr("search.none")
    if after and found.back_to is not None:
        none = call.tr("search.none_yet", date=f"{found.back_to.astimezone(call.zone):%Y-%m-%d}")
    parts: list[str | Rows] = [Rows(titles, cells, none)]
    if after:
        parts.append(call.tr("command.more", option=f"--after {after}"))
    return Answer({"items": [hit(one) for one in found.items], "next": after}, parts)


async def new(call: Call) -> Answer:
    """What is unread over all boards, in the order it is read."""
    limit = min(call.number("limit", UNREAD_MOST), UNREAD_MOST)
    found = await call.forum.unread.threads(call.actor, limit)
    now = call.forum.clock.now()
    cells = [
        [str(one.id), one.board, stamp(one.last_at, call.zone, now, call.tr), one.author, one.title] for one in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "board", "last", "author", "title")]
    document = {"items": [shapes.thread(one) for one in found], "next": None}
    return Answer(document, [Rows(titles, cells, call.tr("new.none"))])


COMMANDS = (
    Command(
        ("search",),
        search,
        (argument("query", many=True), option("after"), option("limit", Kind.NUMBER)),
        verb=Verb.SEARCH,
    ),
    Command(("new",), new, (option("limit", Kind.NUMBER),)),
)
