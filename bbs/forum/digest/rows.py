"""Issues in the store: rows into values, and deciding anew what of a draft is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from bbs.errors import Conflict, NotFound
from bbs.forum.boards.places import Board
from bbs.forum.digest.count import Basis, Counted, cells
from bbs.forum.digest.issue import BoardCount, Head, Issue, State, Topic, Week, side_of, week_before
from bbs.forum.digest.privacy import Why, settle
from bbs.store.database import Tx
from bbs.store.tables import digest_topic, opinion_digest, quote

ALIKE: Final = 0.3
"""Part of the words of two topics, of two weeks, that must be the same for them to be one topic."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of issues: who reviews sees drafts, who edits also threads and what is not shown."""

    works: bool
    drafts: bool = True


def row_of(tx: Tx, week: str) -> Any:
    """The row of an issue; NotFound(`digest.not_found`)."""
    row = tx.connection.execute(_BY_WEEK, {"week": week}).first()
    if row is None:
        raise NotFound("digest.not_found", week=week)
    return row


def row_at(tx: Tx, week: str, change: int, *states: State) -> Any:
    """The row of an issue that is as somebody saw it, in one of these states; raises NotFound(`digest.not_found`),

    Conflict(`digest.changed`, editor) when it was changed since, Conflict(`digest.state`)."""
    row = row_of(tx, week)
    if row.change != change:
        raise Conflict("digest.changed", week=week, editor=row.editor)
    if row.state not in {one.value for one in states}:
        raise Conflict("digest.state", week=week, state=row.state)
    return row


def topic_rows(tx: Tx, digest_id: int) -> Sequence[Any]:
    """The topics of an issue in order."""
    return tx.connection.execute(_TOPICS, {"d": digest_id}).all()


def heads(tx: Tx, sight: Sight, most: int) -> list[Head]:
    """Issues, the newest week first."""
    query = _HEADS if sight.drafts else _HEADS.where(opinion_digest.c.released_at.is_not(None))
    return [_head(row, row.topics) for row in tx.connection.execute(query.limit(most))]


def issue(tx: Tx, week: str, sight: Sight) -> Issue:
    """One issue as somebody may see it; NotFound(`digest.not_found`) for a draft they may not."""
    row = row_of(tx, week)
    if not sight.drafts and row.released_at is None:
        raise NotFound("digest.not_found", week=week)
    rows = topic_rows(tx, row.id)
    quotes = phrases(tx, row.id) if sight.works else {}
    topics = [topic_of(one, quotes.get(one.id, {}), works=sight.works) for one in rows if sight.works or one.shown]
    facts = row.facts
    whole = facts.get("whole") or {}
    counts = tuple(BoardCount(**one) for one in facts.get("counts", ()))
    return Issue(
        head=_head(row, sum(one.shown for one in rows)),
        topics=tuple(sorted(topics, key=lambda one: (not one.shown, one.position, one.id))),
        whole=Week(
            whole.get("accounts"),
            whole.get("posts"),
            whole.get("accounts_before"),
            counts,
            facts.get("cases", {}),
            facts.get("private"),
        ),
        notes=tuple(facts.get("notes", ())),
        counted_at=row.created_at,
        hidden=any(not one.shown for one in rows) or bool(facts.get("more")),
    )


def _head(row: Any, topics: int) -> Head:
    whole = row.facts.get("whole") or {}
    return Head(
        week=row.week,
        issue=row.issue,
        state=State(row.state),
        change=row.change,
        editor=row.editor,
        reviewer=row.reviewer,
        updated_at=row.updated_at,
        released_at=row.released_at,
        bulletins={one["lang"]: one["id"] for one in row.bulletins},
        topics=topics,
        accounts=whole.get("accounts"),
    )


def topic_of(row: Any, quotes: Mapping[str, bool], *, works: bool) -> Topic:
    """A row as a value; `quotes` tells of each phrase whether all its authors agreed."""
    return Topic(
        id=row.id,
        position=row.position,
        titles={"zh": row.title_zh, "en": row.title_en},
        bodies={"zh": row.body_zh, "en": row.body_en},
        words=tuple(row.words),
        boards=tuple(row.boards),
        accounts=row.accounts if row.shown else 0,
        posts=row.posts if row.shown else 0,
        accounts_before=row.accounts_before if row.shown else None,
        threads=tuple(row.threads) if works else (),
        sides=tuple(map(side_of, row.cases)),
        shown=row.shown,
        why_not=row.why_not,
        quotes=tuple(words for words, agreed in quotes.items() if agreed),
        asked=sum(not agreed for agreed in quotes.values()),
    )


def phrases(tx: Tx, digest_id: int) -> dict[int, dict[str, bool]]:
    """By topic: phrases somebody was asked for, and whether everybody who was asked agreed."""
    found: dict[int, dict[str, bool]] = {}
    for row in tx.connection.execute(_QUOTES, {"d": digest_id}):
        found.setdefault(row.topic_id, {})[row.words] = not row.open
    return found


def basis_of(row: Any) -> Basis:
    """What an issue was counted from."""
    kept = row.facts["basis"]
    return Basis(
        datetime.fromisoformat(kept["start"]),
        datetime.fromisoformat(kept["end"]),
        kept["first"],
        kept["last"],
        frozenset(kept["boards"]),
        frozenset(kept["without"]),
    )


