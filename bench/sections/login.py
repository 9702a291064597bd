"""What a connection costs: CPU and time from connect to the first screen, with a key."""

from __future__ import annotations

from bench.bench import Bench
from bench.figures import Figure, at_most, percentile, spread
from bench.processes import house

NAME = "login"
ABOUT = "server CPU and wall time of an SSH connect with a key, to the first screen"

PER_SECOND = 10.0
WARM = 8
"""Connects before the count begins: imports and caches of the first ones are no caller's cost."""


def measure(bench: Bench) -> list[Figure]:
    """Connect one after the other."""
    bench.say("connects")
    count = int(bench.some(25, 100))
    with house(bench.copy("login")) as server, bench.callers(server) as callers:
        callers.arrive(WARM, PER_SECOND)
        before = server.cpu()
        heard = callers.arrive(WARM + count, PER_SECOND)
        spent = server.cpu() - before
    method = f"SSH with an ed25519 key, aes128-gcm, {PER_SECOND:g} connects a second, to the whole first screen"
    return [
        Figure("login.cpu", spent * 1000 / heard.count, "ms", heard.count, f"server process CPU; {method}", at_most(3)),
        Figure(
            "login.wall",
            percentile(heard.milliseconds, 95),
            "ms p95",
            heard.count,
            f"on the caller's side, with the caller's own cryptography; {method}",
            None,
            spread(heard.milliseconds),
        ),
    ]
