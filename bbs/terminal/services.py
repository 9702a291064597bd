"""What a stage is given from outside: where routes lead, what the head bar says, and a person's settings."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bbs.terminal.chrome import HeadInfo
from bbs.terminal.theme import Theme
from bbs.terminal.themes import DEFAULT
from bbs.terminal.view import Stage, View


class Place(NamedTuple):
    """One entry of the quick switch: the key to press, the message id of its words, the route."""

    key: str
    label: str
    route: str


QUICK: tuple[Place, ...] = (
    Place("h", "quick.home", "/"),
    Place("b", "quick.boards", "/b"),
    Place("f", "quick.favourites", "/fav"),
    Place("u", "quick.unread", "/new"),
    Place("n", "quick.news", "/news"),
    Place("m", "quick.mail", "/mail"),
    Place("i", "quick.inbox", "/inbox"),
    Place("w", "quick.who", "/who"),
)


def _no_boards(text: str) -> Sequence[str]:
    return ()


def _board_route(text: str) -> str | None:
    return f"/b/{text}"


def _no_words() -> str:
    return ""


async def _messages(stage: Stage) -> None:
    await stage.go("/pages")


def _nothing() -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Services:
    """Ways out of the terminal room.

    `router(route)` makes the view of a route or raises a BbsError; `head()` is asked for every frame and must be quick.
    `board_names(text)` completes what is typed after `s`; `board_route(text)` gives the route of what was entered, or
    None. `goodbye()` is the page shown on the person's own screen after the session, lines of plain text. `moved()` is
    called when another view is in sight, `messages(stage)` answers the key of short messages.
    """

    router: Callable[[str], Awaitable[View]]
    head: Callable[[], HeadInfo]
    board_names: Callable[[str], Sequence[str]] = _no_boards
    board_route: Callable[[str], str | None] = _board_route
    goodbye: Callable[[], str] = _no_words
    quick: tuple[Place, ...] = QUICK
    moved: Callable[[], None] = _nothing
    messages: Callable[[Stage], Awaitable[None]] = _messages


@dataclass(frozen=True, slots=True)
class Options:
    """A person's settings of the terminal itself; `colours` None is what the link says (0, 16, 256 or 16777216)."""

    theme: Theme = DEFAULT
    ambiguous: int = 1
    colours: int | None = None
    synchronized: bool = False
    mouse: bool = False
    clock: Callable[[], float] = time.monotonic
    """Seconds, monotonic."""
