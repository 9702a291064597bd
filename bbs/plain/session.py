"""A visit in plain mode from welcome to goodbye: a line, what it does, what came meanwhile, the next line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bbs.commands.call import Reader
from bbs.commands.parse import split
from bbs.commands.shell import LEAVE
from bbs.commands.tree import Tree
from bbs.errors import BbsError
from bbs.forum import access
from bbs.forum.access import Who
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.plain import arriving, helping, words
from bbs.plain.lines import Lines
from bbs.plain.paper import Paper, Stop
from bbs.plain.tidings import Tidings
from bbs.plain.visit import HOME, LEADER, Visit
from bbs.plain.ways import open_route
from bbs.plain.writing import END_OF_TEXT
from bbs.terminal.link import Link
from bbs.text.catalogue import Catalogues, Translator
from bbs.text.pinyin import initials

TEXT_LIMIT: Final = 256 * 1024
"""Characters of a text that a command takes line by line; the rules then say how long a post may be."""
_LEAVE: Final = frozenset({*LEAVE, "leave", "bye", "退出", "离开", "再见"})
_HELP: Final = frozenset({"help", "?", "帮助"})


class Run(Protocol):
    """Runs the words of one line of the command tree and prints; returns the exit code."""

    async def __call__(
        self,
        words: Sequence[str],
        *,
        stdin: Reader,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
    ) -> int: ...


class PlainSession:
    """One person, line by line, until they leave or the line is lost; `run` never raises for what they type."""

    def __init__(
        self,
        link: Link,
        forum: Forum,
        actor: Actor,
        *,
        words: Catalogues,
        tr: Translator,
        zone: ZoneInfo,
        tree: Tree,
        run: Run,
        pages: Callable[[str, str], str],
        terminal: bool,
        route: str | None = None,
    ) -> None:
        self._link = link
        self._words = words
        self._tree = tree
        self._run = run
        self._route = route or (LEADER if Who.LEADER in access.standing(actor, None) else HOME)
        self._lines = Lines(link, echo=terminal)
        page = int(preference(actor.preferences, "plain_page"))
        paper = Paper(link, self._lines, tr, page=page)
        self.visit = Visit(forum, actor, tr, zone, paper)
        self.visit.open = open_route
        self.visit.set_language = self._speak
        self.visit.run = self._command
        self.visit.page = lambda name: pages(name, self.visit.tr.lang)
        self._tidings = Tidings(self.visit, self._lines.nudge)

    async def run(self) -> None:
        """Serve until the person leaves or no more will come."""
        visit = self.visit
        self._link.attach(self._lines)
        stop = self._tidings.follow()
        here = visit.forum.presence.enter(visit.actor)
        place = visit.forum.returning.enter(visit.actor, visit.spot)
        try:
            await self._guarded(self._begin)
            while await self._turn():
                visit.forum.returning.moved(place)
        finally:
            visit.forum.presence.leave(here)
            stop()
            self._link.attach(None)
            await asyncio.shield(self._end(place))

    async def _end(self, place: str) -> None:
        """Leave the place to come back to where the line dropped; who leaves has answered what was offered."""
        returning, visit = self.visit.forum.returning, self.visit
        if not self._lines.dropped and visit.dropped is not None:
            await returning.answered(visit.actor)
        await returning.end(place, visit.spot() if self._lines.dropped else None)

    @property
    def idle(self) -> bool:
        """Whether it is the person's turn."""
        return self._lines.idle

    def tell(self, words: str) -> None:
        """Say something at once, on a line of its own."""
        self._lines.tell(f"\n{words}\n")

    def end(self) -> None:
        """Take no more lines: what is being written is kept as a draft, and the visit is over."""
        self._lines.end()

    async def _begin(self) -> None:
        visit = self.visit
        await visit.say("plain.welcome", name=visit.actor.name)
        if preference(visit.actor.preferences, "welcomed") is False:
            await arriving.welcome(visit)
        elif self._route in (HOME, LEADER):
            await arriving.offer(visit)
        try:
            await visit.go(self._route)
        except BbsError as error:
            await visit.paper.say(visit.tr.error(error))
            await visit.go(HOME)

    async def _turn(self) -> bool:
        """One line; False when it was the last."""
        for row in await self._tidings.gather():
            await self._lines.write(row + "\n")
        line = await self.visit.paper.ask(self.visit.tr("plain.prompt"), self._tidings.gather)
        if line is None:
            return False
        if line.strip().casefold() in _LEAVE:
            await self.visit.say("plain.goodbye")
            return False
        if line.strip():
            await self._guarded(lambda: self._do(line.strip()))
        return True

    async def _guarded(self, act: Callable[[], Awaitable[None]]) -> None:
        visit = self.visit
        try:
            visit.actor = await visit.forum.accounts.refresh(visit.actor)
        except BbsError as error:
            await visit.paper.say(visit.tr.error(error))
            self.end()
            return
        try:
            await act()
        except Stop:
            return
        except BbsError as error:
            await visit.paper.say(visit.tr.error(error))

    # What a line means

    async def _do(self, line: str) -> None:
        visit = self.visit
        first, _, rest = line.partition(" ")
        if first.casefold() in _HELP and not self._is_command(rest):
            await helping.help_(visit, rest)
        elif line.isascii() and line.isdecimal():
            await self._number(int(line[:10]))
        elif line.startswith("/"):
            await visit.go(line)
        elif (word := words.find(first)) is not None and not self._is_command(line):
            await word.act(visit, rest)
        elif self._is_known(first):
            await self._command(split(line))
        else:
            await self._guess(line, first)

    async def _number(self, number: int) -> None:
        """A floor of the thread that is read, else a line of the list that was said."""
        here = self.visit.here
        if here.reading is not None:
            await words.find("floor").act(self.visit, str(number))  # type: ignore[union-attr]  # it is in the table
        elif 1 <= number <= len(here.numbers):
            await self.visit.go(here.numbers[number - 1])
        else:
            await self.visit.say("plain.no_such_number", number=number)

    def _is_command(self, line: str) -> bool:
        """Whether a line is one of the command tree's own: it has options, or names a command of two words."""
        parts = line.split()
        return any(part.startswith("--") for part in parts) or (
            len(parts) > 1 and tuple(parts[:2]) in self._tree.commands
        )

    def _is_known(self, first: str) -> bool:
        return any(path[0] == first for path in self._tree.commands)

    async def _command(self, parts: Sequence[str]) -> int:
        paper = self.visit.paper
        write = self._lines.write if "--json" in parts else self._print
        return await self._run(parts, stdin=_Text(self), columns=paper.columns + 1, write=write, confirm=paper.yes)

    async def _print(self, text: str) -> None:
        await self.visit.paper.say_all(text.removesuffix("\n").split("\n"))

    async def _guess(self, line: str, first: str) -> None:
        """A board's name is a way; a slip of the finger is told."""
        visit = self.visit
        known = await visit.forum.boards.readable(visit.actor)
        wanted = line.casefold()
        for board in known.values():
            names = (board.slug, board.zh, board.en.casefold(), initials(board.zh))
            if wanted in names and not board.archived:
                await visit.go(board.route)
                return
        close = words.close_to(first)
        if close is not None:
            await visit.say("plain.unknown_close", word=first[:40], close=close)
        else:
            await visit.say("plain.unknown", word=first[:40])

    async def ask_for_text(self) -> str:
        """A text of many lines for a command, ended by a line with a single dot."""
        await self.visit.say("plain.text_begins")
        parts: list[str] = []
        size = 0
        while (line := await self._lines.next()) is not None and line != END_OF_TEXT:
            size += len(line) + 1
            if size <= TEXT_LIMIT:
                parts.append(line)
        return "\n".join(parts)

    def _speak(self, language: str) -> None:
        self.visit.tr = self.visit.paper.tr = self._words.translator(language)


class _Text:
    """Standard input of a command in plain mode: the text is asked for when the command wants it."""

    def __init__(self, session: PlainSession) -> None:
        self._session = session
        self._data: bytes | None = None

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        if self._data is None:
            self._data = (await self._session.ask_for_text()).encode()
        data, self._data = self._data[:limit], self._data[limit:]
        return data
