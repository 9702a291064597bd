"""register show|verify, and doctor: is everything as it should be?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, option
from bbs.forum.access import Verb
from bbs.text.when import iso


async def register_show(call: Call) -> Answer:
    """Entries of the register, oldest first."""
    found = await call.forum.register.entries(
        call.actor, after=call.number("after"), limit=min(call.number("limit", 50), 500)
    )
    cells = [[str(one.seq), iso(one.at), one.kind, one.actor, one.subject] for one in found]
    titles = [call.tr(f"column.{name}") for name in ("seq", "at", "kind", "actor", "subject")]
    items = [
        {
            "seq": one.seq,
            "at": one.at,
            "kind": one.kind,
            "actor": one.actor,
            "subject": one.subject,
            "record": one.record,
            "hash": one.hash,
        }
        for one in found
    ]
    return Answer(
        {"items": items, "next": found[-1].seq if found else None}, [Rows(titles, cells, call.tr("register.empty"))]
    )


async def register_verify(call: Call) -> Answer:
    """Walk the whole chain; exit code 1 when it is broken."""
    verdict = await call.forum.register.verify(call.actor)
    document = {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "broken_seq": verdict.broken_seq,
        "reason": verdict.reason,
        "head": verdict.head,
    }
    if verdict.ok:
        words = call.tr("register.ok", entries=verdict.entries, head=verdict.head[:16])
    else:
        words = call.tr("register.broken", seq=verdict.broken_seq or 0, reason=call.tr(verdict.reason))
    return Answer(document, [words], exit_code=0 if verdict.ok else 1)


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
    """The register and doctor commands."""
    return (
        Command(
            ("register", "show"),
            register_show,
            (option("after", Kind.NUMBER), option("limit", Kind.NUMBER)),
            Verb.REGISTER_READ,
            "site",
        ),
        Command(("register", "verify"), register_verify, verb=Verb.REGISTER_VERIFY, topic="site"),
        Command(("doctor",), doctor(examine), verb=Verb.DOCTOR, topic="site"),
    )
