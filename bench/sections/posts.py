"""Posts acknowledged a second, beside bare commits on the same disk."""

from __future__ import annotations

from bench.bench import Bench, ratio
from bench.figures import Figure, at_least
from bench.processes import run_job

NAME = "posts"
ABOUT = "posts acknowledged per second through the forum's rules, and bare SQLite commits beside it"

WRITERS = (1, 8, 32)


def measure(bench: Bench) -> list[Figure]:
    """With one writer and with several."""
    bench.say("posts")
    found = run_job(
        "posts", bench.copy("posts"), {"seconds": bench.some(0.4, 3), "writers": (1, 32) if bench.quick else WRITERS}
    )
    figures: list[Figure] = []
    for one in found["runs"]:
        writers = one["writers"]
        figures += [
            Figure(
                f"posts.{writers}",
                one["rate"],
                "posts/s",
                one["count"],
                "replies through forum.threads.reply, each writer the next when the last is acknowledged; SQLite"
                f" {found['sqlite']}, WAL, synchronous=FULL, search index and event in the same transaction",
                None,
                {
                    "bare_commits_per_second": one["bare"],
                    "cpu_ms_a_post": one["cpu_ms"],
                    **{f"{p}_ms": one[p] for p in ("p50", "p95", "p99", "max")},
                },
            ),
            Figure(
                f"posts.{writers}.ratio",
                ratio(one["rate"], one["bare"]),
                "of bare",
                one["count"],
                "the same against one-row commits by the bare driver, one thread, same library, log and synchronous"
                " setting, same disk, half before and half after",
                at_least(0.5),
            ),
        ]
    return figures
