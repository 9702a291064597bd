"""Coming back: a session tells where it is, and one that dropped is offered on the home screen of the person's next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bbs.errors import BbsError
from bbs.forum import returning
from bbs.forum.forum import Event
from bbs.forum.returning import HOME, Left, Spot
from screens.arriving.spot import below, put_back, spot_of
from screens.visit import Visit
from screens.writing.composer import Composer

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage


class ComingBack:
    """One session's place: kept while it runs, left behind when the line drops, taken away when the person leaves."""

    def __init__(self, visit: Visit, stage: TerminalStage) -> None:
        self._visit = visit
        self._stage = stage
        self._ticket = ""
        visit.go_back = self.accept
        self._last: Spot | None = None

    def begin(self) -> None:
        """The session has begun."""
        self._ticket = self._visit.forum.returning.enter(self._visit.actor, self.where)

    def follow(self) -> Callable[[], None]:
        """Hear of other lines of the same person from now on; call what is returned at the end."""
        return self._visit.forum.listen((returning.DROPPED,), self._heard)

    def _heard(self, event: Event) -> None:
        if event.payload.get("account") == self._visit.actor.account_id and not self._stage.left:
            self._stage.spawn(self._tell())

    async def _tell(self) -> None:
        """A line that was gone for a while is noticed only now, when its owner is here again on another."""
        await self.offer(await self._visit.forum.returning.latest(self._visit.actor))

    def moved(self) -> None:
        """Another view is in sight."""
        self._visit.forum.returning.moved(self._ticket)

    def where(self) -> Spot | None:
        """Where the person is; home where there is nothing to come back to."""
        spot = spot_of(self._stage.views, self._stage.width)
        return Spot("/") if spot is None else spot

    def ending(self) -> None:
        """The session ends while its views are still open: note where that was."""
        self._last = spot_of(self._stage.views, self._stage.width)

    def end(self) -> None:
        """The session is over; the place is written even if the line is gone. Who leaves has answered the offer."""
        self._visit.keep(self._end(None if self._stage.left else self._last))

    async def _end(self, spot: Spot | None) -> None:
        returning = self._visit.forum.returning
        if self._stage.left and self._visit.left is not None:
            await returning.answered(self._visit.actor)
        await returning.end(self._ticket, spot)

    async def offer(self, left: Left | None) -> None:
        """Let home offer to go on where the line dropped, if it did; who is elsewhere is told. Nobody need answer.

        A session with no view, just beginning or over, has nobody to tell.
        """
        self._visit.left = left
        if left is not None and self._stage.views and self._stage.view.route != HOME and self._stage.prompt is None:
            title = str(left.spot.state.get("title", ""))
            self._stage.say(self._visit.tr("back.elsewhere", route=left.spot.route, title=title), "message.warn")
        self._stage.redraw()

    async def accept(self) -> None:
        """Go on where the line dropped."""
        left, self._visit.left = self._visit.left, None
        if left is not None:
            await self._visit.forum.returning.answered(self._visit.actor)
            await self._go_back(left.spot)

    async def _go_back(self, spot: Spot) -> None:
        for route, state in [*below(spot.state), (spot.route, spot.state)]:
            before = self._stage.views
            try:
                view = self._visit.view_at(route)
            except BbsError as error:
                self._stage.say_error(error)
                continue
            if isinstance(view, Composer) and route == spot.route:
                view.wanted = spot.draft_id
            await self._stage.push(view)
            if self._stage.views != before:
                await put_back(view, self._stage, state)
        self._stage.redraw()
