"""Words whose meaning depends on where one is: the same word does the same in a thread, a case, a letter, a list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bbs.errors import Invalid, NotFound
from bbs.forum.cases.table import Act
from bbs.forum.people.letters import Letter
from bbs.plain import (
    acts,
    caseacts,
    cases,
    digestacts,
    drafts,
    finding,
    folders,
    hosting,
    live,
    mail,
    moderating,
    opening,
    own,
    people,
    places,
    posting,
    reading,
)
from bbs.plain.asking import is_off, number_of
from bbs.plain.cases import OpenCase
from bbs.plain.live import InRoom
from bbs.plain.places import board_meant
from bbs.plain.visit import HOME, Visit

Doing = Callable[[Visit, str], Awaitable[None]]


def to(route: str) -> Doing:
    """A word that goes to a place."""

    async def act(visit: Visit, rest: str) -> None:
        await visit.go(route)

    return act


def below(route: str) -> Doing:
    """A word that goes to a place, or with a number or name to one below it."""

    async def act(visit: Visit, rest: str) -> None:
        if not rest.strip():
            raise Invalid("plain.which_one")
        await visit.go(f"{route}/{rest.strip()}")

    return act


def on_case(what: Act) -> Doing:
    """A word that does one act on a case."""

    async def act(visit: Visit, rest: str) -> None:
        await caseacts.act(visit, what, rest)

    return act


def on_live(what: str) -> Doing:
    """A word that does one act in an interview."""

    async def act(visit: Visit, rest: str) -> None:
        await hosting.act(visit, what, rest)

    return act


def on_digest(what: str) -> Doing:
    """A word that takes the next step with an issue of the digest."""

    async def act(visit: Visit, rest: str) -> None:
        await digestacts.act(visit, what, rest)

    return act


def marking(what: str) -> Doing:
    """A word that sets or takes away a moderator's mark."""

    async def act(visit: Visit, rest: str) -> None:
        if what == "keep" and isinstance(visit.here.thing, Letter):
            await mail.keep(visit, on=not is_off(rest))
        else:
            await moderating.mark(visit, what, rest)

    return act


# Moving


async def boards(visit: Visit, rest: str) -> None:
    """`boards`; `boards NAME` goes into one."""
    await visit.go((await board_meant(visit, rest)).route if rest.strip() else "/b")


async def threads(visit: Visit, rest: str) -> None:
    """`threads`: the threads of the board one is in."""
    if rest.strip():
        await boards(visit, rest)
    elif visit.here.board is not None:
        await visit.go(visit.here.board.route)
    else:
        raise Invalid("plain.no_board")


async def read(visit: Visit, rest: str) -> None:
    """`read 1204`; `read` alone says again what is here."""
    await (finding.go(visit, rest) if rest.strip() else reading.again(visit, ""))


async def floor(visit: Visit, rest: str) -> None:
    """`floor 7` of the thread that is read."""
    number, _ = number_of(rest)
    if number is None:
        raise Invalid("plain.which_floor")
    await reading.one_floor(visit, number)


async def more(visit: Visit, rest: str) -> None:
    """`more`: how a list goes on; in a thread the next floors."""
    if visit.here.more is not None:
        await visit.here.more()
    elif visit.here.reading is not None:
        await reading.onward(visit, "")
    else:
        raise Invalid("plain.no_more")


async def onward(visit: Visit, rest: str) -> None:
    """`next`: in an interview the answers not heard; else the floors that are left, then the next unread thread."""
    if not await live.onward(visit):
        await reading.onward(visit, rest)


async def back(visit: Visit, rest: str) -> None:
    """`back`: the place before this one."""
    if not visit.trail:
        await visit.go(HOME)
        return
    route, trail = visit.trail[-1], visit.trail[:-1]
    await visit.go(route)
    visit.trail = trail


async def news(visit: Visit, rest: str) -> None:
    """`news`, `news COLUMN`."""
    await visit.go(f"/news/{rest.strip()}" if rest.strip() else "/news")


async def officers(visit: Visit, rest: str) -> None:
    """`officers`, `officers OFFICE`."""
    await visit.go(f"/o/{rest.strip()}" if rest.strip() else "/officers")


async def library(visit: Visit, rest: str) -> None:
    """`library [BOARD]`: the library of this board, or of another."""
    board = await board_meant(visit, rest) if rest.strip() else visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    await visit.go(f"{board.route}/library")


async def notice(visit: Visit, rest: str) -> None:
    """`notice [BOARD]`: what a board is for, its rules, who answers there."""
    board = await board_meant(visit, rest) if rest.strip() else visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    await visit.go(f"{board.route}/notice")


async def templates(visit: Visit, rest: str) -> None:
    """`templates`: what posts of this board may begin with; at the desk what answers of one's office may."""
    if visit.here.board is None and visit.actor.appointments:
        await visit.go(f"/o/{visit.actor.appointments[0].office}/templates")
        return
    if visit.here.board is None:
        raise Invalid("plain.no_board")
    await places.templates(visit, visit.here.board.slug)


async def person(visit: Visit, rest: str) -> None:
    """`person [NAME]`."""
    await visit.go(f"/u/{rest.strip() or people.whom(visit)}")


async def template(visit: Visit, rest: str) -> None:
    """`template NAME`: write a template of the board, or of the office, that one is at."""
    here = visit.here.route
    if here.startswith("/o/") and here.endswith("/templates"):
        await moderating.office_template(visit, here.split("/")[2], rest)
    else:
        await moderating.template(visit, rest)


