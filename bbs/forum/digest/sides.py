"""The officers' side of a week: what became of public cases, who answered and when. Private cases are only counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from bbs.forum.digest.count import Basis
from bbs.forum.digest.issue import Side
from bbs.forum.digest.privacy import LEAST_ACCOUNTS
from bbs.store.database import Tx
from bbs.store.tables import case, post

SIDES_MOST: Final = 12
"""Lines of one topic about offices."""


def sides(threads: Iterable[int], basis: Basis, zone: ZoneInfo, tx: Tx) -> list[dict[str, Any]]:
    """What offices did about some threads up to the end of the week, cases first; as it is kept."""
    wanted = sorted(threads)
    if not wanted:
        return []
    cases = tx.connection.execute(
        select(case)
        .where(case.c.thread_id.in_(wanted), case.c.private.is_(False), case.c.opened_at < basis.end)
        .order_by(case.c.id)
    ).all()
    found = [_of_case(row, basis, zone) for row in cases]
    with_case = {row.thread_id for row in cases}
    answers = tx.connection.execute(
        select(post.c.official_office, post.c.official_name, func.max(post.c.created_at).label("at"))
        .where(
            post.c.thread_id.in_([number for number in wanted if number not in with_case]),
            post.c.official_office.is_not(None),
            post.c.created_at >= basis.start,
            post.c.created_at < basis.end,
            post.c.hidden_at.is_(None),
            post.c.withdrawn_at.is_(None),
        )
        .group_by(post.c.official_office, post.c.official_name)
        .order_by(post.c.official_office, post.c.official_name)
    ).all()
    found += [
        Side(None, row.official_office, "answered", row.official_name or "", _day(row.at, zone)) for row in answers
    ]
    return [asdict(one) for one in found[:SIDES_MOST]]


def _of_case(row: Any, basis: Basis, zone: ZoneInfo) -> Side:
    until = min(row.closed_at or basis.end, basis.end)
    answered = row.answered_at if row.answered_at is not None and row.answered_at < basis.end else None
    closed = row.closed_at is not None and row.closed_at < basis.end
    overdue = answered is None and not closed and row.answer_by < basis.end
    return Side(
        case=row.id,
        office=row.office,
        state=row.state,
        by=row.assignee,
        on="" if answered is None else _day(answered, zone),
        days=max(0, (until - row.opened_at) // timedelta(days=1)),
        overdue=overdue,
    )


def cases_of_week(tx: Tx, basis: Basis) -> tuple[dict[str, int], int | None]:
    """Public cases opened, answered and closed in the week, open and overdue at its end; private ones opened."""
    mine = and_(case.c.private.is_(False), case.c.board_id.in_(sorted(basis.boards)))
    inside = {
        name: and_(column >= basis.start, column < basis.end)
        for name, column in (
            ("opened", case.c.opened_at),
            ("answered", case.c.answered_at),
            ("closed", case.c.closed_at),
        )
    }
    still = and_(case.c.opened_at < basis.end, or_(case.c.closed_at.is_(None), case.c.closed_at >= basis.end))
    unanswered = or_(case.c.answered_at.is_(None), case.c.answered_at >= basis.end)
    late = and_(still, unanswered, case.c.answer_by < basis.end)
    kinds = {**inside, "open": still, "overdue": late}
    counted = select(*(func.count().filter(and_(mine, rule)).label(name) for name, rule in kinds.items()))
    row = tx.connection.execute(counted.select_from(case)).one()
    private = tx.connection.execute(
        select(func.count()).select_from(case).where(case.c.private.is_(True), inside["opened"])
    ).scalar_one()
    return dict(row._mapping), private if private >= LEAST_ACCOUNTS else None


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()
