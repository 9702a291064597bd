"""The walk through what is unread, over many boards."""

from __future__ import annotations

from bench.bench import Bench
from bench.figures import Figure, Target, at_most
from bench.processes import run_job

NAME = "unread"
ABOUT = "the walk through what is unread, and the counts of home, over 100 boards"
BOARDS = 100


def measure(bench: Bench) -> list[Figure]:
    """Fill a store, read parts of it, and walk."""
    threads = 10_000 if bench.full else int(bench.some(100, 1_000))
    steps = int(bench.some(60, 300))
    rounds = int(bench.some(20, 100))
    bench.say(f"{BOARDS} boards of {threads} threads")
    data = bench.scratch / "unread"
    found = run_job(
        "unread", data, {"boards": BOARDS, "threads": threads, "steps": steps, "rounds": rounds}, patience=1800
    )
    times = found["milliseconds"]
    method = f"p95 through forum calls, {BOARDS} boards of {threads:,} threads, two of three read in part, 5 favourites"

    def figure(name: str, what: str, count: int, target: Target | None = None) -> Figure:
        rest = {key: times[name][key] for key in ("p50", "p99", "max")}
        return Figure(f"unread.{name}", times[name]["p95"], "ms p95", count, f"{method}; {what}", target, rest)

    return [
        figure("step", "finding the next unread thread after the one just read", steps, at_most(25)),
        figure("open", "opening it at its unread point and marking it read", steps, at_most(25)),
        figure("last_board", "the next unread thread where only the last board has any", rounds, at_most(25)),
        figure("list", "the list of the first 200 unread threads", rounds),
        figure("boards", "the list of boards with unread counts", rounds, at_most(25)),
        figure("home", "all counts of the home screen and the first of each kind", rounds, at_most(50)),
        figure("mark_all", "marking a whole board read, committed to disk", rounds),
        figure("undo", "taking that back", rounds),
    ]
