"""Whether one's own words may stand in the opinion digest: asked by the forum, answered here, told to nobody."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum.digest.digests import Asked
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.spans import Line, Span
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Visit


class QuoteScreen(LeafScreen):
    """`/digest/quote/ID`."""

    def __init__(self, visit: Visit, number: int) -> None:
        super().__init__(visit, f"/digest/quote/{number}")
        self.number = number

    async def prepare(self) -> None:
        """Fetch the question; raises NotFound(`digest.no_question`) for everybody but the author."""
        self.title = self.tr("quoted.title")
        self.asked: Asked = await self.forum.digests.question(self.actor, self.number)
        tr = self.tr
        lines: tuple[Line, ...] = (
            (Span(tr("quoted.about", week=self.asked.week)),),
            (),
            (Span(self.asked.words, "md.quote"),),
            (),
            (Span(tr("quoted.self_search"), "hint"),),
            (),
            (Span(tr(f"quoted.state.{self.asked.state}"), "md.strong"),),
        )
        self.text = Text(lines=lines)

    def act(self, action: str, data: str) -> Answer:
        """Answer."""
        return self._answer() if action in ("enter", "vote", "reply") else super().act(action, data)

    async def _answer(self) -> None:
        choices = [Choice("a", self.tr("quoted.agree")), Choice("r", self.tr("quoted.refuse"))]
        chosen = await self.stage.choose(self.tr("quoted.ask"), choices)
        if chosen is None:
            return
        agree = chosen == "a"
        await self.forum.digests.answer(self.actor, self.number, agree=agree)
        await self.open()
        self.stage.say(self.tr("quoted.agreed" if agree else "quoted.refused"), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Answering, leaving."""
        return (Hint("enter", "digest.hint.answer"), Hint("leave", "key.leave"))
