"""Issues of the opinion digest as values, and the weeks they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from bbs.errors import Invalid

COLUMN: Final = "digest"
"""The news column that issues come out in; whoever edits it edits the digest."""
CHANGED: Final = "digest.changed"
"""Event: an issue is not what it was; payload `week`. Answers of authors make none: they have no time for others."""
TITLE_LIMIT: Final = 120
BODY_LIMIT: Final = 2_000
"""Characters of what is said of one topic in one language."""
LANGUAGES: Final = ("zh", "en")
_WEEK: Final = re.compile(r"(?P<year>[0-9]{4})-?[Ww](?P<week>[0-9]{1,2})")


class State(StrEnum):
    """Where an issue is on its way."""

    DRAFT = "draft"
    REVIEW = "review"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Side:
    """What an office did about a topic: a public case, or an answer outside one (`case` None). Dates are days."""

    case: int | None
    office: str
    state: str
    by: str = ""
    on: str = ""  # ISO day of the answer in the site's zone
    days: int | None = None  # the case has been, or was, open
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. What is not shown has no numbers; `threads` are for its editors, and gone after the release.

    `accounts_before` are those of the issue before, where it told them. `quotes` are phrases whose authors agreed.
    """

    id: int
    position: int
    titles: Mapping[str, str]
    bodies: Mapping[str, str]
    words: tuple[str, ...]
    boards: tuple[str, ...]
    accounts: int
    posts: int
    accounts_before: int | None
    threads: tuple[int, ...]
    sides: tuple[Side, ...]
    shown: bool
    why_not: str
    quotes: tuple[str, ...] = ()
    asked: int = 0  # phrases whose authors were asked and that may not be used (yet)


@dataclass(frozen=True, slots=True)
class BoardCount:
    """One board in the week of an issue."""

    board: str
    accounts: int
    posts: int
    accounts_before: int | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """The whole week, as far as it may be told: None where it may not."""

    accounts: int | None
    posts: int | None
    accounts_before: int | None
    boards: tuple[BoardCount, ...]
    cases: Mapping[str, int]
    """Public cases: opened, answered, closed in the week; open and overdue at its end."""
    private: int | None
    """Private cases opened in the week; None when there were fewer than five."""


@dataclass(frozen=True, slots=True)
class Head:
    """An issue in a list."""

    week: str
    issue: int
    state: State
    change: int
    editor: str
    reviewer: str
    updated_at: datetime
    released_at: datetime | None
    bulletins: Mapping[str, int]
    topics: int
    """Topics that are shown."""
    accounts: int | None

    @property
    def route(self) -> str:
        return f"/digest/{self.week}"


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue with its topics in order, those that are not shown last."""

    head: Head
    topics: tuple[Topic, ...]
    whole: Week
    notes: tuple[Mapping[str, str], ...]
    """What was corrected after the release, oldest first, by language."""
    counted_at: datetime
    hidden: bool
    """Whether there were topics that are not shown."""

    @property
    def shown(self) -> tuple[Topic, ...]:
        return tuple(topic for topic in self.topics if topic.shown)

    def topic(self, number: int) -> Topic | None:
        """A topic by its number."""
        return next((topic for topic in self.topics if topic.id == number), None)


def week_of(moment: datetime, zone: ZoneInfo) -> str:
    """The ISO week a moment is in: `2026-W47`."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def week_named(text: str) -> str:
    """A week as people type it (`2026w7`) in its one written form; Invalid(`digest.week`)."""
    found = _WEEK.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        year, week = int(found["year"]), int(found["week"])
        datetime.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise Invalid("digest.week", given=text.strip()[:20]) from error
    return f"{year}-W{week:02}"


def bounds(week: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a week and the first after it, UTC."""
    year, number = int(week[:4]), int(week[6:])
    monday = datetime.fromisocalendar(year, number, 1)
    return monday.replace(tzinfo=zone).astimezone(UTC), (monday + timedelta(days=7)).replace(tzinfo=zone).astimezone(
        UTC
    )


def week_before(week: str) -> str:
    """The week before a week."""
    monday = datetime.fromisocalendar(int(week[:4]), int(week[6:]), 1) - timedelta(days=7)
    year, number, _ = monday.isocalendar()
    return f"{year}-W{number:02}"


def side_of(row: Mapping[str, Any]) -> Side:
    """A side as it is kept."""
    return Side(**row)
