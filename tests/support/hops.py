"""How often the store is asked: each question costs whoever waits for it, and all others a little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from bbs.store.database import Database, Tx

BESIDE = "bbs.forum.proof."
"""What is said is signed a moment later, and read for that: nobody waits for it."""


class Hops:
    """Counts the units that are asked of the store; `taken` tells how many since it was asked the last time."""

    def __init__(self, db: Database, patch: pytest.MonkeyPatch, kinds: Sequence[str] = ("read", "write")) -> None:
        self._count = 0
        for kind in kinds:
            patch.setattr(db, kind, self._counted(getattr(db, kind)))

    def _counted(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(unit: Callable[[Tx], Any]) -> Any:
            made = unit.func if isinstance(unit, partial) else unit
            self._count += not made.__module__.startswith(BESIDE)
            return await ask(unit)

        return counted

    def taken(self) -> int:
        found, self._count = self._count, 0
        return found
