"""The admin shell: a prompt with completion and history over the command tree."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
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
    """Completes commands, options, choices and the names a parameter takes."""

    def __init__(self, tree: Tree, forum: Forum, actor: Actor) -> None:
        self._tree = tree
        self._forum = forum
        self._actor = actor

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        return ()  # the shell is asynchronous: get_completions_async answers

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        line = document.text_before_cursor.lstrip()
        words = line.split(" ")
        last = words[-1]
        found = await self.suggestions([word for word in words[:-1] if word], last)
        for word in found[:SUGGESTIONS]:
            yield Completion(word, start_position=-len(last))

    async def suggestions(self, before: Sequence[str], start: str) -> list[str]:
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
            return self._matching(await self._values(asked), start)
        if start.startswith("-"):
            flags = [*options, *(f"--{name}" for name in GLOBAL_FLAGS)]
            return self._matching([name for name in flags if name not in rest], start)
        param = self._position(command, rest, options)
        return self._matching(await self._values(param), start) if param else []

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

    async def _values(self, param: Param) -> Sequence[str]:
        if param.choices:
            return param.choices
        forum, actor = self._forum, self._actor
        try:
            match param.values:
                case "boards":
                    sections = await forum.boards.sections(actor)
                    return [row.board.slug for _, rows in sections for row in rows]
                case "columns":
                    return [row.column.slug for row in await forum.news.columns(actor)]
                case "offices":
                    return [office.slug for office in await forum.officers.offices(actor)]
                case "accounts":
                    return [one.name for one in await forum.accounts.list(actor, limit=200)]
                case "commands":
                    return sorted({command.path[0] for command in self._tree if may(command, actor)})
        except BbsError:
            return []  # what may not be listed is not completed either
        return []


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
        completer: Completer,
        *,
        name: str,
        tr: Translator,
        history: History | None = None,
    ) -> None:
        self._terminal = terminal
        self._run = run
        self._name = name
        self._tr = tr
        self._session: PromptSession[str] = PromptSession(
            completer=completer,
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
