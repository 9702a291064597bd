"""Person cards at /u/NAME: what members may know of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import BbsError
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind
from bbs.forum.persons import Card
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from screens.floors import official_head
from screens.leaf import LeafScreen, Text, fact
from screens.visit import Visit


class CardScreen(LeafScreen):
    """One card. Enter asks what to do: write, block, or change one's own."""

    def __init__(self, visit: Visit, name: str) -> None:
        super().__init__(visit, f"/u/{name}")
        self.name = name

    async def prepare(self) -> None:
        """Fetch the card; raises Forbidden, NotFound(`person.not_found`)."""
        self.card = card = await self.forum.persons.card(self.actor, self.name)
        self.name, self.title, self.route = card.name, card.name, card.route
        boards = await self._boards(card)
        self.text = Text(card.own.plan, tuple(self._lines(card, boards)), self._head(card))

    async def resume(self) -> None:
        """Something of it may be another now."""
        await self.open()

    def _head(self, card: Card) -> Head:
        if card.offices:
            held = card.offices[0]
            return official_head(self.visit, held.real_name, self.visit.named(held.title_zh, held.title_en), "", ())
        right = (Span(self.tr("card.blocked"), "floor"),) if card.blocked else ()
        return Head((Span(card.name, "floor.author"),), right)

    def _lines(self, card: Card, boards: str) -> list[Line]:
        tr = self.tr
        lines: list[Line] = [(Span(row),) if row else () for row in card.own.avatar.split("\n") if card.own.avatar]
        if lines:
            lines.append(())
        lines.append(fact(tr("card.kind"), tr(f"kind.{card.kind}")))
        for held in card.offices:
            title = self.visit.named(held.title_zh, held.title_en)
            lines.append(fact(tr("card.office"), f"{title}  (/o/{held.office})"))
        if boards:
            lines.append(fact(tr("card.moderates"), boards))
        lines.append(fact(tr("card.since"), card.since))
        if card.seen:
            year, _, week = card.seen.partition("-W")
            lines.append(fact(tr("card.seen"), tr("card.week", year=year, week=int(week))))
        lines.append(fact(tr("card.posts"), self._posts(card.posts)))
        if card.own.signature:
            lines += [(), *((Span(row, "hint"),) for row in card.own.signature.split("\n"))]
        if card.own.plan:
            lines += [(), (Span(tr("card.plan"), "md.heading"),)]
        return lines

    def _posts(self, count: int) -> str:
        """A rounded number of posts in words."""
        if count < 10:
            return self.tr("card.few" if count else "card.no_posts")
        return self.tr("card.about", n=count)

    async def _boards(self, card: Card) -> str:
        """The names of the boards somebody moderates."""
        if "" in card.boards:
            return self.tr("card.all_boards")
        names: list[str] = []
        for slug in card.boards:
            try:
                board = await self.forum.boards.get(self.actor, slug)
            except BbsError:
                names.append(slug)  # a sub-site
            else:
                names.append(self.visit.named(board.zh, board.en))
        return self.tr("card.comma").join(names)

    def author(self) -> str:
        """Who the card is of."""
        return "" if self.card.oneself else self.card.name

    def act(self, action: str, data: str) -> Answer:
        """Read, and what Enter offers."""
        if action != "enter":
            return super().act(action, data)
        return self.stage.go(f"/mail/to/{self.card.name}") if self.card.offices else self._choose()

    async def _choose(self) -> None:
        tr, card = self.tr, self.card
        if card.oneself:
            await self.stage.go("/me/card")
            return
        choices = [Choice("w", tr("card.write"))]
        if card.kind is not AccountKind.OFFICER and access.allowed(self.actor, Verb.PERSON_BLOCK):
            choices.append(Choice("b", tr("card.unblock" if card.blocked else "card.block")))
        chosen = await self.stage.choose(tr("card.ask", name=card.name), choices)
        if chosen == "w":
            await self.stage.go(f"/mail/to/{card.name}")
        elif chosen == "b":
            await self._block(card)

    async def _block(self, card: Card) -> None:
        if not card.blocked and not await self.stage.confirm(self.tr("card.block_ask", name=card.name)):
            return
        await self.forum.blocks.set(self.actor, card.name, not card.blocked)
        await self.open()
        said = "card.now_unblocked" if card.blocked else "card.now_blocked"
        self.stage.say(self.tr(said, name=card.name), "message.good")

    def hints(self) -> Sequence[Hint]:
        """What to do, writing, leaving."""
        if self.card.oneself:
            return _OWN
        return _OFFICER if self.card.offices else _HINTS


_HINTS: Final = (
    Hint("enter", "card.hint.more"),
    Hint("message", "hint.message"),
    Hint("leave", "key.leave"),
)
_OFFICER: Final = (Hint("message", "hint.message"), Hint("leave", "key.leave"))
_OWN: Final = (Hint("enter", "do.change"), Hint("leave", "key.leave"))
