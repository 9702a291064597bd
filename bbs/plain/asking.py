"""Asking in words for what an act takes, and doing it by the command of the tree that everybody else uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import Invalid
from bbs.plain.visit import Visit

NEVER: Final = frozenset({"", "no", "stop", "否", "不", "停", "取消"})
"""Answers that leave everything as it is."""
_OFF: Final = frozenset({"off", "取消"})


async def ask(visit: Visit, msgid: str, given: str = "", /, **facts: object) -> str:
    """What was given with the word, or what is typed now; Invalid(`plain.left`) when nothing is."""
    if given.strip():
        return given.strip()
    answer = await visit.paper.ask(visit.tr(msgid, **facts))
    if answer is None or answer.strip().casefold() in NEVER:
        raise Invalid("plain.left")
    return answer.strip()


async def choose(visit: Visit, msgid: str, choices: Sequence[tuple[str, str]], given: str = "") -> str:
    """One of a few values, by number, by its value or by its words; Invalid(`plain.left`) when none is chosen."""
    word = given.strip()
    if not word:
        for number, (_, label) in enumerate(choices, 1):
            await visit.say("plain.numbered", number=number, line=label)
    while True:
        word = await ask(visit, msgid, word)
        chosen = _meant(choices, word)
        if chosen is not None:
            return chosen
        await visit.say("plain.not_a_choice", word=word[:40])
        word = ""


def _meant(choices: Sequence[tuple[str, str]], word: str) -> str | None:
    """The value of a number, or the only one whose value or words begin so."""
    if word.isascii() and word.isdecimal() and len(word) < 4 and 1 <= int(word) <= len(choices):
        return choices[int(word) - 1][0]
    wanted = word.casefold()
    for value, label in choices:
        if wanted in (value.casefold(), label.casefold()):
            return value
    begun = [value for value, label in choices if label.casefold().startswith(wanted)]
    return begun[0] if len(begun) == 1 else None


def number_of(rest: str) -> tuple[int | None, str]:
    """The number a line begins with, and the rest of it."""
    first, _, more = rest.strip().partition(" ")
    word = first.removeprefix("#")
    return (int(word), more.strip()) if word.isascii() and word.isdecimal() and len(word) < 10 else (None, rest.strip())


def is_off(word: str) -> bool:
    """Whether a word after a command takes back what the command alone sets."""
    return word.strip().casefold() in _OFF
