"""The register: an append-only, hash-chained record of official posts, moderation and sysop acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bbs.forum.actor import Actor
from bbs.store.database import Tx


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: datetime
    kind: str
    actor: str
    subject: str
    record: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, how many entries were checked, and the first broken one with the reason's message id."""

    ok: bool
    entries: int
    broken_seq: int | None = None
    reason: str = ""
    head: str = ""


def append(tx: Tx, at: datetime, kind: str, actor: Actor, subject: str, record: dict[str, Any]) -> int:
    """Append an entry in the caller's transaction; returns its seq."""
    raise NotImplementedError


class Register:
    async def entries(self, actor: Actor, *, after: int = 0, limit: int = 100) -> list[Entry]:
        raise NotImplementedError

    async def verify(self, actor: Actor) -> Verdict:
        """Walk the whole chain, and check that official posts are what was recorded of them."""
        raise NotImplementedError
