"""doctor: is everything as it should be?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command
from bbs.forum.access import Verb


class Health(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at. `message` is a message id, `params` fill it; it says what to do if need be."""

    what: str
    health: Health
    message: str
    params: tuple[tuple[str, object], ...] = ()


class Examination(Protocol):
    """What the wiring knows of this installation: files, ports, versions."""

    async def __call__(self, call: Call) -> list[Finding]: ...


def doctor(examine: Examination) -> Callable[[Call], Awaitable[Answer]]:
    """The doctor command, with an examination of this installation."""

    async def run(call: Call) -> Answer:
        """Check the installation and say what to do; exit code 1 when something is bad."""
        found = await examine(call)
        bad = any(one.health is Health.BAD for one in found)
        cells = [
            [call.tr(f"health.{one.health.value}"), one.what, call.tr(one.message, **dict(one.params))] for one in found
        ]
        items = [
            {"what": one.what, "health": one.health.value, "message": call.tr(one.message, **dict(one.params))}
            for one in found
        ]
        titles = [call.tr(f"column.{name}") for name in ("state", "what", "details")]
        return Answer({"ok": not bad, "items": items}, [Rows(titles, cells)], exit_code=1 if bad else 0)

    return run


def commands(examine: Examination) -> tuple[Command, ...]:
    """The doctor command."""
    return (Command(("doctor",), doctor(examine), verb=Verb.DOCTOR, topic="site"),)
