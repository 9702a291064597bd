"""Threads and posts as values: what screens, commands and feeds show of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReadState(StrEnum):
    """How a thread stands for one reader."""

    UNREAD = "unread"
    CHANGED = "changed"  # read to the end, but edited since
    READ = "read"


@dataclass(frozen=True, slots=True)
class Official:
    """The office under which something was posted, as held at that time."""

    office: str
    name: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as a list shows it. `read_floor` is the highest floor this reader has read (0 = none)."""

    id: int
    board: str
    title: str
    author: str
    official_office: str | None  # the opener wrote under an office
    created_at: datetime
    last_at: datetime
    last_author: str
    last_post_id: int
    posts: int
    last_floor: int
    official_floor: int | None
    change: int
    pinned: bool
    locked: bool
    kept: bool
    digest: bool
    case: str | None
    state: ReadState
    read_floor: int
    votes: int = 0  # agreements less disagreements under the first floor
    helpful_floor: int | None = None  # the answer that helped, as the opener says
    muted: bool = False  # this reader muted it, or the one who started it
    copy_of: int | None = None  # the post it was copied from
    case_due: datetime | None = None  # when the office should have answered its case; None once it has
    case_rating: str | None = None  # whether its poster is satisfied with what became of it; None: they have not said

    @property
    def route(self) -> str:
        return f"/t/{self.id}"

    @property
    def reading_floor(self) -> int:
        """The floor at which reading begins: the first one this reader has not read, where there is one."""
        stopped = self.state is ReadState.UNREAD and self.read_floor
        return min(self.read_floor + 1, self.last_floor) if stopped else 1


class Stance(StrEnum):
    """What a push comment says of the post above it."""

    AGREE = "agree"
    DISAGREE = "disagree"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Push:
    """A push comment: one a person and post. `words` is one clean line, or empty."""

    id: int
    post: int
    author: str
    stance: Stance
    words: str
    created_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Post:
    """One floor. A hidden or withdrawn post keeps its floor; its body is empty for those who may not see it.

    `pushes` are the first comments under it that have words, one more than PUSHES_SHOWN where there are more.
    """

    id: int
    thread: int
    floor: int
    author: str
    official: Official | None
    reply_to: int | None
    body: str
    revision: int
    created_at: datetime
    edited_at: datetime | None
    hidden: bool
    hidden_reason: str = ""
    withdrawn: bool = False  # by its author
    agrees: int = 0
    disagrees: int = 0
    helpful: bool = False
    pushes: tuple[Push, ...] = ()
    moved_to: str = ""  # the route where it stands now: only its number is left here
    moved_from: str = ""  # the route where it stood before

    @property
    def gone(self) -> bool:
        """Whether it is hidden or withdrawn."""
        return self.hidden or self.withdrawn

    @property
    def route(self) -> str:
        return f"/t/{self.thread}#{self.floor}"


TITLE_LIMIT = 120
"""Characters of a title."""
PUSHES_SHOWN = 5
"""Push comments shown under a floor."""
BODY_LIMIT = 20_000
"""Characters of a post."""
