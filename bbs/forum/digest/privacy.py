"""What a digest may say so that nobody is found behind it: numbers and pure rules, and nothing else.

A number is shown when at least five accounts stand behind it, and when what is left after taking every shown number
from every shown total is nobody or at least five again. Words are the editor's own: no names, no numbers of posts, no
times finer than the week, and no run of words that a member wrote, unless its author agreed and it leads to no thread.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Final

from bbs.text.disguise import Runs, without_invisible
from bbs.text.moments import first_time

LEAST_ACCOUNTS: Final = 5
"""Accounts a topic, a board or a word must have, and anything that could be had by subtraction."""
QUOTE_LEAST_ACCOUNTS: Final = 10
"""Accounts a topic must have before somebody in it is asked to be quoted."""
VERBATIM_CHINESE: Final = 8
"""Letters in a row, half of them Chinese characters, that may not be the same as in a post: four words or so."""
VERBATIM_OTHER: Final = 24
"""Letters in a row of any script that may not be the same as in a post: five words or so."""
SELF_SEARCH_MOST: Final = 3
"""A phrase that leads to so many threads or authors, or fewer, gives its thread away."""
COMMON_TITLES: Final = 5
"""A pen name that stands in the titles of threads of so many others is a word and may be written."""


class Why(StrEnum):
    """Why a topic is not shown."""

    FEW = "few"  # fewer than LEAST_ACCOUNTS
    SECOND = "second"  # so that another one cannot be had by subtraction
    LEFT_OUT = "left-out"  # by an editor


@dataclass(frozen=True, slots=True)
class Cell:
    """Posts of one topic on one board: who wrote them, and how many."""

    accounts: frozenset[int]
    posts: int


Cells = Mapping[tuple[int, int], Cell]
"""The whole week by (board, topic); topic 0 is everything that is in none. Numbers are the store's or the draft's."""


@dataclass(frozen=True, slots=True)
class Count:
    """Distinct accounts and posts."""

    accounts: int = 0
    posts: int = 0


@dataclass(slots=True)
class Shown:
    """What of a week may be told: topics and boards by number, and why the other topics may not."""

    topics: set[int] = field(default_factory=set)
    boards: set[int] = field(default_factory=set)
    whole: bool = False
    """Whether the count of the whole week may be told."""
    why: dict[int, Why] = field(default_factory=dict)


def settle(cells: Cells, left_out: Set[int] = frozenset(), never: Set[int] = frozenset()) -> Shown:
    """Decide what is shown. `left_out` are an editor's wishes; `never` are topics that were held back once already.

    Hiding goes on until nothing can be had by subtraction.
    """
    week = _Week(cells)
    shown = Shown(boards={board for board, who in week.boards.items() if len(who) >= LEAST_ACCOUNTS})
    for topic, who in sorted(week.topics.items()):
        if len(who) < LEAST_ACCOUNTS:
            shown.why[topic] = Why.FEW
        elif topic in left_out:
            shown.why[topic] = Why.LEFT_OUT
        elif topic in never:
            shown.why[topic] = Why.SECOND
        else:
            shown.topics.add(topic)
    shown.whole = len(week.everybody) >= LEAST_ACCOUNTS
    while _hide_one(week, shown):
        pass
    return shown


class _Week:
    """The cells of a week, and who is behind its boards and topics."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.boards: dict[int, set[int]] = {}
        self.topics: dict[int, set[int]] = {}
        self.where: dict[int, set[int]] = {}
        self.everybody: set[int] = set()
        for (board, topic), cell in cells.items():
            self.boards.setdefault(board, set()).update(cell.accounts)
            self.everybody |= cell.accounts
            if topic:
                self.topics.setdefault(topic, set()).update(cell.accounts)
                self.where.setdefault(topic, set()).add(board)


def _hide_one(week: _Week, shown: Shown) -> bool:
    """Hide one more number that would let another be had; False when there is none."""
    return _hide_larger(week, shown) or _hide_for_what_is_left(week, shown)


def _hide_larger(week: _Week, shown: Shown) -> bool:
    """Of two numbers of accounts, one part of the other, that differ by a few people, the larger is not told."""
    for topic in sorted(shown.topics):
        places = week.where[topic]
        for board in sorted(places & shown.boards) if len(places) == 1 else ():
            if _few(len(week.boards[board]) - len(week.topics[topic])):
                shown.boards.discard(board)
                return True
    parts = [week.topics[topic] for topic in shown.topics] + [week.boards[board] for board in shown.boards]
    if shown.whole and any(_few(len(week.everybody) - len(part)) for part in parts):
        shown.whole = False
        return True
    return False


def _hide_for_what_is_left(week: _Week, shown: Shown) -> bool:
    """What is left of any boards after taking the topics shown in them is nobody's, or at least five accounts'.

    The boards that are not told count as one when the whole week is told: their sum can be had.
    """
    sums = [frozenset((board,)) for board in sorted(shown.boards)]
    rest = frozenset(week.boards) - shown.boards
    if shown.whole and rest:
        sums.append(rest)
    left = {one: _left(week, shown, one) for one in sums}
    thin = [one for one in sums if len(left[one]) < LEAST_ACCOUNTS]
    if len(thin) > _SUMS_MOST:
        return _hide_smallest(week, shown, frozenset().union(*thin))
    for size in range(1, len(thin) + 1):
        for chosen in combinations(thin, size):
            places = frozenset().union(*chosen)
            if _few(len(_left_with_parts(week, shown, places))):
                inside = [topic for topic in shown.topics if week.where[topic] <= places]
                if not inside:
                    return _hide_a_sum(week, shown, places)
                victim = min(inside, key=lambda topic: (len(week.topics[topic]), topic))
                shown.topics.discard(victim)
                shown.why[victim] = Why.SECOND
                return True
    return False


