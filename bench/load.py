"""The load generator: callers in a process of their own, told what to do by lines of JSON on standard input.

Each line is one order, each answer one line: `arrive` brings callers in at an even pace, `press` lets all of them press
keys, `scatter` gets them going at different places of a script, `leave` hangs up. Times are measured here, on the
callers' side.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncssh

from bench.lines import Line, Silent, answer, call_ssh, call_telnet
from bench.walks import Step

SEED: Final = 20260925
"""Of the moments at which callers press their first key: the same in each run."""
FAILURES_TOLD: Final = 5
"""Failures whose words are kept."""


@dataclass(slots=True)
class Caller:
    """One person on a line; `walk` is where in the script they are."""

    line: Line
    script: Sequence[Step] = ()
    walk: Iterator[Step] = field(default_factory=lambda: iter(()))


@dataclass(slots=True)
class Outcome:
    """What came of keys that were pressed."""

    seconds: list[float] = field(default_factory=list)
    bytes: int = 0
    failures: list[str] = field(default_factory=list)
    failed: int = 0

    def fail(self, error: Exception) -> None:
        """Count a failure and keep the words of the first ones."""
        self.failed += 1
        if len(self.failures) < FAILURES_TOLD:
            self.failures.append(str(error))

    def document(self) -> dict[str, Any]:
        """As it is sent to the benchmark."""
        return {
            "milliseconds": [round(value * 1000, 3) for value in self.seconds],
            "bytes": self.bytes,
            "failed": self.failed,
            "failures": self.failures,
        }


class Crowd:
    """All callers of this process."""

    def __init__(self, transport: str, port: int, people: Sequence[tuple[str, str]], wanted: str) -> None:
        self._transport = transport
        self._port = port
        self._people = itertools.cycle([(name, asyncssh.read_private_key(Path(key))) for name, key in people])
        self._wanted = wanted
        self._callers: list[Caller] = []
        self._random = random.Random(SEED)

    async def arrive(self, count: int, per_second: float) -> Outcome:
        """Bring callers in, one each 1/`per_second` seconds, until so many are here."""
        outcome = Outcome()
        loop = asyncio.get_running_loop()
        began = loop.time()

        async def one(number: int) -> None:
            await asyncio.sleep(began + number / per_second - loop.time())
            try:
                line, seconds = await self._call()
            except Silent as error:
                outcome.fail(error)
                return
            outcome.seconds.append(seconds)
            outcome.bytes += line.ear.bytes
            self._callers.append(Caller(line))

        await asyncio.gather(*(one(number) for number in range(count - len(self._callers))))
        return outcome

    async def _call(self) -> tuple[Line, float]:
        if self._transport == "telnet":
            return await call_telnet(self._port, self._wanted.encode())
        name, key = next(self._people)
        return await call_ssh(self._port, name, key, self._wanted.replace("{name}", name).encode())

    async def press(self, script: Sequence[Step], every: float, seconds: float, *, rounds: int = 0) -> Outcome:
        """Let everybody press the keys of a script over and over, one each `every` seconds, for so many seconds, or

        with `rounds` so many times through. A script that goes on takes up where it stopped the last time."""
        outcome = Outcome()
        before = sum(caller.line.ear.bytes for caller in self._callers)
        until = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*(self._one(caller, script, every, until, rounds, outcome) for caller in self._callers))
        outcome.bytes = sum(caller.line.ear.bytes for caller in self._callers) - before
        return outcome

    async def scatter(self, script: Sequence[Step], every: float, least: int, most: int) -> Outcome:
        """Let callers who do not walk yet begin a script and go a random way into it, so that not all do the same."""
        outcome = Outcome()
        fresh = [caller for caller in self._callers if caller.script != script]

        async def begin(caller: Caller, steps: int) -> None:
            caller.script, caller.walk = script, itertools.cycle(script)
            await asyncio.sleep(self._random.random() * every)
            for step in itertools.islice(caller.walk, steps):
                try:
                    outcome.seconds.append(await answer(caller.line, step.key.encode(), step.expect.encode()))
                except Silent as error:
                    outcome.fail(error)
                    return
                await asyncio.sleep(every)

        await asyncio.gather(*(begin(caller, self._random.randint(least, most)) for caller in fresh))
        return outcome

    async def _one(
        self, caller: Caller, script: Sequence[Step], every: float, until: float, rounds: int, outcome: Outcome
    ) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._random.random() * every
        if rounds:
            caller.script, caller.walk = (), itertools.chain.from_iterable(itertools.repeat(script, rounds))
        elif caller.script != script:
            caller.script, caller.walk = script, itertools.cycle(script)
        for step in caller.walk:
            await asyncio.sleep(due - loop.time())
            try:
                outcome.seconds.append(await answer(caller.line, step.key.encode(), step.expect.encode()))
            except Silent as error:
                outcome.fail(error)
                return
            due = max(due + every, loop.time())
            if not rounds and due > until:
                return

    def leave(self) -> None:
        """Everybody hangs up."""
        for caller in self._callers:
            caller.line.hang_up()
        self._callers.clear()


async def _obey(orders: asyncio.StreamReader, crowd: Crowd) -> None:
    while order_line := await orders.readline():
        order = json.loads(order_line)
        do = order.pop("do")
        if do == "arrive":
            outcome = await crowd.arrive(**order)
            gc.collect()
            gc.freeze()  # a collection in the middle of a measurement would count as the server's slowness
        elif do == "press":
            order["script"] = tuple(Step(*step) for step in order["script"])
            outcome = await crowd.press(**order)
        elif do == "scatter":
            order["script"] = tuple(Step(*step) for step in order["script"])
            outcome = await crowd.scatter(**order)
        else:
            crowd.leave()
            await asyncio.sleep(0.2)
            outcome = Outcome()
        sys.stdout.write(json.dumps(outcome.document()) + "\n")
        sys.stdout.flush()


async def main() -> None:
    """Read the plan, then orders, until standard input ends."""
    orders = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    plan = json.loads(await orders.readline())
    crowd = Crowd(plan["transport"], plan["port"], [tuple(person) for person in plan["people"]], plan["wanted"])
    try:
        await _obey(orders, crowd)
    finally:
        crowd.leave()


if __name__ == "__main__":
    asyncio.run(main())
