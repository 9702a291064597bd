"""Large boards, long threads, and the start, on a large store."""

from __future__ import annotations

from bench.bench import Bench, ratio
from bench.figures import Figure, Target, at_most
from bench.processes import house, run_job

NAME = "scale"
ABOUT = "opening large boards and threads against small ones, start on a large store"


def measure(bench: Bench) -> list[Figure]:
    """Fill a store and open things in it."""
    threads = 1_000_000 if bench.full else int(bench.some(4_000, 100_000))
    floors = int(bench.some(2_000, 10_000))
    rounds = int(bench.some(30, 200))
    bench.say(f"a board of {threads} threads")
    data = bench.scratch / "scale"
    found = run_job(
        "scale", data, {"threads": threads, "small": 1_000, "posts": floors, "rounds": rounds}, patience=1800
    )
    times = found["milliseconds"]
    method = "p95 through forum calls on a warm store, small and large by turns in one loop"

    def figure(name: str, what: str, target: Target | None = None) -> Figure:
        spent = times[name]
        rest = {key: spent[key] for key in ("p50", "p99", "max", "first")}
        return Figure(f"scale.{name}", spent["p95"], "ms p95", rounds, f"{method}; {what}", target, rest)

    def compared(name: str, large: str, small: str) -> Figure:
        value = ratio(times[large]["p50"], times[small]["p50"])
        return Figure(f"scale.{name}.ratio", value, "times", rounds, "of the p50s", at_most(1.2))

    figures = [
        figure("board_small", "board of 1,000 threads: board, pinned, first 50"),
        figure("board_large", f"board of {threads:,} threads: the same", at_most(25)),
        compared("board", "board_large", "board_small"),
        figure("board_middle", f"board of {threads:,} threads: 50 around the thread in the middle", at_most(25)),
        figure("thread_small", "thread of 20 posts at its unread point: thread and 50 posts"),
        figure("thread_large", f"thread of {floors:,} posts at its unread point: the same", at_most(25)),
        compared("thread", "thread_large", "thread_small"),
        figure("boards", "the list of boards with unread counts"),
    ]
    bench.say("start on that store")
    with house(data) as server:
        started, spent = server.start_seconds, server.cpu()
    method = f"from starting the process to its ready line, existing database of {found['posts']:,} posts"
    return [
        *figures,
        Figure("start.ready", started, "s", 1, method, at_most(2)),
        Figure("start.cpu", spent, "s", 1, f"CPU {method}", at_most(2)),
    ]
