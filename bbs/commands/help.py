"""help: what this person may do, or how one command is used."""

from __future__ import annotations

from itertools import groupby

from bbs.commands.answer import Answer
from bbs.commands.call import Call
from bbs.commands.run import may
from bbs.commands.tree import Command, Param, argument
from bbs.errors import NotFound

TOPICS = ("member", "boards", "users", "offices", "news", "digest", "site")
"""Topics in the order help shows them; each has a message id `topic.NAME`."""


async def help_(call: Call) -> Answer:
    """Commands the caller may use, by topic; or the usage of one command or of a group."""
    words = call.words("command")
    mine = [command for command in call.tree if may(command, call.actor)]
    if words:
        wanted = [command for command in mine if list(command.path[: len(words)]) == words[:2]]
        if not wanted:
            raise NotFound("command.unknown", name=" ".join(words[:2]))
        return Answer(_document(wanted), [line for command in wanted for line in _usage(call, command)])
    mine.sort(key=lambda command: (TOPICS.index(command.topic), command.path))
    parts: list[str] = []
    for topic, commands in groupby(mine, key=lambda command: command.topic):
        parts += ["", call.tr(f"topic.{topic}")]
        parts += [f"  {command.name:<18} {call.tr(command.summary)}" for command in commands]
    return Answer(_document(mine), [*parts[1:], "", call.tr("help.more")])


def _document(commands: list[Command]) -> dict[str, object]:
    return {"items": [{"name": one.name, "usage": one.usage} for one in commands], "next": None}


def _usage(call: Call, command: Command) -> list[str]:
    lines = [call.tr("command.usage", usage=command.usage), "  " + call.tr(command.summary)]
    described = [param for param in command.params if call.tr.has(_param_id(command, param))]
    return [*lines, *(f"  {param.shown:<24} {call.tr(_param_id(command, param))}" for param in described)]


def _param_id(command: Command, param: Param) -> str:
    return f"{command.summary}.{param.name}"


COMMANDS = (Command(("help",), help_, (argument("command", required=False, many=True, values="commands"),)),)
