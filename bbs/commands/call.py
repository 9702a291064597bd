"""One call of a command: who, with what, through which door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from bbs.commands.parse import Value
from bbs.errors import Invalid, NotFound
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import BODY_LIMIT
from bbs.text.catalogue import Translator

if TYPE_CHECKING:
    from bbs.commands.tree import Tree

BODY_INPUT_LIMIT = 256 * 1024
"""Bytes read for the text of a post; the rules then say how long a post may be."""


class Door(StrEnum):
    """How the command came in."""

    LOCAL = "local"  # run_bbs.py COMMAND, files of this machine can be named
    EXEC = "exec"  # ssh host COMMAND
    SHELL = "shell"  # a line of the admin shell


class Reader(Protocol):
    """Standard input of a command."""

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        ...


class Progress(Protocol):
    """Something that shows how far long work has come."""

    def __call__(self, done: int, total: int | None) -> None: ...


class Nothing:
    """Empty standard input."""

    async def read(self, limit: int) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a door gives to the commands that come through it.

    `columns` is the width of the output in cells; `cwd` is where relative paths start (LOCAL only); `confirm` asks the
    person, and is None where nobody can be asked; `progress` opens a bar that is gone at its end, and is None where no
    terminal would show it. `tell` prints clean text before the command is done, waiting while the far end is behind; it
    is None where the next line is typed at the same place, which would then have to wait.
    """

    door: Door
    stdin: Reader = field(default_factory=Nothing)
    columns: int = 80
    cwd: Path = Path()
    confirm: Callable[[str], Awaitable[bool]] | None = None
    progress: Callable[[], AbstractAsyncContextManager[Progress]] | None = None
    tell: Callable[[str], Awaitable[None]] | None = None
    colour: bool = False
    boards_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a command's function gets."""

    forum: Forum
    actor: Actor
    tr: Translator
    zone: ZoneInfo
    tree: Tree
    around: Surroundings
    values: Mapping[str, Value]

    def text(self, name: str) -> str:
        """A text parameter; "" when it was left out."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def date(self, name: str) -> datetime | None:
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    def words(self, name: str) -> list[str]:
        value = self.values.get(name)
        return value if isinstance(value, list) else []

    async def agreed(self, question: str) -> bool:
        """Ask before something that is hard to undo; `--yes` answers for a script. Invalid(`command.confirm`)."""
        if self.flag("yes"):
            return True
        if self.around.confirm is None:
            raise Invalid("command.confirm")
        return await self.around.confirm(question)

    def progress(self) -> AbstractAsyncContextManager[Progress | None]:
        """A progress bar for the block it surrounds, where there is a terminal to show it."""
        return nullcontext() if self.around.progress is None else self.around.progress()

    def path(self, name: str) -> Path:
        """A file of this machine, for the local door only; Invalid(`command.local_file`)."""
        if self.around.door is not Door.LOCAL:
            raise Invalid("command.local_file", name=name[:80])
        return self.around.cwd / name

    async def body(self) -> str:
        """The text of a post: `--file F`, or standard input. Invalid(`body.utf8`, `body.long`), NotFound(`file.…`)."""
        name = self.text("file") or "-"
        data = await self.stdin_bytes(BODY_INPUT_LIMIT) if name == "-" else read_file(self.path(name))
        if len(data) > BODY_INPUT_LIMIT:
            length = len(data.decode("utf-8-sig", "ignore"))
            raise Invalid("body.long", length=f"{length}+", most=BODY_LIMIT)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Invalid("body.utf8", position=error.start) from error

    async def stdin_bytes(self, limit: int) -> bytes:
        """All of standard input, at most `limit` bytes and one more so that too much can be told."""
        parts: list[bytes] = []
        size = 0
        while size <= limit:
            part = await self.around.stdin.read(limit + 1 - size)
            if not part:
                break
            parts.append(part)
            size += len(part)
        return b"".join(parts)


def read_file(path: Path) -> bytes:
    """A small local file; raises NotFound(`file.not_found`) or Invalid(`file.unreadable`)."""
    try:
        with path.open("rb") as file:
            return file.read(BODY_INPUT_LIMIT + 1)
    except FileNotFoundError as error:
        raise NotFound("file.not_found", name=str(path)) from error
    except OSError as error:
        raise Invalid("file.unreadable", name=str(path), reason=error.strerror or str(error)) from error
