"""What every section of a run shares: scratch space, how much to measure, and the prepared data directory."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from bench.generator import Generator
from bench.processes import Server, run_job


@dataclass(frozen=True, slots=True)
class Seed:
    """The prepared data directory: who may come in, and where they walk."""

    data: Path
    people: list[tuple[str, Path]]
    board: str
    place: int
    """Moves down the list of boards to it, for members."""
    guest_place: int
    thread: int
    """The long one."""


class Bench:
    """One run. `quick` measures less of everything; `full` fills the large stores to the sizes of the design."""

    def __init__(self, scratch: Path, *, quick: bool = False, full: bool = False) -> None:
        self.scratch = scratch
        self.quick = quick
        self.full = full
        self._seed: Seed | None = None
        self._began = monotonic()

    def say(self, text: str) -> None:
        """Tell how far the run is, on standard error."""
        sys.stderr.write(f"[{monotonic() - self._began:5.1f} s] {text}\n")
        sys.stderr.flush()

    def some(self, quick: float, usual: float) -> float:
        """How much of something, by how thorough the run is."""
        return quick if self.quick else usual

    @property
    def brisk(self) -> float:
        """Seconds between keys that only lead to where something is measured."""
        return self.some(0.07, 0.2)

    def folder(self, name: str) -> Path:
        """A fresh directory."""
        path = self.scratch / name
        path.mkdir()
        return path

    @property
    def seed(self) -> Seed:
        """The prepared data directory, made when it is first asked for."""
        if self._seed is None:
            self.say("preparing a data directory")
            data, keys = self.scratch / "seed", self.folder("keys")
            found = run_job("seed", data, {"keys": str(keys), "threads": int(self.some(100, 240))})
            people = [(name, Path(key)) for name, key in found["people"]]
            self._seed = Seed(data, people, found["board"], found["place"], found["guest_place"], found["thread"])
        return self._seed

    def copy(self, name: str) -> Path:
        """A copy of the prepared data directory: what one section writes, no other one finds."""
        target = self.scratch / name
        shutil.copytree(self.seed.data, target, ignore=shutil.ignore_patterns("*.sock", "lock"))
        return target

    def callers(self, server: Server, transport: str = "ssh", wanted: str | None = None) -> Generator:
        """A load generator for a server; `wanted` is how the first screen is recognised."""
        if transport == "telnet":
            return Generator("telnet", server.telnet_port, [], wanted=wanted or "guest")
        return Generator("ssh", server.ssh_port, self.seed.people, wanted=wanted or "{name}")


def ratio(value: float, of: float) -> float:
    """How many times `of`; 0 when there is nothing to compare with."""
    return value / of if of else 0.0


Document = dict[str, Any]
