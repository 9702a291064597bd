"""Memory of a session: at home, and after a walk."""

from __future__ import annotations

from bench import walks
from bench.bench import Bench
from bench.figures import Figure, at_least, at_most
from bench.processes import house, pss_kib

NAME = "memory"
ABOUT = "memory per session (PSS), at home and after a walk; sessions in 1 GiB"

PER_SECOND = 30.0
_MIB = 1024.0


def measure(bench: Bench) -> list[Figure]:
    """Bring callers in and look at the server's memory before and after."""
    bench.say("memory of sessions")
    sessions = int(bench.some(40, 200))
    seed = bench.seed
    walk = walks.walk(seed.board, seed.place)
    with house(bench.copy("memory")) as server:
        with bench.callers(server) as first:  # what is loaded at the first login and the first walk is no session's
            first.arrive(2, PER_SECOND)
            first.once(walk, bench.brisk)
        empty = pss_kib(server.pid)
        with bench.callers(server) as callers:
            callers.arrive(sessions, PER_SECOND)
            home = pss_kib(server.pid)
            callers.once(walk, bench.brisk)
            walked = pss_kib(server.pid)
            callers.once((*walks.to_board(seed.board, seed.place), walks.Step(walks.ENTER, "/t/")), bench.brisk)
            reading = pss_kib(server.pid)
    method = f"PSS of the server process, {sessions} sessions against none, divided; kernel memory apart"
    at_home = (home - empty) / sessions / _MIB
    after = (walked - empty) / sessions / _MIB
    in_thread = (reading - empty) / sessions / _MIB
    fits = (1024 - empty / _MIB) / max(after, 1e-6)
    return [
        Figure("memory.home", at_home, "MiB", sessions, method, at_most(0.08)),
        Figure("memory.walked", after, "MiB", sessions, f"{method}; at home after a walk", at_most(0.08)),
        Figure("memory.reading", in_thread, "MiB", sessions, f"{method}; home, boards, board and a thread open"),
        Figure("memory.server", empty / _MIB, "MiB", 1, "PSS of the server before the callers, after two had been in"),
        Figure(
            "memory.fit",
            fits,
            "sessions",
            sessions,
            "(1 GiB - memory.server) / memory.walked: computed",
            at_least(3000),
        ),
    ]
