"""The places of the forum as values: sections, boards and news columns, with the policy each has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the board list."""

    slug: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Board:
    """A board and its policy. `read`: public or members; `post` (who starts threads): members or officers."""

    id: int
    slug: str
    section: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    nature: str
    tracked: bool
    library: bool
    read: str
    post: str
    offices: tuple[str, ...]
    unit: str
    position: int
    threads: int
    last_post_id: int
    archived: bool
    acknowledge_days: int = 1
    answer_days: int = 5
    """Working days until a case should be received and answered."""
    private_cases: bool = False
    """Whether a case may be opened that only the office and its poster read."""

    @property
    def route(self) -> str:
        return f"/b/{self.slug}"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in somebody's list: `unread` counts threads with something new, at most UNREAD_CAP.

    Unread threads that are muted are not in it: `muted` counts those."""

    board: Board
    unread: int
    muted: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A news column and its policy. `read`: public or members."""

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    read: str
    must_read: bool
    library: bool
    position: int
    subsite: str = ""

    @property
    def route(self) -> str:
        return f"/news/{self.slug}"


@dataclass(frozen=True, slots=True)
class Subsite:
    """A unit's own corner."""

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str

    @property
    def route(self) -> str:
        return f"/sub/{self.slug}"
