"""Search, and going to an address, a number, or a board by its name."""

from __future__ import annotations

import re
from typing import Final

from bbs.errors import Invalid
from bbs.forum.search import asking
from bbs.forum.search.search import Hit, HitKind
from bbs.plain.phrases import thread_phrase
from bbs.plain.places import board_meant, more_there
from bbs.plain.visit import Visit

PAGE: Final = 10
ROUNDS: Final = 10
"""Pages looked through for a first hit."""
_BY: Final = frozenset({"by", "作者"})
_UNREAD: Final = frozenset({"unread", "未读"})
_MARKS: Final = {"kept": "kept", "保留": "kept", "digest": "digest", "文摘": "digest"}
_THREAD: Final = re.compile(r"#?([1-9][0-9]{0,8})(?:#([1-9][0-9]{0,8}))?")


async def search(visit: Visit, line: str) -> None:
    """`/search?q=`: what a search line finds, newest first."""
    line = line.strip()
    if not line:
        line = (await visit.paper.ask(visit.tr("plain.ask_search")) or "").strip()
    asked = asking.parse(line, visit.zone)
    visit.arrive(f"/search?q={line}", visit.tr("plain.search_title", query=asked.text))
    await visit.say("plain.search_head", query=asked.text)

    known = await visit.forum.boards.readable(visit.actor)
    names = {board.slug: visit.board_name(board) for board in known.values()}

    async def page(after: str | None) -> None:
        tr = visit.tr
        for _ in range(ROUNDS):
            found = await visit.forum.search.find(visit.actor, asked, lang=tr.lang, after=after, limit=PAGE)
            after = found.after
            if found.items or after is None:
                break
        visit.here.more = (lambda: page(after)) if after is not None else None
        for hit in found.items:
            await visit.say("plain.numbered", number=visit.number(hit.route), line=_phrase(visit, hit, names))
        if after is not None and found.back_to is not None and not found.items:
            await visit.say("search.none_yet", date=f"{found.back_to.astimezone(visit.zone):%Y-%m-%d}")
        elif not visit.here.numbers:
            await visit.say("search.none")
        await more_there(visit)

    await page(None)


def _phrase(visit: Visit, hit: Hit, names: dict[str, str]) -> str:
    tr = visit.tr
    if hit.kind is HitKind.POST:
        what = tr("plain.hit_post", thread=hit.thread or 0, floor=hit.floor or 0)
    elif hit.kind is HitKind.THREAD:
        what = tr("plain.thread", thread=hit.thread or 0)
    elif hit.kind is HitKind.BULLETIN:
        what = tr("plain.bulletin", id=hit.id)
    else:
        what = tr("plain.library", board=names.get(hit.place, hit.place))
    parts = [what, tr("plain.by", author=hit.author) if hit.author else "", visit.when(hit.created_at)]
    line = tr("plain.titled", head=visit.joined(parts), title=hit.title.text)
    said = hit.snippet.text
    return f"{line}{tr('plain.dash')}{said}" if said and said != hit.title.text else line


async def narrow(visit: Visit, rest: str) -> None:
    """`filter unread`, `filter by plum lift`: the threads of the board one is in, by marks, author and title."""
    board = visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    author, title, marked, unread = "", [], "", False
    queue = rest.split()
    while queue:
        word = queue.pop(0)
        if word.casefold() in _BY and queue:
            author = queue.pop(0)
        elif word.casefold() in _MARKS:
            marked = _MARKS[word.casefold()]
        elif word.casefold() in _UNREAD:
            unread = True
        else:
            title.append(word)
    if not rest.strip():
        raise Invalid("plain.filter_what")
    visit.arrive(board.route, visit.board_name(board), board=board)
    words = " ".join(title)

    async def page(after: str | None) -> None:
        rows = await visit.forum.threads.list(
            visit.actor, board, after=after, limit=PAGE * 2, title=words, author=author, unread=unread, marked=marked
        )
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            await visit.say("plain.numbered", number=visit.number(one.route), line=thread_phrase(visit, one))
        if not rows.items:
            await visit.say("plain.nothing_passes")
        await more_there(visit)

    await page(None)


async def go(visit: Visit, rest: str) -> None:
    """`go ADDRESS`: an address, the number of a thread, or a board by name, slug or pinyin initials."""
    typed = rest.strip()
    if not typed:
        raise Invalid("plain.go_where")
    if typed.startswith("/"):
        await visit.go(typed)
        return
    thread = _THREAD.fullmatch(typed)
    if thread is not None:
        await visit.go(f"/t/{thread[1]}" + (f"#{thread[2]}" if thread[2] else ""))
        return
    await visit.go((await board_meant(visit, typed)).route)
