"""Invitation codes: easy to read out, kept only as a hash, and without any link to the account they opened."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from bbs.errors import Invalid
from bbs.forum.actor import AccountKind
from bbs.store.database import Tx
from bbs.store.tables import invitation

ALPHABET: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without I L O U 0 1: nothing here is mistaken for another when it is read out or copied by hand."""

GROUPS, GROUP = 3, 4
"""12 letters of 30: 58 bits, and guesses are delayed."""

MAX_USES: Final = 10_000
MAX_DAYS: Final = 366
BATCH_LIMIT: Final = 64


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code just made: shown once, kept only as a hash."""

    code: str
    batch: str
    kind: AccountKind
    uses: int
    expires_at: datetime | None


def draw(batch: str, kind: AccountKind, uses: int, days: int | None, now: datetime) -> Invitation:
    """A new code, not yet kept; raises Invalid(`invitation.bounds`, `invitation.kind`, `invitation.batch`)."""
    if kind not in (AccountKind.MEMBER, AccountKind.SYSOP):
        raise Invalid("invitation.kind", kind=kind.value)
    if not 1 <= uses <= MAX_USES or (days is not None and not 1 <= days <= MAX_DAYS):
        raise Invalid("invitation.bounds", uses=MAX_USES, days=MAX_DAYS)
    if not batch:
        raise Invalid("invitation.batch")
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    code = "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
    return Invitation(code, batch, kind, uses, None if days is None else now + timedelta(days=days))


def keep(tx: Tx, made: Invitation, now: datetime) -> None:
    """Keep the hash of a code."""
    tx.connection.execute(
        insert(invitation).values(
            code_hash=code_hash(made.code),
            batch=made.batch,
            kind=made.kind.value,
            uses_left=made.uses,
            created_at=now,
            expires_at=made.expires_at,
        )
    )


def drop_batch(tx: Tx, batch: str) -> None:
    """Forget the codes of a batch: they open nothing any more."""
    tx.connection.execute(delete(invitation).where(invitation.c.batch == batch))


def kind_of(tx: Tx, code: str, now: datetime) -> AccountKind | None:
    """What account a code opens, without using it; None for a code that opens nothing."""
    kind = tx.connection.execute(select(invitation.c.kind).where(_good(code, now))).scalar_one_or_none()
    return None if kind is None else AccountKind(kind)


def use(tx: Tx, code: str, now: datetime) -> AccountKind:
    """Take one use of a code, in the transaction that opens the account; raises Invalid(`code.bad`)."""
    kind = kind_of(tx, code, now)
    taken = tx.connection.execute(
        update(invitation).where(_good(code, now)).values(uses_left=invitation.c.uses_left - 1)
    )
    if kind is None or taken.rowcount != 1:
        raise Invalid("code.bad")
    return kind


def code_hash(code: str) -> str:
    """What is kept of a code: typed small, wide, with spaces or without hyphens it is the same code."""
    text = unicodedata.normalize("NFKC", code[:64]).upper()
    return hashlib.sha256("".join(char for char in text if char in ALPHABET).encode()).hexdigest()


def _good(code: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        invitation.c.code_hash == code_hash(code),
        invitation.c.uses_left > 0,
        or_(invitation.c.expires_at.is_(None), invitation.c.expires_at > now),
    )
