"""The admin shell: a prompt with completion and history over the command tree."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output
from prompt_toolkit.shortcuts import CompleteStyle

from bbs.commands.parse import GLOBAL_FLAGS, split
from bbs.commands.run import may
from bbs.commands.tree import Command, Kind, Param, Tree
from bbs.errors import BbsError
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.text.catalogue import Translator

LEAVE = ("exit", "quit", "q")
"""Words that end the shell."""
SUGGESTIONS = 50
"""Completions offered at the most."""
NAMES = 200
"""Account names fetched for completion."""


class Terminal(Protocol):
    """Where the shell runs: prompt_toolkit's two ends, the width in cells, and what else a door gives."""

    @property
    def input(self) -> Input: ...
    @property
    def output(self) -> Output: ...
    @property
    def columns(self) -> int: ...

    def write(self, text: str) -> None:
        """Print text; LF ends a line."""
        ...


class Words(Completer):
    """Completes commands, options, choices and the names a parameter takes.

    Readline's way of completing asks at once, so the names are fetched before each prompt.
    """

    def __init__(self, tree: Tree, forum: Forum, actor: Actor) -> None:
        self._tree = tree
        self._forum = forum
        self._actor = actor
        self._names: dict[str, Sequence[str]] = {}

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        words = document.text_before_cursor.lstrip().split(" ")
        last = words[-1]
        found = self.suggestions([word for word in words[:-1] if word], last)
        return [Completion(word, start_position=-len(last)) for word in found[:SUGGESTIONS]]

    async def refresh(self) -> None:
        """Fetch the names that can be completed now; those that may not be listed are left out."""
        for values, fetch in {
            "boards": self._boards,
            "columns": self._columns,
            "offices": self._offices,
            "accounts": self._accounts,
        }.items():
            try:
                self._names[values] = await fetch()
            except BbsError:
                self._names[values] = ()

    async def _boards(self) -> Sequence[str]:
        return [row.board.slug for _, rows in await self._forum.boards.sections(self._actor) for row in rows]

    async def _columns(self) -> Sequence[str]:
        return [row.column.slug for row in await self._forum.news.columns(self._actor)]

    async def _offices(self) -> Sequence[str]:
        return [office.slug for office in await self._forum.officers.offices(self._actor)]

    async def _accounts(self) -> Sequence[str]:
        return [one.name for one in await self._forum.accounts.list(self._actor, limit=NAMES)]

    def suggestions(self, before: Sequence[str], start: str) -> list[str]:
        """Words that may follow `before` and begin with `start`, in order."""
        try:
            command, rest = self._tree.find(before)
        except BbsError:
            return self._commands(before, start)
        if not may(command, self._actor):
            return []
        options = {f"--{param.name}": param for param in command.params if param.option}
        asked = options.get(rest[-1]) if rest else None
        if asked is not None and asked.kind is not Kind.FLAG:
            return self._matching(self._values(asked), start)
        if start.startswith("-"):
            flags = [*options, *(f"--{name}" for name in GLOBAL_FLAGS)]
            return self._matching([name for name in flags if name not in rest], start)
        param = self._position(command, rest, options)
        return self._matching(self._values(param), start) if param else []

    def _commands(self, before: Sequence[str], start: str) -> list[str]:
        depth = len(before)
        names = {
            command.path[depth]
            for command in self._tree
            if len(command.path) > depth and list(command.path[:depth]) == list(before) and may(command, self._actor)
        }
        return self._matching(sorted(names | (set() if before else {"exit"})), start)

    @staticmethod
    def _position(command: Command, rest: Sequence[str], options: dict[str, Param]) -> Param | None:
        plain = 0
        skip = False
        for word in rest:
            if skip:
                skip = False
            elif word.startswith("--"):
                skip = word in options and options[word].kind is not Kind.FLAG
            else:
                plain += 1
        positional = [param for param in command.params if not param.option]
        if plain < len(positional):
            return positional[plain]
        return positional[-1] if positional and positional[-1].many else None

    @staticmethod
    def _matching(words: Iterable[str], start: str) -> list[str]:
        return [word for word in words if word.startswith(start)]

    def _values(self, param: Param) -> Sequence[str]:
        if param.choices:
            return param.choices
        if param.values == "commands":
            return sorted({command.path[0] for command in self._tree if may(command, self._actor)})
        return self._names.get(param.values, ())


class Runner(Protocol):
    """Runs the words of one line; prints through `write`, asks through `confirm`, returns the exit code."""

    async def __call__(
        self,
        words: Sequence[str],
        *,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
    ) -> int: ...


class Shell:
    """One person's admin shell, until they leave or the line drops."""

    def __init__(
        self,
        terminal: Terminal,
        run: Runner,
        words: Words,
        *,
        name: str,
        tr: Translator,
        history: History | None = None,
    ) -> None:
        self._terminal = terminal
        self._run = run
        self._name = name
        self._tr = tr
        self._words = words
        self._session: PromptSession[str] = PromptSession(
            completer=words,
            complete_while_typing=False,
            complete_style=CompleteStyle.READLINE_LIKE,
            history=history or InMemoryHistory(),
            enable_history_search=True,
            input=terminal.input,
            output=terminal.output,
        )

    async def run(self) -> None:
        """Ask for lines and run them; ends at `exit`, ^D or when the line is lost."""
        self._terminal.write(self._tr("shell.welcome", name=self._name) + "\n")
        prompt = FormattedText([("bold", f"{self._name}@mingtan"), ("", "> ")])
        while True:
            await self._words.refresh()
            try:
                line = await self._session.prompt_async(prompt, handle_sigint=False, set_exception_handler=False)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            if line.strip() in LEAVE:
                return
            if line.strip():
                await self.run_line(line)

    async def run_line(self, line: str) -> int:
        """Run one line as typed; what is wrong with it is said and nothing happens."""
        try:
            words = split(line)
        except BbsError as error:
            await self._write(self._tr.error(error) + "\n")
            return error.exit_code
        return await self._run(words, columns=self._terminal.columns, write=self._write, confirm=self._confirm)

    async def _write(self, text: str) -> None:
        self._terminal.write(text)

    async def _confirm(self, question: str) -> bool:
        ask: PromptSession[str] = PromptSession(input=self._terminal.input, output=self._terminal.output)
        self._terminal.write(question + "\n")
        try:
            answer = await ask.prompt_async(self._tr("shell.yes_no"), handle_sigint=False, set_exception_handler=False)
        except (EOFError, KeyboardInterrupt):
            return False
        return answer.strip().casefold() in {"y", "yes", "是"}
