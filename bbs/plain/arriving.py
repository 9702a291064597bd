"""Coming in: the first visit, the tour, and going on where a line dropped."""

from __future__ import annotations

from typing import Final

from bbs.errors import NotFound
from bbs.plain.visit import Visit

STOPS: Final = ("hearing", "next", "writing", "finding", "people", "cases", "help")
"""The stops of the tour; their words are `plain.tour.NAME`."""


async def offer(visit: Visit) -> None:
    """Say where a line of this person's dropped, and the word that goes on there; nothing waits for an answer."""
    left = visit.dropped = await visit.forum.returning.latest(visit.actor)
    if left is None:
        return
    tr = visit.tr
    minutes = int((visit.forum.clock.now() - left.left_at).total_seconds() // 60)
    await visit.say(
        "plain.offer" if left.spot.draft_id is None else "plain.offer_writing",
        when=tr.plural("back.minutes", minutes) if minutes else tr("back.just_now"),
        title=str(left.spot.state.get("title", "")),
        route=left.spot.route,
    )


async def resume(visit: Visit, rest: str) -> None:
    """`resume`: go on where the line dropped, at the same floor or in the same text."""
    left, visit.dropped = visit.dropped, None
    if left is None:
        raise NotFound("plain.nothing_dropped")
    await visit.forum.returning.answered(visit.actor)
    spot, floor = left.spot, left.spot.state.get("floor")
    floors = isinstance(floor, int) and spot.route.startswith("/t/") and "#" not in spot.route
    visit.wanted = spot.draft_id
    try:
        await visit.go(f"{spot.route}#{floor}" if floors and spot.draft_id is None else spot.route)
    finally:
        visit.wanted = None


async def welcome(visit: Visit) -> None:
    """`/welcome`: the first visit: what this is, and the words for language, page, tour; nothing waits."""
    for part in ("how", "choose", "tour"):
        await visit.say(f"plain.welcome_{part}")
    if not visit.actor.is_guest:
        visit.actor = await visit.forum.accounts.set_preferences(visit.actor, {"welcomed": True})


async def tour(visit: Visit, rest: str = "") -> None:
    """`tour`, `/help/tour`: in a few paragraphs all that one needs on the first day."""
    for number, stop in enumerate(STOPS, 1):
        await visit.say("plain.tour_stop", number=number, of=len(STOPS), words=visit.tr(f"plain.tour.{stop}"))
