"""Opening a case: what kind of matter it is, who may read it, the text, and the query code of a nameless one."""

from __future__ import annotations

from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.places import Board
from bbs.forum.cases.table import CaseKind
from bbs.plain.asking import choose
from bbs.plain.cases import case
from bbs.plain.posting import as_whom, posted, reach
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write

PUBLIC: Final = "public"
WAYS: Final = (PUBLIC, "private", "nameless")


def asks_kind(actor: Actor, board: Board) -> bool:
    """Whether a new thread of this person is a case: they say first what it is about."""
    return board.tracked and bool(board.offices) and actor.kind not in (AccountKind.OFFICER, AccountKind.GUEST)


async def ask(visit: Visit, slug: str) -> None:
    """`/b/SLUG/ask`: the kind, who may read it, and then the text."""
    visit.member()
    board = await visit.forum.boards.get(visit.actor, slug)
    access.require(visit.actor, Verb.THREAD_START, place=board)
    office = await visit.office(board.offices[0]) if board.offices else ""
    now, due = visit.forum.clock.now(), visit.forum.community.site.calendar.due
    taken, answered = (visit.day(due(now, days)) for days in (board.acknowledge_days, board.answer_days))
    await visit.say("cases.open_terms", office=office, acknowledge=taken, answer=answered)
    tr = visit.tr
    await visit.say("cases.open_kind")
    kinds = [(one.value, _with_about(visit, f"case.kind.{one}", f"cases.kind.{one}.about")) for one in CaseKind]
    kind = await choose(visit, "plain.ask_number", kinds)
    way = PUBLIC
    if access.allowed(visit.actor, Verb.CASE_OPEN, place=board):
        await visit.say("cases.open_way")
        facts = {"office": office, "board": visit.board_name(board)}
        ways = [
            (one, tr("plain.titled", head=tr(f"cases.way.{one}"), title=tr(f"cases.way.{one}.about", **facts)))
            for one in WAYS
        ]
        way = await choose(visit, "plain.ask_number", ways)
    await new(visit, slug, CaseKind(kind), way)


def _with_about(visit: Visit, name: str, about: str) -> str:
    return visit.tr("plain.titled", head=visit.tr(name), title=visit.tr(about))


async def new(visit: Visit, slug: str, kind: CaseKind, way: str) -> None:
    """`/b/SLUG/post/KIND/WAY`: the text of a new case."""
    visit.member()
    board = await visit.forum.boards.get(visit.actor, slug)
    access.require(visit.actor, Verb.THREAD_START if way == PUBLIC else Verb.CASE_OPEN, place=board)
    tr, nameless = visit.tr, way == WAYS[-1]
    office = await visit.office(board.offices[0]) if board.offices else ""

    async def send(piece: Piece) -> str:
        title = piece.title or ""
        if way == PUBLIC:
            made = await visit.forum.threads.start(
                visit.actor, board, title, piece.body, draft_id=piece.draft_id, kind=kind
            )
            return await posted(visit, made)
        opened = await visit.forum.cases.open_private(
            visit.actor, board, kind, title, piece.body, nameless=nameless, draft_id=piece.draft_id
        )
        if opened.code:
            return "\n".join(
                (tr("cases.code_sent", case=opened.case), tr("cases.code_is"), opened.code, tr("cases.code_why"))
            )
        await case(visit, opened.case)
        return tr("cases.opened_private", case=opened.case)

    heading = tr("cases.heading.new", kind=tr(f"case.kind.{kind}"), board=visit.board_name(board))
    whom = tr("cases.as_nobody") if nameless else as_whom(visit, board)
    seen = reach(visit, board) if way == PUBLIC else tr("cases.reach_own", office=office)
    route = f"{board.route}/post/{kind}" + ("" if way == PUBLIC else f"/{way}")
    piece = Piece(route, heading, whom, seen, send, title="", unkept=nameless)
    piece.templates = await visit.forum.templates.list(visit.actor, board)
    await write(visit, piece)
