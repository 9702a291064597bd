"""Holding a live interview: announcing, sorting the questions, beginning and ending, each asked for in words."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid
from bbs.plain.asking import ask, is_off, number_of
from bbs.plain.live import InRoom
from bbs.plain.places import board_meant
from bbs.plain.visit import Visit

ON_QUESTION: Final = frozenset({"accept", "leave-out", "lift", "merge"})
_CHANGES: Final = ("title", "guests", "starts", "ends", "about")


async def announce(visit: Visit, rest: str) -> None:
    """`announce BOARD`: title, guests, when, what it is about."""
    board = await board_meant(visit, await ask(visit, "plain.ask_board", rest))
    parts = ["live", "announce", board.slug]
    parts.append(f"--title={await ask(visit, 'plain.ask_title')}")
    parts.append(f"--guests={await ask(visit, 'plain.ask_guests')}")
    parts.append(f"--starts={await ask(visit, 'plain.ask_starts')}")
    for name in ("ends", "about"):
        value = ((await visit.paper.ask(visit.tr(f"plain.ask_{name}"))) or "").strip()
        parts += [f"--{name}={value}"] if value else []
    await visit.run(parts)


async def act(visit: Visit, what: str, rest: str) -> None:
    """What is done to a question (`accept 12`) or to the interview one is in (`begin`)."""
    if not isinstance(visit.here.thing, InRoom):
        raise Invalid("plain.no_interview")
    interview = visit.here.thing.interview
    number, more = number_of(rest)
    if what in ON_QUESTION:
        if number is None:
            raise Invalid("plain.which_question")
        parts = ["live", what, str(number)]
        if what == "merge":
            parts.append(await ask(visit, "plain.ask_merge", more))
        elif what == "leave-out":
            parts.append(f"--reason={await ask(visit, 'plain.ask_reason', more)}")
        elif what == "lift" and is_off(more):
            parts.append("--off")
    else:
        parts = ["live", what, str(interview.id)]
        if what == "cancel":
            parts.append(f"--reason={await ask(visit, 'plain.ask_reason', rest)}")
        elif what == "remind" and is_off(rest):
            parts.append("--off")
        elif what == "take" and number is not None:
            parts.append(f"--question={number}")
        elif what == "change":
            name, _, value = rest.partition(" ")
            if name not in _CHANGES:
                raise Invalid("plain.change_what")
            parts.append(f"--{name}={await ask(visit, f'plain.ask_{name}', value)}")
    await visit.run(parts)
