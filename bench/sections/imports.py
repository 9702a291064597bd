"""Importing bulletins: items a second, and memory."""

from __future__ import annotations

from bench.bench import Bench, ratio
from bench.figures import Figure, at_least, at_most
from bench.processes import run_job

NAME = "imports"
ABOUT = "bulletin files imported per second, again unchanged, and peak memory"

TIMES = 3
"""How many times larger the second import is, for memory."""


def measure(bench: Bench) -> list[Figure]:
    """A small import and a larger one, each into a fresh store in a process of its own."""
    bench.say("bulletin import")
    count = int(bench.some(400, 2000))
    small = run_job("imports", bench.scratch / "imports-small", {"count": count})
    large = run_job("imports", bench.scratch / "imports-large", {"count": count * TIMES})
    method = "generated Markdown files of 1.4 KiB through bbs.importers into a fresh store: parsed, stored, indexed"
    return [
        Figure(
            "imports.created",
            large["created_per_second"],
            "items/s",
            count * TIMES,
            method,
            at_least(2000),
            {"cpu_ms_each": large["cpu_ms_each"], "small_per_second": small["created_per_second"]},
        ),
        Figure(
            "imports.unchanged",
            large["unchanged_per_second"],
            "items/s",
            count * TIMES,
            f"{method}; the same once more",
        ),
        Figure(
            "imports.memory",
            large["peak_kib"] / 1024,
            "MiB",
            count * TIMES,
            "peak resident memory of the process above what it was before the first import",
        ),
        Figure(
            "imports.memory.growth",
            ratio(large["peak_kib"], small["peak_kib"]),
            "times",
            count * TIMES,
            f"the same for {count * TIMES} files against {count}: 1 is flat",
            at_most(1.5, "design: flat with size"),
            {"small_mib": small["peak_kib"] / 1024},
        ),
    ]
