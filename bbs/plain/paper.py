"""What plain mode prints on and asks through: whole lines, a pause at the end of each page, questions in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bbs.plain.heads import laid_out
from bbs.plain.lines import Lines
from bbs.terminal.link import Link
from bbs.text.catalogue import Translator

LEAST_COLUMNS: Final = 20
"""Cells of a line at the least: narrower windows are left to wrap by themselves."""
YES: Final = frozenset({"y", "yes", "是", "好"})
NO: Final = frozenset({"n", "no", "stop", "否", "不", "停"})
ON: Final = YES | {"", "more", "next", "更多", "继续"}
"""Answers that go on to the next page."""


class Stop(Exception):
    """Whoever reads wants no more of what is being printed. Not an error: it ends the command, nothing else."""


class Paper:
    """Prints and asks. `page` is the number of lines after which it asks whether to go on; 0 never asks."""

    def __init__(self, link: Link, lines: Lines, tr: Translator, *, page: int) -> None:
        self.tr = tr
        self.page = page
        self.lines = lines
        self._link = link
        self._printed = 0

    @property
    def columns(self) -> int:
        """Cells of a line."""
        return max(LEAST_COLUMNS, self._link.size.columns - 1)

    async def say(self, text: str) -> None:
        """Print words of the house. Raises Stop when nobody wants more at the end of a page."""
        await self.say_all(laid_out(text, self.columns, self.tr("plain.text_mark")))

    async def own(self, text: str) -> None:
        """Print words of the house that hold nothing of a member's; raises Stop as `say`."""
        await self.say_all(laid_out(text, self.columns, ""))

    async def say_all(self, lines: Sequence[str]) -> None:
        """Print lines that fit already."""
        for line in lines:
            await self.line(line)

    async def line(self, text: str) -> None:
        """Print one line as it is; asks first whether to go on where a page is full."""
        if self.page and self._printed >= self.page and not self.lines.ahead:
            await self._more()
        await self.lines.write(text + "\n")
        self._printed += 1

    async def _more(self) -> None:
        await self.lines.write(self.tr("plain.more") + " ")
        answer = await self.lines.next()
        self._printed = 0
        word = (answer or "").strip().casefold()
        if answer is None:
            raise Stop
        if word in ON:
            return
        if word not in NO:
            self.lines.put_back(answer)  # it was meant as the next command
        raise Stop

    async def ask(self, question: str, meanwhile: Callable[[], Awaitable[list[str]]] | None = None) -> str | None:
        """Ask, and give the line that was typed; None when no more will come.

        A line that was there before the question is shown behind it, as if typed just now. `meanwhile` gives the rows
        of what came while nothing was typed; then the question is asked again.
        """
        await self.lines.write(question + " ")
        ahead = self.lines.ahead
        while meanwhile is not None and not await self.lines.ready():
            if rows := await meanwhile():
                await self.lines.write("\n".join(["", *rows, f"{question} "]))
        line = await self.lines.next()
        self._printed = 0
        if ahead:
            await self.lines.write((line or "") + "\n")
        return line

    async def ask_hidden(self, question: str) -> str:
        """Ask for what must not be seen on the screen; "" when no more will come."""
        await self.lines.write(question + " ")
        with self.lines.unseen():
            line = await self.lines.next()
        await self.lines.write("\n")
        self._printed = 0
        return line or ""

    async def yes(self, question: str) -> bool:
        """Ask for yes or no until it is one of them; no when no more will come."""
        while True:
            answer = await self.ask(f"{question} {self.tr('plain.yes_no')}")
            word = (answer or "").strip().casefold()
            if answer is None or word in NO:
                return False
            if word in YES:
                return True
            await self.say(self.tr("plain.yes_or_no"))
