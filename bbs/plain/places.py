"""Home, boards, the threads of a board, and all that is unread: lists whose numbers lead on."""

from __future__ import annotations

from typing import Final

from bbs.errors import NotFound
from bbs.forum.access import Verb, Who, allowed, standing
from bbs.forum.actor import Duty
from bbs.forum.arrivals import Most
from bbs.forum.boards import boardnames
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Thread
from bbs.plain.phrases import text_lines, thread_phrase
from bbs.plain.visit import HOME, LEADER, Visit

PAGE: Final = 20
"""Rows of a list before `more` is wanted."""
_MOST: Final = Most(must_reads=5, threads=0, official=20)


async def home(visit: Visit) -> None:
    """`/`: what is new, in numbered lines, each the way to it."""
    forum, actor, tr = visit.forum, visit.actor, visit.tr
    site = forum.community.site
    visit.arrive(HOME, tr("plain.home"))
    found = await forum.arrivals.look(actor, _MOST, lang=tr.lang)
    people, officers = forum.presence.counts()
    here = visit.joined([tr.plural("home.here", people), tr.plural("home.officers", officers)])
    await visit.say("plain.home_head", site=visit.named(site.zh, site.en), name=actor.name, here=here)
    entries: list[tuple[str, str, dict[str, int]]] = [
        ("/news", "plain.menu_news", {"n": found.bulletins, "must": found.must_read}),
        ("/b", "plain.menu_boards", {"n": found.threads, "boards": found.boards}),
        ("/officers", "plain.menu_officers", {"n": found.official}),
    ]
    if not actor.is_guest:
        entries += [
            ("/new", "plain.menu_unread", {"n": found.threads}),
            ("/fav", "plain.menu_favourites", {"n": found.favourites}),
            ("/inbox", "plain.menu_inbox", {"n": await forum.inbox.unread(actor)}),
            ("/mail", "plain.menu_mail", {"n": await forum.mail.unread(actor)}),
        ]
        entries.append(("/live", "plain.menu_live", {}))
    entries.append(("/cases", "plain.menu_cases", {}))
    if actor.appointments:
        waiting = await forum.cases.waiting(actor)
        entries.append(("/desk", "plain.menu_desk", {"n": waiting.count, "overdue": waiting.overdue}))
    if Who.LEADER in standing(actor, None):
        entries.append((LEADER, "plain.menu_leader", {}))
    if allowed(actor, Verb.WHO_READ):
        entries.append(("/who", "plain.menu_who", {}))
    if not actor.is_guest:
        entries.append(("/me", "plain.menu_settings", {}))
    for route, msgid, counts in entries:
        words = tr.plural(msgid, **counts) if any(counts.values()) else tr(f"{msgid}_none")
        await visit.say("plain.numbered", number=visit.number(route), line=words)
    for must in found.must_reads:
        line = tr("plain.must_read", title=must.title)
        await visit.say("plain.numbered", number=visit.number(must.route), line=line)
    if found.draft is not None:
        await visit.say("plain.unfinished", when=visit.when(found.draft.saved_at))
    await visit.say("plain.home_foot")


async def boards(visit: Visit) -> None:
    """`/b`: the boards by section."""
    visit.arrive("/b", visit.tr("plain.boards"))
    sections = await visit.forum.boards.sections(visit.actor)
    await visit.paper.say(visit.tr.plural("plain.boards_head", sum(len(rows) for _, rows in sections)))
    for section, rows in sections:
        await visit.say("plain.section", name=visit.named(section.zh, section.en))
        for row in rows:
            new = visit.tr.plural("plain.new_threads", row.unread) if row.unread else visit.tr("plain.nothing_new")
            parts = [visit.board_name(row.board), new, visit.tr.plural("plain.threads", row.board.threads)]
            line = visit.joined(parts)
            await visit.say("plain.numbered", number=visit.number(row.board.route), line=line)


async def board_meant(visit: Visit, typed: str) -> Board:
    """The board of a name, slug or its pinyin initials; NotFound(`board.not_found`)."""
    known = await visit.forum.boards.readable(visit.actor)
    found = boardnames.meant([one for one in known.values() if not one.archived], typed)
    if found is None:
        raise NotFound("board.not_found", board=typed[:60])
    return found


