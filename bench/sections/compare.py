"""The same list over the libraries as they come, over asyncssh alone, and over this server, by the same callers."""

from __future__ import annotations

from dataclasses import dataclass

from bench import walks
from bench.bench import Bench, ratio
from bench.figures import Figure, rounded
from bench.generator import Generator
from bench.processes import Server, house, peer, pss_kib

NAME = "compare"
ABOUT = "CPU per key and connect and memory per session, beside stock prompt_toolkit and asyncssh alone"

PER_SECOND = 25.0
EVERY = 0.3
WARM = 5
FULL_SCREEN = "\x1b[?1049h"
_MIB = 1024.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one server takes."""

    key_ms: float
    connect_ms: float
    memory_mib: float
    keys: int


def measure(bench: Bench) -> list[Figure]:
    """Ours, the stock one and the floor, by turns."""
    sessions = int(bench.some(16, 60))
    seed = bench.seed
    costs: dict[str, Cost] = {}
    for name in ("ours", "stock", "floor"):
        bench.say(f"comparing: {name}")
        if name == "ours":
            with house(bench.copy("compare")) as server, bench.callers(server) as callers:
                costs[name] = _cost(bench, server, callers, sessions, walks.to_board(seed.board, seed.place))
        else:
            with peer(name, bench.folder(name)) as server, bench.callers(server, wanted=FULL_SCREEN) as callers:
                costs[name] = _cost(bench, server, callers, sessions, ())
    return [*_figures(costs, sessions, "stock"), *_figures(costs, sessions, "floor")]


def _cost(bench: Bench, server: Server, callers: Generator, sessions: int, there: walks.Script) -> Cost:
    callers.arrive(WARM, PER_SECOND)
    memory, before = pss_kib(server.pid), server.cpu()
    arrived = callers.arrive(WARM + sessions, PER_SECOND)
    connect = (server.cpu() - before) * 1000 / arrived.count
    memory = pss_kib(server.pid) - memory
    if there:
        callers.once(there, bench.brisk)
    callers.press(walks.LIST, EVERY / 3, 1.0)
    before = server.cpu()
    heard = callers.press(walks.LIST, EVERY, bench.some(1.5, 5))
    key = (server.cpu() - before) * 1000 / heard.count
    return Cost(key, connect, memory / sessions / _MIB, heard.count)


def _figures(costs: dict[str, Cost], sessions: int, other: str) -> list[Figure]:
    ours, theirs = costs["ours"], costs[other]
    method = f"ours / {other}: SSH with a key, aes128-gcm, {sessions} sessions in a list, same callers, same run"

    def figure(name: str, mine: float, its: float, unit: str, count: int) -> Figure:
        detail = {"ours": rounded(mine), other: rounded(its), "unit": unit}
        return Figure(f"compare.{other}.{name}", ratio(mine, its), "times", count, method, None, detail)

    return [
        figure("key", ours.key_ms, theirs.key_ms, "ms CPU a key", ours.keys),
        figure("connect", ours.connect_ms, theirs.connect_ms, "ms CPU a connect", sessions),
        figure("memory", ours.memory_mib, theirs.memory_mib, "MiB a session at its first screen", sessions),
    ]