async def interviews(visit: Visit, rest: str) -> None:
    """`live`, `live 3`."""
    await visit.go(f"/live/{rest.strip()}" if rest.strip() else "/live")


async def digest(visit: Visit, rest: str) -> None:
    """`digest`, `digest 2026-W46`."""
    await visit.go(f"/digest/{rest.strip()}" if rest.strip() else "/digest")


async def figures(visit: Visit, rest: str) -> None:
    """`figures`, `figures OFFICE`."""
    await visit.go(f"/cases/figures/{rest.strip()}" if rest.strip() else "/cases/figures")


# Writing


async def post(visit: Visit, rest: str) -> None:
    """`post [BOARD]`: on a board that keeps cases the kind of matter is asked for first."""
    visit.member()
    board = await board_meant(visit, rest) if rest.strip() else visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    if opening.asks_kind(visit.actor, board):
        await opening.ask(visit, board.slug)
    else:
        await posting.post(visit, board.slug)


async def reply(visit: Visit, rest: str) -> None:
    """In a thread to a floor; of a letter to its writer; `reply 1204` outside opens that thread first."""
    if isinstance(visit.here.thing, Letter):
        await mail.answer(visit)
    elif isinstance(visit.here.thing, OpenCase):
        await caseacts.say(visit, Act.FOLLOW_UP, rest)
    else:
        if visit.here.reading is None and rest.strip():
            await finding.go(visit, rest)
            rest = ""
        await posting.reply(visit, rest)


async def answer(visit: Visit, rest: str) -> None:
    """`answer`: as an officer, the case or the question of an interview one is at."""
    if isinstance(visit.here.thing, InRoom):
        number, _ = number_of(rest)
        if number is None:
            raise Invalid("plain.which_question")
        await live.speak(visit, number)
    else:
        await caseacts.say(visit, Act.ANSWER, rest)


async def add(visit: Visit, rest: str) -> None:
    """`add`: a question or a fact to the case one is at."""
    await caseacts.say(visit, Act.FOLLOW_UP, rest)


async def ask(visit: Visit, rest: str) -> None:
    """`ask`: in an interview a question to its guests; else a new matter for the office of a board."""
    if isinstance(visit.here.thing, InRoom):
        await live.ask(visit)
    else:
        await post(visit, rest)


async def say(visit: Visit, rest: str) -> None:
    """`say`: as a guest of an interview, of one's own accord."""
    await live.speak(visit)


# Acts with several places


async def vote(visit: Visit, rest: str) -> None:
    """In an interview for a question, in a thread in its poll."""
    await (live.vote(visit, rest) if isinstance(visit.here.thing, InRoom) else acts.vote(visit, rest))


async def take(visit: Visit, rest: str) -> None:
    """In an interview the next question, else a case."""
    if isinstance(visit.here.thing, InRoom):
        await hosting.act(visit, "take", rest)
    else:
        await caseacts.act(visit, Act.TAKE, rest)


async def merge(visit: Visit, rest: str) -> None:
    """In an interview two questions, else two cases."""
    if isinstance(visit.here.thing, InRoom):
        await hosting.act(visit, "merge", rest)
    else:
        await caseacts.act(visit, Act.MERGE, rest)


async def change(visit: Visit, rest: str) -> None:
    """In an interview its announcement, at a topic of the digest one thing of it."""
    if isinstance(visit.here.thing, InRoom):
        await hosting.act(visit, "change", rest)
    else:
        await digestacts.change(visit, rest)


async def folder(visit: Visit, rest: str) -> None:
    """In a library one of its folders, else one of favourites."""
    await (moderating.library_folder if moderating.in_library(visit) else folders.folder)(visit, rest)


async def name(visit: Visit, rest: str) -> None:
    """Another name for a draft, a folder, or a text of a library."""
    act = moderating.library_name if moderating.in_library(visit) else folders.rename
    await (drafts.name if visit.here.route == drafts.ROUTE else act)(visit, rest)


async def move(visit: Visit, rest: str) -> None:
    """Another place for a draft, a favourite, or a text of a library."""
    act = moderating.library_move if moderating.in_library(visit) else folders.move
    await (drafts.move if visit.here.route == drafts.ROUTE else act)(visit, rest)


async def delete(visit: Visit, rest: str) -> None:
    """A draft, a favourite, a text of a library, what one follows, or one's copy of a letter."""
    here = visit.here.route
    if here == drafts.ROUTE:
        await drafts.drop(visit, rest)
    elif here == "/me/following":
        await own.let_go(visit, rest)
    elif folders.at(visit):
        await folders.remove(visit, rest)
    elif moderating.in_library(visit):
        await moderating.library_remove(visit, rest)
    else:
        await mail.forget(visit, rest)


async def case(visit: Visit, rest: str) -> None:
    """`case 12`; in a thread its case; on the case again where it stands."""
    number, _ = number_of(rest)
    if number is None and visit.here.reading is not None:
        found = await visit.forum.cases.of_thread(visit.actor, visit.here.reading.thread.id)
        if found is None:
            raise NotFound("plain.thread_no_case")
        number = found.id
    if number is None and isinstance(visit.here.thing, OpenCase):
        opened = visit.here.thing
        await cases.case(visit, opened.view.case.id, opened.code)
        return
    if number is None:
        raise Invalid("plain.which_one")
    await visit.go(f"/c/{number}")


async def cases_of(visit: Visit, rest: str) -> None:
    """`cases`, `cases mine`, `cases overdue`."""
    before = visit.here
    await cases.overview(visit, rest)
    visit.left(before)
