"""The benchmark's handle on a load generator process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from bench.processes import ROOT, Broken
from bench.walks import Step

FAILED_MOST: Final = 0.02
"""Share of keys or callers that may fail before a figure is not worth anything."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the callers saw."""

    milliseconds: list[float]
    bytes: int
    failed: int

    @property
    def count(self) -> int:
        """Keys or callers that were answered."""
        return len(self.milliseconds)


class Generator:
    """Callers in a process of their own. `people` are names with the paths of their private keys."""

    def __init__(
        self, transport: str, port: int, people: Sequence[tuple[str, Path]], *, wanted: str = "{name}"
    ) -> None:
        self._plan = {
            "transport": transport,
            "port": port,
            "people": [(name, str(path)) for name, path in people],
            "wanted": wanted,
        }
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._send(self._plan)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process = self._process
        if process is None:
            return
        self._process = None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def arrive(self, count: int, per_second: float) -> Heard:
        """Bring callers in until so many are here, at an even pace."""
        return self._order(do="arrive", count=count, per_second=per_second)

    def press(self, script: Sequence[Step], every: float, seconds: float) -> Heard:
        """All callers press keys of a script, each one key every `every` seconds, for so many seconds."""
        return self._order(do="press", script=script, every=every, seconds=seconds)

    def once(self, script: Sequence[Step], every: float, rounds: int = 1) -> Heard:
        """All callers go through a script from its start, so many times."""
        return self._order(do="press", script=script, every=every, seconds=0.0, rounds=rounds)

    def scatter(self, script: Sequence[Step], every: float, least: int, most: int) -> Heard:
        """Callers who do not walk yet begin a script and go a random number of steps into it."""
        return self._order(do="scatter", script=script, every=every, least=least, most=most)

    def leave(self) -> None:
        """All callers hang up."""
        self._order(do="leave")

    def _send(self, document: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(document) + "\n")
        self._process.stdin.flush()

    def _order(self, **order: Any) -> Heard:
        assert self._process is not None
        assert self._process.stdout is not None
        self._send(order)
        line = self._process.stdout.readline()
        if not line:
            raise Broken("the load generator ended")
        found = json.loads(line)
        heard = Heard(found["milliseconds"], found["bytes"], found["failed"])
        if heard.failed > FAILED_MOST * (heard.count + heard.failed):
            raise Broken(f"{heard.failed} of {heard.count + heard.failed} failed: {'; '.join(found['failures'])}")
        return heard
