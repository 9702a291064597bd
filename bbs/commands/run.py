"""Running one command line: find, check, ask the access table, run, print, end with a code."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

from bbs.commands.answer import Answer, as_json, as_text
from bbs.commands.call import Call, Surroundings
from bbs.commands.parse import parse
from bbs.commands.tree import Command, Tree
from bbs.errors import BbsError, Failed, Forbidden
from bbs.forum.access import allowed
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.text.catalogue import Translator

_log = logging.getLogger("mingtan.commands")

Write = Callable[[str], Awaitable[None]]


async def run_words(
    tree: Tree,
    forum: Forum,
    actor: Actor,
    words: Sequence[str],
    *,
    tr: Translator,
    zone: ZoneInfo,
    around: Surroundings,
    out: Write,
    err: Write,
) -> int:
    """Run one command for `actor`; prints to `out` and `err`, returns the exit code of the contract. Never raises."""
    json = "--json" in words
    if words and words[0] == "--json":
        words = [*(words[1:] or ["help"]), words[0]]
    try:
        answer = await _answer(tree, forum, actor, words, tr=tr, zone=zone, around=around)
    except BbsError as error:
        await err(refusal(error, tr, json=json))
        return error.exit_code
    except Exception:
        mark = secrets.token_hex(3)
        _log.exception("command %s failed, id %s", " ".join(words[:2]), mark)
        unexpected = Failed("error.unexpected", id=mark)
        await err(refusal(unexpected, tr, json=json))
        return unexpected.exit_code
    if json:
        await out(as_json(answer.document))
    else:
        await out(as_text(answer.parts, around.columns, colour=around.colour))
    return answer.exit_code


async def _answer(
    tree: Tree,
    forum: Forum,
    actor: Actor,
    words: Sequence[str],
    *,
    tr: Translator,
    zone: ZoneInfo,
    around: Surroundings,
) -> Answer:
    if not words or words[0] == "--help":
        words = ["help", *(words[1:])]
    if words[-1] == "--help" and len(words) == 2 and (words[0],) not in tree.commands:
        words = ["help", words[0]]
    command, rest = tree.find(words)
    if not may(command, actor):
        raise Forbidden("access.denied", verb=command.verb.value if command.verb else command.name)
    values = parse(command, rest, zone)
    if values["help"]:
        return Answer({"usage": command.usage}, [tr(command.summary), tr("command.usage", usage=command.usage)])
    return await command.run(Call(forum, actor, tr, zone, tree, around, values))


def may(command: Command, actor: Actor) -> bool:
    """Whether the access table lets the actor try this command at all (rules still ask about the place)."""
    return command.verb is None or allowed(actor, command.verb)


def refusal(error: BbsError, tr: Translator, *, json: bool) -> str:
    """What standard error says of an error: its words, or with `json` the document that has its code too."""
    message = tr.error(error)
    return as_json({"error": {"code": error.code, "message": message}}) if json else message + "\n"
