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
SECONDS = 5.0
"""How long one place is measured; a walk twice as long."""
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
                sessions = int(bench.some(16, SESSIONS))
                callers.arrive(sessions, ARRIVE)
                figures += _places(bench, server, callers, transport, place, sessions)
    return figures


def _places(
    bench: Bench, server: Server, callers: Generator, transport: str, place: int, sessions: int
) -> list[Figure]:
    seed = bench.seed
    figures: list[Figure] = []

    def take(name: str, script: Script, seconds: float, target: Target | None) -> None:
        figures.extend(
            _take(bench, server, callers, f"key.{transport}.{name}", script, seconds, target, transport, sessions)
        )

    callers.once(walks.to_board(seed.board, place), bench.brisk)
    take("list", walks.LIST, bench.some(1.5, SECONDS), at_most(0.20 if transport == "ssh" else 0.12))
    if bench.quick and transport == "telnet":
        return figures
    callers.once((walks.Step(f":/t/{seed.thread}\r", f"/t/{seed.thread}"),), bench.brisk)
    if not bench.quick:
        take("reader", walks.READER, SECONDS, None)
    callers.once((walks.Step("q", f"/b/{seed.board}"), walks.Step("q", "/b"), walks.Step("q", "/")), bench.brisk)
    walk = walks.walk(seed.board, place)
    take("walk", walk, bench.some(3, 2 * SECONDS), at_most(0.3) if transport == "ssh" else at_most(0.16, _PEER))
    return figures


def _take(
    bench: Bench,
    server: Server,
    callers: Generator,
    name: str,
    script: Script,
    seconds: float,
    target: Target | None,
    transport: str,
    sessions: int,
) -> list[Figure]:
    most = min(len(script), int(bench.some(12, 40)))
    callers.scatter(script, EVERY / 3, most // 2, most)  # also what warms
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
