"""fav list|add|remove and library: what somebody keeps, and what a board's moderators keep."""

from __future__ import annotations

from typing import Any

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, argument, option
from bbs.errors import Invalid, NotFound
from bbs.forum.access import Verb
from bbs.forum.boards.library_tree import Item
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Thread
from bbs.forum.reading.favourites import Favourite, Kind
from bbs.forum.reading.following import Heeded
from bbs.text.when import stamp


async def fav_list(call: Call) -> Answer:
    """One's favourites in their order, what a folder holds after it."""
    found = await call.forum.favourites.all(call.actor)
    cells = [[_name(call, one), str(one.unread or ""), one.route] for one in found]
    titles = [call.tr(f"column.{name}") for name in ("name", "new", "route")]
    items = [_favourite(call, one) for one in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("fav.none"))])


def _name(call: Call, one: Favourite) -> str:
    indent = "  " if one.parent is not None else ""
    if one.kind is Kind.FOLDER:
        return f"{one.name}/"
    if one.board is not None:
        return indent + shapes.named(call.tr, one.board.zh, one.board.en)
    return indent + (one.thread.title if one.thread is not None else call.tr("fav.gone"))


def _favourite(call: Call, one: Favourite) -> dict[str, Any]:
    name = _name(call, one).strip() if one.kind is not Kind.FOLDER else one.name
    return {
        "id": one.id,
        "kind": one.kind.value,
        "name": name,
        "folder": one.parent,
        "unread": one.unread,
        "route": one.route or None,
    }


async def fav_add(call: Call) -> Answer:
    """Keep a board or thread, in a folder if one is named."""
    target = await _target(call)
    folder = call.text("folder")
    number = None
    if folder:
        folders = await call.forum.favourites.list(call.actor)
        number = next((one.id for one in folders if one.kind is Kind.FOLDER and one.name == folder), None)
        if number is None:
            raise NotFound("favourite.not_found", favourite=folder[:80])
    made = await call.forum.favourites.add(call.actor, target, number)
    words = call.tr("fav.command_added", route=target.route)
    return Answer({"favourite": {"id": made, "route": target.route}}, [words])


async def fav_remove(call: Call) -> Answer:
    """Keep a board or thread no longer."""
    target = await _target(call)
    gone = await call.forum.favourites.drop(call.actor, target)
    words = call.tr("fav.command_removed" if gone else "fav.was_none", route=target.route)
    return Answer({"removed": gone}, [words])


async def _target(call: Call) -> Board | Thread:
    """The board or thread that is meant: `/b/life`, `life`, `/t/12` or `12`."""
    given = call.text("target")
    words = given.strip("/")
    kind, _, name = words.partition("/") if "/" in words else ("t" if words.isdecimal() else "b", "", words)
    if kind == "t" and name.isascii() and name.isdecimal() and len(name) <= 10:
        return (await call.forum.threads.get(call.actor, int(name)))[1]
    if kind == "b" and name:
        return await call.forum.boards.get(call.actor, name)
    raise Invalid("favourite.target", target=given[:80])


async def following(call: Call) -> Answer:
    """What one follows and mutes."""
    found = await call.forum.following.list(call.actor)
    now = call.forum.clock.now()
    items = [
        {
            "kind": one.subject.value,
            "level": one.level.value,
            "name": _heeded(call, one),
            "since": one.since,
            "route": one.route,
        }
        for one in found
    ]
    cells = [
        [
            call.tr(f"following.{one.level}"),
            call.tr(f"following.kind.{one.subject}"),
            call.tr("following.gone") if one.gone else _heeded(call, one),
            stamp(one.since, call.zone, now, call.tr),
            one.route,
        ]
        for one in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("level", "kind", "name", "since", "route")]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("following.empty"))])


def _heeded(call: Call, one: Heeded) -> str:
    return (one.zh or one.en) if call.tr.lang.startswith("zh") else (one.en or one.zh)


async def library(call: Call) -> Answer:
    """A folder of a board's library, or one of its texts."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    path = call.text("path").strip("/")
    item = await call.forum.library.get(call.actor, board, path) if path else None
    if item is not None and not item.folder:
        return Answer({"item": _item(item, body=True)}, [item.title, item.route, "", *_indented(item.body or "")])
    found = await call.forum.library.list(call.actor, board, path)
    cells = [[one.title + ("/" if one.folder else ""), one.route] for one in found]
    titles = [call.tr(f"column.{name}") for name in ("title", "route")]
    document = {"items": [_item(one) for one in found], "next": None}
    return Answer(document, [Rows(titles, cells, call.tr("library.empty"))])


def _indented(body: str) -> list[str]:
    # Bodies are indented, as those of posts are: no text of a member can pass for an officer's head line.
    return [f"  {line}" for line in body.split("\n")]


def _item(item: Item, *, body: bool = False) -> dict[str, Any]:
    source = item.source
    document = {
        "path": item.path,
        "title": item.title,
        "folder": item.folder,
        "changed_at": item.changed_at,
        "changed_by": item.changed_by,
        "source": None if source is None else {"route": source.route, "author": source.author},
        "route": item.route,
    }
    return document | ({"body": item.body} if body else {})


COMMANDS = (
    Command(("fav", "list"), fav_list, verb=Verb.ACCOUNT_KEEP),
    Command(("fav", "add"), fav_add, (argument("target"), option("folder")), verb=Verb.ACCOUNT_KEEP),
    Command(("fav", "remove"), fav_remove, (argument("target"),), verb=Verb.ACCOUNT_KEEP),
    Command(("following",), following, verb=Verb.ACCOUNT_KEEP),
    Command(("library",), library, (argument("board", values="boards"), argument("path", required=False))),
)