def kept_basis(basis: Basis) -> dict[str, Any]:
    """A basis as it is kept."""
    return {
        "start": basis.start.isoformat(),
        "end": basis.end.isoformat(),
        "first": basis.first,
        "last": basis.last,
        "boards": sorted(basis.boards),
        "without": sorted(basis.without),
    }


# What is shown


@dataclass(frozen=True, slots=True)
class Before:
    """The issue before, as far as it was told: all that a trend may be compared with."""

    accounts: int | None
    boards: Mapping[str, int]
    topics: Sequence[tuple[frozenset[str], int]]


def before(tx: Tx, week: str) -> Before:
    """What the released issue of the week before told; nothing where there is none."""
    row = tx.connection.execute(_BY_WEEK, {"week": week_before(week)}).first()
    if row is None or row.state != State.RELEASED:
        return Before(None, {}, ())
    whole = row.facts.get("whole") or {}
    boards = {one["board"]: one["accounts"] for one in row.facts.get("counts", ())}
    topics = [(frozenset(one.words), one.accounts) for one in topic_rows(tx, row.id) if one.shown and one.words]
    return Before(whole.get("accounts"), boards, topics)


def decide(
    rows: Sequence[Mapping[str, Any]], posts: Iterable[Counted], boards: Mapping[int, Board], old: Before
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What of a draft is shown: new values for its topics (given with `id`, `threads`, `why_not`, `words`), and facts.

    What is too few has no numbers at all, in the store neither.
    """
    topic_of_thread = {number: row["id"] for row in rows for number in row["threads"]}
    week = cells(posts, topic_of_thread)
    shown = settle(week, {row["id"] for row in rows if row["why_not"] == Why.LEFT_OUT})
    taken: set[int] = set()
    values: list[dict[str, Any]] = []
    for row in rows:
        number = row["id"]
        mine = {board: cell for (board, topic), cell in week.items() if topic == number}
        told = number in shown.topics
        accounts = frozenset[int]().union(*(cell.accounts for cell in mine.values()))
        values.append(
            {
                "id": number,
                "accounts": len(accounts) if told else 0,
                "posts": sum(cell.posts for cell in mine.values()) if told else 0,
                "accounts_before": _earlier(row["words"], old, taken) if told else None,
                "boards": [boards[board].slug for board in sorted(mine, key=lambda b: (-mine[b].posts, b))],
                "shown": told,
                "why_not": "" if told else shown.why.get(number, Why.FEW).value,
            }
        )
    return values, {
        "whole": _whole(week, old) if shown.whole else None,
        "counts": [
            _count(week, boards[number], old)
            for number in sorted(shown.boards, key=lambda number: (boards[number].position, number))
        ],
        "more": any(topic == 0 for _, topic in week),
    }


def _whole(week: Mapping[tuple[int, int], Any], old: Before) -> dict[str, Any]:
    accounts = frozenset[int]().union(*(cell.accounts for cell in week.values()))
    posts = sum(cell.posts for cell in week.values())
    return {"accounts": len(accounts), "posts": posts, "accounts_before": old.accounts}


def _count(week: Mapping[tuple[int, int], Any], place: Board, old: Before) -> dict[str, Any]:
    mine = [cell for (board, _), cell in week.items() if board == place.id]
    return {
        "board": place.slug,
        "accounts": len(frozenset[int]().union(*(cell.accounts for cell in mine))),
        "posts": sum(cell.posts for cell in mine),
        "accounts_before": old.boards.get(place.slug),
    }


def _earlier(words: Sequence[str], old: Before, taken: set[int]) -> int | None:
    """The accounts of the topic of the week before that has most words in common; each is compared with once."""
    mine = frozenset(words)
    found = [
        (len(mine & theirs) / len(mine | theirs), -at)
        for at, (theirs, _) in enumerate(old.topics)
        if at not in taken and mine & theirs
    ]
    if not found or max(found)[0] < ALIKE:
        return None
    at = -max(found)[1]
    taken.add(at)
    return old.topics[at][1]


def write_topics(tx: Tx, values: Iterable[dict[str, Any]]) -> None:
    """Write what was decided."""
    for one in values:
        tx.connection.execute(
            update(digest_topic)
            .where(digest_topic.c.id == one["id"])
            .values(**{name: value for name, value in one.items() if name != "id"})
        )


_BY_WEEK: Final = select(opinion_digest).where(opinion_digest.c.week == bindparam("week"))
_TOPICS: Final = (
    select(digest_topic)
    .where(digest_topic.c.digest_id == bindparam("d"))
    .order_by(digest_topic.c.position, digest_topic.c.id)
)
_SHOWN: Final = (
    select(func.count())
    .where(digest_topic.c.digest_id == opinion_digest.c.id, digest_topic.c.shown.is_(True))
    .scalar_subquery()
)
_HEADS: Final = select(opinion_digest, _SHOWN.label("topics")).order_by(opinion_digest.c.week.desc())
_QUOTES: Final = (
    select(quote.c.topic_id, quote.c.words, func.count().filter(quote.c.state != "agreed").label("open"))
    .where(quote.c.digest_id == bindparam("d"))
    .group_by(quote.c.topic_id, quote.c.words)
    .order_by(quote.c.topic_id, func.min(quote.c.id))
)
