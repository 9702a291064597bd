"""Server CPU per key press: in a list, in the reader, over a whole walk; SSH and telnet."""

from __future__ import annotations

from bench import walks
from bench.bench import Bench
from bench.figures import Figure, Target, at_most, spread
from bench.generator import Generator
from bench.processes import Server, house, thread_cpu_seconds
from bench.walks import Script

NAME = "key"
ABOUT = "server CPU per key press in a list, the reader and a whole walk, over SSH and telnet; bytes per key"

SESSIONS = 60
EVERY = 0.25
"""Seconds between two keys of one caller."""
ARRIVE = 25.0
"""Callers a second."""
METHOD = (
    "server process CPU (user+system, all threads; process CPU clock) over the keys, after a warm-up of the same keys;"
    " {sessions} sessions, each a key every {every} s; {transport}"
)
_PEER = "fastest peer in notes: 0.16 ms over telnet"


def measure(bench: Bench) -> list[Figure]:
    """All three places over both transports."""
    figures: list[Figure] = []
    seed = bench.seed
    with house(bench.copy("key")) as server:
        for transport in ("ssh", "telnet"):
            bench.say(f"key presses over {transport}")
            place = seed.place if transport == "ssh" else seed.guest_place
            with bench.callers(server, transport) as callers:
                sessions = int(bench.some(24, SESSIONS))
                callers.arrive(sessions, ARRIVE)
                figures += _places(bench, server, callers, transport, place, sessions)
    return figures


def _places(
    bench: Bench, server: Server, callers: Generator, transport: str, place: int, sessions: int
) -> list[Figure]:
    seed = bench.seed
    figures: list[Figure] = []

    def take(name: str, script: Script, seconds: float, target: Target | None) -> None:
        figures.extend(_take(server, callers, f"key.{transport}.{name}", script, seconds, target, transport, sessions))

    callers.once(walks.to_board(seed.board, place), 0.2)
    take("list", walks.LIST, bench.some(2, 5), at_most(0.20 if transport == "ssh" else 0.12))
    if bench.quick and transport == "telnet":
        return figures
    callers.once((walks.Step(f":/t/{seed.thread}\r", f"/t/{seed.thread}"),), 0.3)
    take("reader", walks.READER, bench.some(2, 5), None)
    callers.once((walks.Step("q", f"/b/{seed.board}"), walks.Step("q", "/b"), walks.Step("q", "/")), 0.2)
    walk = walks.walk(seed.board, place)
    take("walk", walk, bench.some(4, 10), at_most(0.3) if transport == "ssh" else at_most(0.16, _PEER))
    return figures


def _take(
    server: Server,
    callers: Generator,
    name: str,
    script: Script,
    seconds: float,
    target: Target | None,
    transport: str,
    sessions: int,
) -> list[Figure]:
    length = len(script)
    callers.scatter(script, EVERY / 2, length // 3 if length < 30 else length // 2, length)
    threads = thread_cpu_seconds(server.pid)
    before = server.cpu()
    heard = callers.press(script, EVERY, seconds)
    spent = server.cpu() - before
    after = thread_cpu_seconds(server.pid)
    each = 1000 / heard.count
    method = METHOD.format(sessions=sessions, every=EVERY, transport=transport)
    detail = {
        "main_thread_ms": (after["main"] - threads["main"]) * each,
        "other_threads_ms": (after["others"] - threads["others"]) * each,
        "latency_ms": spread(heard.milliseconds),
    }
    return [
        Figure(f"{name}.cpu", spent * each, "ms", heard.count, method, target, detail),
        Figure(f"{name}.bytes", heard.bytes / heard.count, "bytes", heard.count, "payload bytes the caller received"),
    ]
