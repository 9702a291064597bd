"""The command tree: what there is to type, with typed parameters; three doors lead to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bbs.errors import NotFound
from bbs.forum.access import Verb

if TYPE_CHECKING:
    from bbs.commands.answer import Answer
    from bbs.commands.call import Call


class Kind(StrEnum):
    """The type of a parameter; says how its text is checked."""

    TEXT = "text"
    NUMBER = "number"  # a whole number of 1 or more
    DATE = "date"  # ISO 8601: a day, or a time with its zone
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. Positional unless `option`; `values` names what completes it (boards, accounts, …)."""

    name: str
    kind: Kind = Kind.TEXT
    option: bool = False
    required: bool = True
    many: bool = False
    choices: tuple[str, ...] = ()
    values: str = ""

    @property
    def shown(self) -> str:
        """How the usage line writes it."""
        word = f"--{self.name}" if self.option else self.name.upper()
        if self.option and self.kind is not Kind.FLAG:
            word += " " + ("|".join(self.choices) if self.choices else self.kind.value.upper())
        elif self.choices:
            word = "|".join(self.choices)
        if self.many:
            word += " …"
        return word if self.required else f"[{word}]"


def argument(
    name: str,
    kind: Kind = Kind.TEXT,
    *,
    required: bool = True,
    many: bool = False,
    choices: Sequence[str] = (),
    values: str = "",
) -> Param:
    """A positional parameter."""
    return Param(name, kind, required=required, many=many, choices=tuple(choices), values=values)


def option(
    name: str,
    kind: Kind = Kind.TEXT,
    *,
    required: bool = False,
    many: bool = False,
    choices: Sequence[str] = (),
    values: str = "",
) -> Param:
    """A parameter given as `--name VALUE`, with `many` more than once."""
    return Param(name, kind, option=True, required=required, many=many, choices=tuple(choices), values=values)


def flag(name: str) -> Param:
    """A switch given as `--name`."""
    return Param(name, Kind.FLAG, option=True, required=False)


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `verb` is asked of the access table before `run`; None = whoever is logged in, guests too."""

    path: tuple[str, ...]
    run: Callable[[Call], Awaitable[Answer]]
    params: tuple[Param, ...] = ()
    verb: Verb | None = None
    topic: str = "member"

    @property
    def name(self) -> str:
        return " ".join(self.path)

    @property
    def summary(self) -> str:
        """Message id of the one line that says what it does."""
        return "command." + ".".join(self.path)

    @property
    def usage(self) -> str:
        return " ".join([*self.path, *(param.shown for param in self.params)])


@dataclass(slots=True)
class Tree:
    """All commands, found by their first words."""

    commands: dict[tuple[str, ...], Command] = field(default_factory=dict)

    def add(self, commands: Iterable[Command]) -> None:
        for command in commands:
            self.commands[command.path] = command

    def find(self, words: Sequence[str]) -> tuple[Command, Sequence[str]]:
        """The command that the first words name, and the words left over; NotFound(`command.unknown`)."""
        for length in (2, 1):
            found = self.commands.get(tuple(words[:length])) if len(words) >= length else None
            if found is not None:
                return found, words[length:]
        named = [word for word in words[:2] if not word.startswith("-")]
        raise NotFound("command.unknown", name=" ".join(named)[:60] or "?")

    def group(self, word: str) -> list[Command]:
        """The commands below one first word, in order of their names."""
        return [self.commands[path] for path in sorted(self.commands) if path[0] == word]

    def __iter__(self) -> Iterator[Command]:
        return iter(self.commands[path] for path in sorted(self.commands))
