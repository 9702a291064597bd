"""Finding a board by what somebody types: its slug, one of its names, or the pinyin initials."""

from __future__ import annotations

from collections.abc import Iterable

from bbs.forum.boards.places import Board
from bbs.text.pinyin import initials


def matching(boards: Iterable[Board], typed: str) -> list[Board]:
    """The boards that begin with what was typed, then those that contain it; nothing typed finds all."""
    wanted = typed.strip().casefold()
    first: list[Board] = []
    then: list[Board] = []
    for board in boards:
        names = (board.slug, board.zh, board.en.casefold(), initials(board.zh))
        if any(name.startswith(wanted) for name in names):
            first.append(board)
        elif any(wanted in name for name in names):
            then.append(board)
    return [*first, *then]


def meant(boards: Iterable[Board], typed: str) -> Board | None:
    """The board that is meant: one with just this name, else the first that begins with or contains it."""
    wanted = typed.strip().casefold()
    if not wanted:
        return None
    known = list(boards)
    named = next((one for one in known if wanted in (one.slug, one.zh, one.en.casefold())), None)
    return named or next(iter(matching(known, typed)), None)
