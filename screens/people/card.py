"""Person cards at /u/NAME: what members may know of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import BbsError, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind
from bbs.forum.people.persons import Card
from bbs.forum.reading.attention import Level
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from screens.parts.floors import official_head
from screens.parts.leaf import LeafScreen, Text, fact
from screens.parts.pager import write
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
        heed = await self.forum.attention.heed(self.actor)
        self._followed = card.name in heed.followed_names or any(
            held.office in heed.followed_offices for held in card.offices
        )
        self._muted = card.name in heed.muted_names
        boards = await self._boards(card)
        self.text = Text(card.own.plan, tuple(self._lines(card, boards)), self._head(card))

    async def resume(self) -> None:
        """Something of it may be another now."""
        await self.open()

    def _head(self, card: Card) -> Head:
        if card.offices:
            held = card.offices[0]
            return official_head(self.visit, held.real_name, self.visit.named(held.title_zh, held.title_en), "", ())
        state = "card.blocked" if card.blocked else "card.muted" if self._muted else ""
        state = state or ("card.followed" if self._followed else "")
        right = (Span(self.tr(state), "floor"),) if state else ()
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
        if action == "enter":
            return self._choose()
        if action in ("favourite", "mute") and not self.card.oneself:
            return self._heed(Level.FOLLOW if action == "favourite" else Level.MUTE)
        return super().act(action, data)

    async def _choose(self) -> None:
        tr, card = self.tr, self.card
        if card.oneself:
            await self.stage.go("/me/card")
            return
        choices = [Choice("w", tr("card.write"))]
        if await self.forum.pager.reaches(self.actor, card.name):
            choices.append(Choice("s", tr("pager.choose_short")))
        choices.append(Choice("f", tr("card.unfollow" if self._followed else "card.follow")))
        if not card.offices:
            choices.append(Choice("k", tr("card.unmute" if self._muted else "card.mute")))
        if card.kind is not AccountKind.OFFICER and access.allowed(self.actor, Verb.PERSON_BLOCK):
            choices.append(Choice("b", tr("card.unblock" if card.blocked else "card.block")))
        chosen = await self.stage.choose(tr("card.ask", name=card.name), choices)
        if chosen == "w":
            await self.stage.go(f"/mail/to/{card.name}")
        elif chosen == "s":
            await write(self.visit, self.stage, card.name)
        elif chosen in ("f", "k"):
            await self._heed(Level.FOLLOW if chosen == "f" else Level.MUTE)
        elif chosen == "b":
            await self._block(card)

    async def _heed(self, level: Level) -> None:
        """Follow or mute whoever the card is of, or no longer; officers are followed as their office."""
        card, forum = self.card, self.forum
        on = not (self._followed if level is Level.FOLLOW else self._muted)
        if not card.offices:
            await forum.attention.person(self.actor, card.name, level if on else None)
        elif level is Level.MUTE:
            raise Invalid("attention.official")
        else:
            await forum.attention.office(self.actor, card.offices[0].office, follow=on)
        self.visit.changes += 1
        await self.open()
        said = {Level.FOLLOW: "card.now_followed", Level.MUTE: "card.now_muted"}[level] if on else "card.now_heard"
        self.stage.say(self.tr(said, name=card.name), "message.good")

    async def _block(self, card: Card) -> None:
        if not card.blocked and not await self.stage.confirm(self.tr("card.block_ask", name=card.name)):
            return
        await self.forum.blocks.set(self.actor, card.name, not card.blocked)
        await self.open()
        said = "card.now_unblocked" if card.blocked else "card.now_blocked"
        self.stage.say(self.tr(said, name=card.name), "message.good")

    def hints(self) -> Sequence[Hint]:
        """What to do, writing, leaving."""
        return _OWN if self.card.oneself else _HINTS


_HINTS: Final = (
    Hint("enter", "card.hint.more"),
    Hint("message", "hint.message"),
    Hint("favourite", "card.hint.follow"),
    Hint("mute", "card.hint.mute"),
    Hint("leave", "key.leave"),
)
_OWN: Final = (Hint("enter", "do.change"), Hint("leave", "key.leave"))
