"""Words into typed values, with errors that say what would be right."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bbs.commands.tree import Command, Kind, Param
from bbs.errors import Invalid

Value = str | int | bool | datetime | list[str] | None

GLOBAL_FLAGS = ("json", "yes", "help")
"""Flags every command takes: one JSON document, no questions, the usage."""
NUMBER_DIGITS = 10
"""Digits of a number at the most."""
LINE_LIMIT = 8 * 1024
"""Characters of a command line given over SSH or in the shell."""


def split(line: str) -> list[str]:
    """A line into words by the shell's quoting rules (no expansion of any kind). Invalid(`command.quotes`, …)."""
    if len(line) > LINE_LIMIT:
        raise Invalid("command.long", limit=LINE_LIMIT)
    try:
        return shlex.split(line)
    except ValueError as error:
        raise Invalid("command.quotes") from error


def parse(command: Command, words: Sequence[str], zone: ZoneInfo) -> dict[str, Value]:
    """The parameters of `command` from `words`; every parameter has an entry. Days are read in `zone`.

    Raises Invalid(`command.option`, `command.value`, `command.missing`, `command.extra`).
    """
    options = {param.name: param for param in command.params if param.option}
    options |= {name: Param(name, Kind.FLAG, option=True, required=False) for name in GLOBAL_FLAGS}
    values: dict[str, Value] = {name: False if param.kind is Kind.FLAG else None for name, param in options.items()}
    plain: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--":
            plain.extend(queue)
            break
        if not word.startswith("--"):
            plain.append(word)
            continue
        name, given, text = word[2:].partition("=")
        param = options.get(name)
        if param is None:
            raise _unknown_option(command, name, options)
        if param.kind is Kind.FLAG:
            if given:
                raise Invalid("command.flag", name=name, usage=command.usage)
            values[name] = True
            continue
        if not given:
            if not queue:
                raise Invalid("command.needs", name=name, usage=command.usage)
            text = queue.pop(0)
        value = convert(param, text, zone)
        values[name] = [*_list(values[name]), str(value)] if param.many else value
    _positional(command, plain, values, zone)
    if not values["help"]:
        _complete(command, values)
    return values


def _list(value: Value) -> list[str]:
    return value if isinstance(value, list) else []


def convert(param: Param, text: str, zone: ZoneInfo) -> Value:
    """One value of the parameter's kind; Invalid(`command.value`, …)."""
    if param.choices and text not in param.choices:
        raise Invalid("command.choice", name=param.name, value=text[:40], choices=", ".join(param.choices))
    match param.kind:
        case Kind.NUMBER:
            if not text.isascii() or not text.isdigit() or len(text) > NUMBER_DIGITS or not 1 <= int(text) < 2**31:
                raise Invalid("command.number", name=param.name, value=text[:40])
            return int(text)
        case Kind.DATE:
            return _date(param, text, zone)
        case _:
            return text


def _date(param: Param, text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first and last days there are have no time in other zones
        raise Invalid("command.date", name=param.name, value=text[:40]) from error


def _positional(command: Command, plain: list[str], values: dict[str, Value], zone: ZoneInfo) -> None:
    rest = list(plain)
    for param in command.params:
        if param.option:
            continue
        if param.many:
            values[param.name] = rest
            rest = []
        else:
            values[param.name] = convert(param, rest.pop(0), zone) if rest else None
    if rest:
        raise Invalid("command.extra", word=rest[0][:40], usage=command.usage)


def _complete(command: Command, values: dict[str, Value]) -> None:
    for param in command.params:
        if param.required and values[param.name] in (None, []):
            shown = f"--{param.name}" if param.option else param.name.upper()
            raise Invalid("command.missing", name=shown, usage=command.usage)


def _unknown_option(command: Command, name: str, options: dict[str, Param]) -> Invalid:
    close = get_close_matches(name, options, 1)
    if close:
        return Invalid("command.option_close", name=name[:40], close=close[0])
    return Invalid("command.option", name=name[:40], usage=command.usage)
