"""Where cases begin for somebody who is elsewhere: where a new one is written, and how a board keeps up with them."""

from __future__ import annotations

from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.places import Board
from bbs.forum.cases.pace import BoardPace
from bbs.text.catalogue import Translator
from bbs.text.due import spell
from screens.visit import Visit


def asks_kind(actor: Actor, board: Board) -> bool:
    """Whether a new thread of this person is a case: they say first what it is about."""
    return board.tracked and bool(board.offices) and actor.kind not in (AccountKind.OFFICER, AccountKind.GUEST)


def start_route(actor: Actor, board: Board) -> str:
    """Where writing a new thread on a board begins."""
    return f"{board.route}/ask" if asks_kind(actor, board) else f"{board.route}/post"


async def unread_of(visit: Visit, board: Board) -> int:
    """Unread threads of one board."""
    if visit.actor.is_guest:
        return 0
    sections = await visit.forum.boards.sections(visit.actor)
    return next((row.unread for _, rows in sections for row in rows if row.board.id == board.id), 0)


def pace_words(tr: Translator, pace: BoardPace, unread: int) -> str:
    """The foot of a tracked board: `12 unread, 3 open cases, usually answered in 1 d 4 h`."""
    words = [tr.plural("board.unread", unread)] if unread else []
    words.append(tr.plural("board.open_cases", pace.open))
    if pace.usual is not None:
        words.append(tr("board.usually", time=spell(pace.usual * 3600, tr)))
    return tr("desk.comma").join(words)