_SUMS_MOST: Final = 10  # boards of which every set is looked at


def _hide_a_sum(week: _Week, shown: Shown, places: frozenset[int]) -> bool:
    """Tell one sum less where no topic stands that could be hidden: a board of these, or one beside them in whose

    company they are enough, or else the whole week."""
    if shown.boards & places:
        return _hide_smallest(week, shown, places)
    left = _left(week, shown, places)
    for board in sorted(shown.boards, key=lambda board: (len(week.boards[board]), board)):
        if len(left | _left(week, shown, frozenset((board,)))) >= LEAST_ACCOUNTS:
            shown.boards.discard(board)
            return True
    shown.whole = False
    return True


def _hide_smallest(week: _Week, shown: Shown, places: frozenset[int]) -> bool:
    """Tell the count of one board less, the smallest of these or of all; without any, not that of the week."""
    boards = (shown.boards & places) or shown.boards
    if boards:
        shown.boards.discard(min(boards, key=lambda board: (len(week.boards[board]), board)))
        return True
    hidden, shown.whole = shown.whole, False
    return hidden


def _left(week: _Week, shown: Shown, places: frozenset[int]) -> set[int]:
    """Who wrote on these boards outside the topics that are shown."""
    found = (
        cell.accounts for (board, topic), cell in week.cells.items() if board in places and topic not in shown.topics
    )
    return set().union(*found)


def _left_with_parts(week: _Week, shown: Shown, places: frozenset[int]) -> set[int]:
    """As `_left`, with the parts of topics that reach beyond these boards: they cannot be taken away."""
    found = (
        cell.accounts
        for (board, topic), cell in week.cells.items()
        if board in places and not (topic in shown.topics and week.where[topic] <= places)
    )
    return set().union(*found)


def _few(number: int) -> bool:
    return 0 < number < LEAST_ACCOUNTS


# Words


class Fault(StrEnum):
    """What is wrong with words of a digest; the value is the end of the message id `digest.says_…`."""

    MENTION = "mention"
    ROUTE = "route"
    NUMBER = "number"
    FEW = "few"
    TIME = "time"


_MENTION: Final = re.compile(r"@\s*\w+")
_ROUTE: Final = re.compile(
    r"(?<![\w/])/?(?:t|m|u|b|n|mail/to|who)\s?/\s?\w[\w/#-]*|(?:https?|ssh)://\S+", re.IGNORECASE
)
_CASE: Final = re.compile(
    r"(?:/c/|\bcases?\s*(?:no\.?\s*)?#?|(?:办件|案件|建言|事项)\s*(?:编号|第)?\s*#?)\s*(?P<number>[0-9]{1,9})",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"#\s*[0-9]+|\b(?:thread|post|floor|topic|no)s?\.?\s*#?\s*[0-9]{2,}"
    r"|(?:帖子?|主题|回帖|跟帖|楼层|编号)\s*(?:第|号)?\s*[0-9]+|第\s*[0-9]+\s*(?:楼|帖|层楼)|[0-9]+\s*号?\s*(?:帖|主题)",
    re.IGNORECASE,
)
_FEW: Final = re.compile(
    r"(?<![0-9几十百千第])[1-4一二两三四]\s*(?:个|名|位)?\s*(?:人|同事|职工|网友|账号|笔名|用户|会员|同志)"
    r"|(?<![0-9几十百千第])[1-4一二两三四]\s*[名位](?![置数次])"
    r"|\b(?:[1-4]|one|two|three|four|a single|a couple of)\s+(?:\w+\s+)?"
    r"(?:people|persons?|colleagues?|members?|accounts?|users?|posters?|authors?|of them|employees?|voices?)\b",
    re.IGNORECASE,
)


def fault_in(text: str, cases: Iterable[int] = (), threads: Iterable[int] = ()) -> tuple[Fault, str] | None:
    """What in an editor's words leads to a person or a post, and where it stands; None when nothing does.

    `cases` are the numbers of public cases, which may be named; `threads` are those of the topic, which may not.
    """
    plain = unicodedata.normalize("NFKC", without_invisible(text))
    if found := _MENTION.search(plain):
        return Fault.MENTION, found[0]
    public = set(cases)
    for case in _CASE.finditer(plain):
        if int(case["number"]) not in public:
            return Fault.NUMBER, case[0]
    plain = _CASE.sub(" ", plain)
    for fault, pattern in ((Fault.ROUTE, _ROUTE), (Fault.NUMBER, _NUMBER), (Fault.FEW, _FEW)):
        if found := pattern.search(plain):
            return fault, found[0].strip()
    hidden = {str(number) for number in threads if number >= _TELLING}
    for digits in re.findall("[0-9]+", plain):
        if digits in hidden:
            return Fault.NUMBER, digits
    if when := first_time(plain):
        return Fault.TIME, when
    return None


_TELLING: Final = 1_000  # smaller numbers stand for too many other things


def verbatim(texts: Iterable[str]) -> Runs:
    """The runs of words of these texts that may not stand in a post."""
    return Runs(texts, dense=VERBATIM_CHINESE, long=VERBATIM_OTHER)


def gives_away(threads: int, authors: int) -> bool:
    """Whether a phrase found in so many threads, of so many authors, leads to its author."""
    return threads <= SELF_SEARCH_MOST or authors <= SELF_SEARCH_MOST
