"""How much waits for one person in inbox and mailbox, and whom they block: kept on the visit, fresh by events."""

from __future__ import annotations

from collections.abc import Callable

from bbs.forum.arrivals import Known
from bbs.forum.forum import Event
from bbs.forum.people import blocks, inbox, mailbox
from bbs.terminal.view import Stage
from screens.visit import Visit

_COUNTED = (inbox.CHANGED, mailbox.CHANGED)


def take(visit: Visit, known: Known) -> None:
    """Begin with what was found on coming in."""
    visit.notices, visit.letters, visit.blocked = known.notices, known.letters, known.blocked


async def _count(visit: Visit) -> None:
    """Count what waits."""
    visit.notices = await visit.forum.inbox.unread(visit.actor)
    visit.letters = await visit.forum.mail.unread(visit.actor)


async def _learn_blocks(visit: Visit) -> None:
    """Fetch whom the person blocks."""
    visit.blocked = await visit.forum.blocks.names(visit.actor)


def follow(visit: Visit, stage: Stage) -> list[Callable[[], None]]:
    """Keep the visit right from now on; call what is returned at its end."""

    def counted(event: Event) -> None:
        if visit.actor.account_id is not None and event.payload.get("account") == visit.actor.account_id:
            stage.spawn(_recount(visit, stage))

    def blocked(event: Event) -> None:
        if visit.actor.account_id is not None and event.payload.get("account") == visit.actor.account_id:
            stage.spawn(_learn_blocks(visit))

    return [visit.forum.listen(_COUNTED, counted), visit.forum.listen((blocks.CHANGED,), blocked)]


async def _recount(visit: Visit, stage: Stage) -> None:
    await _count(visit)
    stage.redraw()


async def saw_floors(visit: Visit, thread: int, floor: int) -> None:
    """Floors of a thread up to this one were on the screen: notices of them are read."""
    if not visit.notices:
        return
    waiting = await visit.forum.inbox.waiting(visit.actor)
    here = f"/t/{thread}#"
    seen = [route for route in waiting if route.startswith(here) and int(route.removeprefix(here)) <= floor]
    await visit.forum.inbox.seen(visit.actor, seen)
