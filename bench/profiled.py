"""The real server under a profiler that is switched by signals: `python -m bench.profiled OUTPUT WHAT serve …`.

SIGUSR1 begins; SIGUSR2 ends and writes OUTPUT (the loop's thread, by cProfile) and OUTPUT.json (what the store's
threads were seen doing, by samples, and the pauses of the garbage collector). With WHAT `memory` it writes to
OUTPUT.json what was allocated between the signals and is still there. What happens before and after costs nothing.
"""

from __future__ import annotations

import cProfile
import gc
import json
import signal
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any, Final

from bbs.app.cli import main

Handler = Callable[[int, FrameType | None], None]
Switch = tuple[Handler, Handler]
"""What begins, and what ends."""

FRAMES: Final = 4
"""Callers that are kept of an allocation."""
MOST: Final = 40
INTERVAL: Final = 0.002
"""Seconds between two looks at the store's threads."""
_ROOMS: Final = ("/bbs/forum/", "/bbs/store/")
_WAITING: Final = ("/aiosqlite/core.py", "/threading.py", "/concurrent/futures/thread.py")


class Sampler:
    """Looks at what every thread but the loop's is doing."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.looks = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the last look."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        skipped = {threading.get_ident(), threading.main_thread().ident}
        while not self._end.wait(INTERVAL):
            self.looks += 1
            for ident, frame in sys._current_frames().items():
                if ident not in skipped and not frame.f_code.co_filename.endswith(_WAITING):
                    self.seen[_place(frame)] += 1


def _place(frame: FrameType) -> str:
    """The innermost line of the rules, else of the store, and the function under it that was running."""
    for room in _ROOMS:
        at: FrameType | None = frame
        while at is not None:
            name = at.f_code.co_filename
            if room in name:
                return f"{name[name.index(room) + 1 :]}:{at.f_lineno}:{at.f_code.co_name} > {frame.f_code.co_name}"
            at = at.f_back
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"


class Pauses:
    """How often and how long the garbage collector stopped everything, by generation."""

    def __init__(self) -> None:
        self.milliseconds: dict[int, list[float]] = {0: [], 1: [], 2: []}
        self._began = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Told by the collector."""
        if phase == "start":
            self._began = perf_counter()
        else:
            self.milliseconds[info["generation"]].append((perf_counter() - self._began) * 1000)

    def document(self) -> dict[str, Any]:
        """Count, sum and worst of each generation."""
        return {
            f"generation_{generation}": {"count": len(times), "sum_ms": sum(times), "max_ms": max(times, default=0.0)}
            for generation, times in self.milliseconds.items()
        }


def _time(output: str) -> Switch:
    profile = cProfile.Profile()
    sampler = Sampler()
    pauses = Pauses()

    def begin(number: int, frame: FrameType | None) -> None:
        sampler.start()
        gc.callbacks.append(pauses)
        profile.enable()

    def end(number: int, frame: FrameType | None) -> None:
        profile.disable()
        gc.callbacks.remove(pauses)
        sampler.stop()
        beside = {"interval": INTERVAL, "threads": sampler.seen.most_common(30), "collector": pauses.document()}
        Path(f"{output}.json").write_text(json.dumps(beside))
        profile.dump_stats(output)

    return begin, end


def _memory(output: str) -> Switch:
    def begin(number: int, frame: FrameType | None) -> None:
        gc.collect()
        tracemalloc.start(FRAMES)

    def end(number: int, frame: FrameType | None) -> None:
        gc.collect()
        snapshot = tracemalloc.take_snapshot()
        tracemalloc.stop()
        kept = snapshot.filter_traces([tracemalloc.Filter(False, tracemalloc.__file__)])
        document = {kind: _kept(kept.statistics(kind)) for kind in ("filename", "lineno", "traceback")}
        Path(f"{output}.json").write_text(json.dumps(document))

    return begin, end


def _kept(found: list[tracemalloc.Statistic]) -> list[tuple[str, int, int]]:
    """Where, bytes, blocks; the largest first."""
    return [
        (" < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(one.traceback)), one.size, one.count)
        for one in found[:MOST]
    ]


def _run(output: str, what: str, arguments: list[str]) -> int:
    begin, end = _memory(output) if what == "memory" else _time(output)
    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, end)
    return main(arguments)


if __name__ == "__main__":
    sys.exit(_run(sys.argv[1], sys.argv[2], sys.argv[3:]))
