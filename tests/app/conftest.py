"""A whole house in this process, on an empty SQLite store with the declared community and a few people."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bbs.app.first import prepare
from bbs.app.house import House, load_words, open_house
from bbs.app.settings import load_settings
from bbs.forum.actor import GUEST, LOCAL, AccountKind, Actor, Grant, Role
from bbs.servers.doors import Errand
from bbs.text.when import ManualClock

WORDS = load_words()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and what it ended with."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The stable code of the failure, from the document on standard error."""
        return str(json.loads(self.err)["error"]["code"])


class Given:
    """Standard input with something in it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self, limit: int) -> bytes:
        data, self._data = self._data[:limit], self._data[limit:]
        return data


class Desk:
    """Runs commands as different people."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.questions: list[str] = []

    async def actor(self, name: str) -> Actor:
        if name in ("local", "guest"):
            return LOCAL if name == "local" else GUEST
        return await self.house.forum.accounts.as_actor(LOCAL, name)

    async def run(
        self,
        name: str,
        command: str | Sequence[str],
        *,
        stdin: str = "",
        answer: bool | None = None,
        cwd: Path | None = None,
        language: str = "en",
        columns: int = 100,
    ) -> Ran:
        """Run a command; `answer` is what the person says when asked, None = nobody can be asked."""
        out: list[str] = []
        err: list[str] = []

        async def to(parts: list[str], text: str) -> None:
            parts.append(text)

        async def confirm(question: str) -> bool:
            self.questions.append(question)
            return bool(answer)

        errand = Errand(
            actor=await self.actor(name),
            command=command,
            stdin=Given(stdin.encode()),
            out=lambda text: to(out, text),
            err=lambda text: to(err, text),
            columns=columns,
            language=language,
            cwd=cwd,
            confirm=None if answer is None else confirm,
        )
        code = await self.house.run_errand(errand)
        return Ran(code, "".join(out), "".join(err))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The clock of a house that is opened after this, so that what is said is the same every day."""
    clock = ManualClock(datetime(2026, 11, 22, 1, 12, tzinfo=UTC))
    monkeypatch.setattr("bbs.app.house.SystemClock", lambda: clock)
    return clock


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Members reed and plum, moderator keeper of `life`, officer lin (secretary), sysop root-admin, all in English."""
    house = await open_house(load_settings({"data": tmp_path / "data"}), WORDS)
    try:
        await prepare(house)
        accounts = house.forum.accounts
        for name in ("reed", "plum", "keeper"):
            await accounts.create(LOCAL, name, AccountKind.MEMBER)
        await accounts.create(LOCAL, "chief", AccountKind.SYSOP)
        await accounts.role(LOCAL, "keeper", Grant(Role.MODERATOR, "life"), on=True)
        await house.forum.officers.appoint(
            LOCAL, "secretary", "lin", real_name="林若溪", title_zh="常务副书记", title_en="Deputy Secretary"
        )
        yield Desk(house)
    finally:
        await house.close()
