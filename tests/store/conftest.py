"""The store is tested as it is in earnest."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit is on disk before it is acknowledged."""
    monkeypatch.setattr("bbs.store.driver.SYNCHRONOUS", 2)
