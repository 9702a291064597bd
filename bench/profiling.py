"""Where the server's time goes, or its memory: the top functions while callers press keys or log in."""

from __future__ import annotations

import json
import pstats
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench import walks
from bench.bench import Bench
from bench.generator import Generator
from bench.processes import ROOT, Broken, Server
from bench.walks import Step

WHAT: Final = ("list", "reader", "walk", "key", "login", "memory")
TOP: Final = 40
SESSIONS: Final = 30
EVERY: Final = 0.3
_WRITE_SECONDS: Final = 20.0
_IDLE: Final = ("'select.epoll' objects>", "_run_once", "select", "disable' of '_lsprof.Profiler' objects>")
"""Waiting for something to do, and what stands around it."""


def profile(bench: Bench, what: str) -> dict[str, Any]:
    """Profile one kind of work (`key` is a whole walk); milliseconds a key or login, main thread only."""
    output = bench.scratch / "profile.out"
    data = bench.copy("profile")
    command = ["-m", "bench.profiled", str(output), what, "serve", "--data", str(data), "--demo"]
    server = Server([*command, "--ssh-port", "0", "--telnet-port", "0"], bench.scratch / "profile.log")
    with server, bench.callers(server) as callers:
        callers.arrive(SESSIONS, 15)
        work = _prepared(bench, callers, what)
        before = server.cpu()
        server.signal(signal.SIGUSR1)
        count = work()
        server.signal(signal.SIGUSR2)
        spent = server.cpu() - before
        _wait_for(Path(f"{output}.json") if what == "memory" else output, callers)
    if what == "memory":
        return {"what": what, "sessions": count, **_kept(output, count)}
    return {"what": what, "count": count, "cpu_ms_each_profiled": spent * 1000 / count, **_top(output, count)}


def _prepared(bench: Bench, callers: Generator, what: str) -> Callable[[], int]:
    seed = bench.seed
    seconds = bench.some(5, 12)
    board = walks.to_board(seed.board, seed.place)
    walk = walks.walk(seed.board, seed.place)
    if what == "login":
        return lambda: callers.arrive(SESSIONS + int(bench.some(30, 60)), 10).count
    script = {"list": walks.LIST, "reader": walks.READER}.get(what, walk)
    if what == "memory":
        return lambda: _come_and_walk(callers, walk, int(bench.some(40, 100)))
    if what in ("list", "reader"):
        callers.once(board, 0.2)
    if what == "reader":
        callers.once((Step(f":/t/{seed.thread}\r", f"/t/{seed.thread}"),), 0.3)
    callers.press(script, EVERY, EVERY * len(script))
    return lambda: callers.press(script, EVERY, seconds).count


def _come_and_walk(callers: Generator, walk: walks.Script, count: int) -> int:
    """More callers walk once, and are at home again."""
    callers.once(walk, 0.15)
    came = callers.arrive(SESSIONS + count, 20).count
    callers.once(walk, 0.15)
    return came


def _kept(output: Path, sessions: int) -> dict[str, Any]:
    """KiB a session by file, by line and by the way to it."""
    found = json.loads(Path(f"{output}.json").read_text())
    return {
        kind: [
            {
                "kib_each": round(size / 1024 / sessions, 2),
                "blocks_each": round(blocks / sessions, 1),
                "where": " < ".join(_short(place) for place in where.split(" < ")),
            }
            for where, size, blocks in rows
        ]
        for kind, rows in found.items()
    }


def _wait_for(output: Path, callers: Generator) -> None:
    """The signal is answered when the loop turns; a key of each caller makes it turn."""
    for _ in range(int(_WRITE_SECONDS)):
        callers.once((Step("\x0c"),), 1.0)
        if output.exists() and output.stat().st_size:
            return
    raise Broken("the profile was not written")


def _top(output: Path, count: int) -> dict[str, Any]:
    beside = json.loads(Path(f"{output}.json").read_text())
    each = beside["interval"] * 1e6 / count
    stats = pstats.Stats(str(output))
    rows = []
    for (file, line, name), (_, calls, own, total, _) in stats.stats.items():  # type: ignore[attr-defined]
        if name.endswith(_IDLE):
            continue
        rows.append(
            {
                "function": f"{_short(file)}:{line}:{name}" if line else name,
                "calls_each": round(calls / count, 2),
                "own_us_each": round(own * 1e6 / count, 1),
                "total_us_each": round(total * 1e6 / count, 1),
            }
        )
    by_own = sorted(rows, key=lambda row: -row["own_us_each"])[:TOP]
    by_total = sorted(rows, key=lambda row: -row["total_us_each"])[:TOP]
    return {
        "by_own_time": by_own,
        "by_total_time": by_total,
        "store_threads_us_each": {place: round(seen * each, 1) for place, seen in beside["threads"]},
        "collector": beside["collector"],
    }


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(ROOT))
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return "/".join(parts[-2:])