async def board(visit: Visit, slug: str) -> None:
    """`/b/SLUG`: the threads of a board, pinned ones first, then by newest activity."""
    found = await visit.forum.boards.get(visit.actor, slug)
    visit.arrive(found.route, visit.board_name(found), board=found)
    about = visit.named(found.about_zh, found.about_en)
    await visit.say("plain.board_head", board=visit.board_name(found), threads=found.threads, about=about)
    pinned = await visit.forum.threads.pinned(visit.actor, found)
    await _threads(visit, pinned)
    await _board_page(visit, found, None, empty=not pinned)


async def notice(visit: Visit, slug: str) -> None:
    """`/b/SLUG/notice`: what a board is for, its rules, who answers here, who may write."""
    found, tr = await visit.forum.boards.get(visit.actor, slug), visit.tr
    visit.arrive(f"{found.route}/notice", visit.board_name(found), board=found)
    await visit.say("notice.title", board=visit.board_name(found))
    page = visit.page(f"notice-{slug}")
    await visit.paper.say_all(text_lines(visit, page or visit.named(found.about_zh, found.about_en)))
    for label in ("starts", "reads"):
        value = tr(f"notice.{label}_{found.post if label == 'starts' else found.read}")
        await visit.say("plain.titled", head=tr(f"notice.{label}"), title=value)
    for office in await visit.forum.officers.offices(visit.actor):
        if office.slug in found.offices:
            holders = [held.real_name for held in office.appointments if held.duty is not Duty.LIAISON]
            words = visit.joined([visit.named(office.zh, office.en), *(holders or [tr("office.vacant")])])
            line = tr("plain.titled", head=tr("notice.office"), title=words)
            await visit.say("plain.numbered", number=visit.number(office.route), line=line)
    await visit.say("plain.notice_foot")


async def templates(visit: Visit, slug: str) -> None:
    """`/b/SLUG/templates`: what posts of a board may begin with."""
    found = await visit.forum.boards.get(visit.actor, slug)
    visit.arrive(f"{found.route}/templates", visit.board_name(found), board=found)
    offered = await visit.forum.templates.list(visit.actor, found)
    await visit.say("templates.title", board=visit.board_name(found))
    for number, one in enumerate(offered, 1):
        await visit.say("plain.numbered", number=number, line=one.name)
        await visit.paper.say_all(text_lines(visit, one.body))
    await visit.say("plain.templates_foot" if offered else "templates.none")


async def _board_page(visit: Visit, board: Board, after: str | None, *, empty: bool = False) -> None:
    page = await visit.forum.threads.list(visit.actor, board, after=after, limit=PAGE)
    visit.here.more = None
    if page.after is not None:
        visit.here.more = lambda: _board_page(visit, board, page.after)
    await _threads(visit, page.items)
    if empty and not page.items:
        await visit.say("threads.none")
    await more_there(visit)


async def _threads(
    visit: Visit, threads: list[Thread] | tuple[Thread, ...], names: dict[str, str] | None = None
) -> None:
    for thread in threads:
        line = thread_phrase(visit, thread, (names or {}).get(thread.board, ""))
        await visit.say("plain.numbered", number=visit.number(thread.route), line=line)


async def more_there(visit: Visit) -> None:
    """Say that a list goes on, if it does."""
    if visit.here.more is not None:
        await visit.say("plain.list_goes_on")


async def unread(visit: Visit) -> None:
    """`/new`: all that is unread, in the order in which `next` walks it."""
    visit.member()
    visit.arrive("/new", visit.tr("plain.unread"))
    found = await visit.forum.unread.threads(visit.actor)
    known = await visit.forum.boards.readable(visit.actor)
    names = {one.slug: visit.board_name(one) for one in known.values()}
    await visit.paper.say(
        visit.tr.plural("plain.unread_head", len(found)) if found else visit.tr("plain.nothing_unread")
    )

    async def page(at: int) -> None:
        visit.here.more = (lambda: page(at + PAGE)) if len(found) > at + PAGE else None
        await _threads(visit, found[at : at + PAGE], names)
        await more_there(visit)

    await page(0)
