"""Favourites, and the libraries of boards."""

from __future__ import annotations

from bbs.forum.reading.favourites import Favourite, Kind
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit


async def favourites(visit: Visit, folder: int | None = None) -> None:
    """`/fav`: boards and threads kept at hand, in their order; folders are places of their own."""
    visit.member()
    found = await visit.forum.favourites.list(visit.actor, folder)
    visit.arrive("/fav" if folder is None else f"/fav/{folder}", visit.tr("plain.favourites"))
    if found:
        await visit.paper.say(visit.tr.plural("plain.favourites_head", len(found)))
    for one in found:
        if not one.route:
            await visit.say(
                "plain.numbered", number=visit.number(visit.here.route), line=visit.tr("plain.favourite_gone")
            )
            continue
        await visit.say("plain.numbered", number=visit.number(one.route), line=_phrase(visit, one))
    if not found:
        await visit.say("plain.no_favourites")


def _phrase(visit: Visit, one: Favourite) -> str:
    tr = visit.tr
    if one.kind is Kind.FOLDER:
        head = tr("plain.folder", name=one.name)
    elif one.board is not None:
        head = tr("plain.board", name=visit.board_name(one.board))
    elif one.thread is not None:
        head = tr("plain.titled", head=tr("plain.thread", thread=one.thread.id), title=one.thread.title)
    else:
        head = tr("plain.favourite_gone")
    return visit.joined([head, tr("plain.new", n=one.unread) if one.unread else tr("plain.nothing_new")])


async def library(visit: Visit, slug: str, path: str) -> None:
    """`/b/SLUG/library/PATH`: a folder of a library, or one of its texts."""
    tr = visit.tr
    board = await visit.forum.boards.get(visit.actor, slug)
    item = await visit.forum.library.get(visit.actor, board, path) if path else None
    name = item.title if item is not None else tr("plain.library", board=visit.board_name(board))
    visit.arrive(f"{board.route}/library" + (f"/{path}" if path else ""), name, board=board)
    if item is not None and not item.folder:
        await visit.say("plain.library_text", title=item.title, board=visit.board_name(board))
        await visit.paper.say_all(text_lines(visit, item.body or ""))
        if item.source is not None:
            words = tr("plain.library_source", author=item.source.author)
            await visit.say("plain.numbered", number=visit.number(item.source.route), line=words)
        return
    found = await visit.forum.library.list(visit.actor, board, path)
    await visit.paper.say(tr.plural("plain.library_head", len(found), name=name))
    for one in found:
        line = tr("plain.folder", name=one.title) if one.folder else one.title
        await visit.say("plain.numbered", number=visit.number(one.route), line=line)
    if not found:
        await visit.say("plain.library_empty")
