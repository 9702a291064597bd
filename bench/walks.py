"""What callers press: scripts of steps, each a key and how its answer is recognised."""

from __future__ import annotations

from typing import Final, NamedTuple

ENTER: Final = "\r"
PAGE_DOWN: Final = "\x06"
PAGE_UP: Final = "\x02"


class Step(NamedTuple):
    """One key press. The answer is the first bytes that come, or with `expect` the bytes that bring this text."""

    key: str
    expect: str = ""


Script = tuple[Step, ...]


def _keys(keys: str) -> Script:
    return tuple(Step(key) for key in keys)


def to_board(slug: str, place: int) -> Script:
    """From home to a board that is `place` moves down in the list of boards."""
    return (Step("b", "/b"), *_keys("j" * place), Step(ENTER, f"/b/{slug}"))


LIST: Final = _keys("jjjjjjkkkjjjjjjkkkjjjjkkkkkkkkkk")
"""Moving in one board's list, mostly within the window of 20 rows."""

OPEN: Final = (Step(ENTER, "/t/"),)
BACK_TO_BOARD: Final = (Step("q", "/b/"),)

READER: Final = _keys(f"jjjjjjjjkkkkjjjj{PAGE_DOWN}jjkk{PAGE_DOWN}kk{PAGE_UP}{PAGE_UP}kkkk")
"""Scrolling in a long thread: lines, and a page now and then."""


def walk(slug: str, place: int) -> Script:
    """Home, boards, a board, move, page, open, scroll, back to home: as people go."""
    return (
        *to_board(slug, place),
        *_keys("jjjj"),
        Step(PAGE_DOWN),
        *_keys("jjk"),
        Step(ENTER, "/t/"),
        *_keys("jjj"),
        Step(PAGE_DOWN),
        Step(PAGE_DOWN),
        *_keys("k"),
        Step("q", f"/b/{slug}"),
        Step("j"),
        Step(ENTER, "/t/"),
        Step(PAGE_DOWN),
        Step("q", f"/b/{slug}"),
        Step("q", "/b"),
        Step("q", "/"),
    )
