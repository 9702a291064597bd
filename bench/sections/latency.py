"""Key press to screen, with more and more callers."""

from __future__ import annotations

from bench import walks
from bench.bench import Bench
from bench.figures import Figure, at_most, percentile, spread
from bench.processes import house

NAME = "latency"
ABOUT = "key press to screen p50, p95, p99 with 1, 50, 200 and 500 sessions"

PER_SECOND = 40.0
EVERY = 2.0
ALONE = 0.2
"""Seconds between keys of a single caller, who would else press too few to say anything."""
SCATTER = 0.25
"""Seconds between keys of new callers on their way into the walk."""
METHOD = (
    "from sending the key to the bytes that bring the answer (a screen that opens: its route), seen by the caller;"
    " a walk, callers at all places of it, each a key every {every} s"
)


def measure(bench: Bench) -> list[Figure]:
    """One server; callers stay and more come."""
    seed = bench.seed
    walk = walks.walk(seed.board, seed.place)
    figures: list[Figure] = []
    with house(bench.copy("latency")) as server, bench.callers(server) as callers:
        for sessions in (50,) if bench.quick else (1, 50, 200, 500):
            bench.say(f"latency with {sessions} sessions")
            callers.arrive(sessions, PER_SECOND)
            every = ALONE if sessions == 1 else EVERY
            callers.scatter(walk, bench.some(SCATTER / 3, SCATTER), 0, len(walk))
            before = server.cpu()
            seconds = bench.some(3, 12)
            heard = callers.press(walk, every, seconds)
            cores = (server.cpu() - before) / seconds
            p95 = percentile(heard.milliseconds, 95)
            target = at_most(30) if sessions >= 200 else None
            figures.append(
                Figure(
                    f"latency.{sessions}",
                    p95,
                    "ms p95",
                    heard.count,
                    METHOD.format(every=every),
                    target,
                    {**spread(heard.milliseconds), "server_cores": cores, "failed": heard.failed},
                )
            )
    return figures
