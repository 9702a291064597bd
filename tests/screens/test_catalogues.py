"""Every word a person reads is in both catalogues: no id is missing, doubled or misspelt in code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final

import pytest

import bbs.errors
from bbs.errors import BbsError
from bbs.forum.accounts.preferences import PREFERENCES, PreferenceKind
from bbs.forum.interviews.questions import InterviewState, QuestionState
from bbs.terminal.commands import CATEGORIES, COMMANDS, Context
from bbs.text.catalogue import Catalogues, Translator, compare
from screens.help.screen import ALL
from screens.people.owncard import FIELDS
from screens.settings.preferences import BLOCKED, CARD, CHOSEN, KEYS, PASSWORD, SSH_KEYS
from tests.support.terminal import LOCALE

LIVE_NOTICES: Final = tuple(
    f"live-{what}" for what in ("announced", "moved", "cancelled", "begun", "answered", "left-out", "ended")
)
ROOT: Final = Path(__file__).resolve().parents[2]
ERRORS: Final = frozenset(
    name for name, value in vars(bbs.errors).items() if isinstance(value, type) and issubclass(value, BbsError)
)
TRANSLATORS: Final = frozenset({"tr", "words", "plural", "notice"})
"""Names under which a translator is called with an id."""


def calls(tree: ast.AST) -> Iterator[str]:
    """The ids given as literals: `tr("…")`, `words.plural("…")`, `Hint("x", "…")`, `Invalid("…")`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = name.lstrip("_")
        if name == "Hint":
            yield from literals(node.args[1])
        elif name in ERRORS or name in TRANSLATORS:
            yield from literals(node.args[0])


FILLED_LATER: Final = frozenset({"store.foreign", "store.missing"})
"""Errors that get their fields where the path is known."""


def unfilled(tree: ast.AST) -> Iterator[str]:
    """`id.of.message {field}` for each field that a call with a literal id leaves open."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or any(one.arg is None for one in node.keywords):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        name = name.lstrip("_")
        if name not in ERRORS | TRANSLATORS - {"notice"}:
            continue
        given = {one.arg for one in node.keywords} | ({"n"} if name == "plural" else set())
        for text in literals(node.args[0]):
            message = words()._messages.get(text)
            if message is not None and text not in FILLED_LATER:
                fields = {field for form in message.forms for _, field, _, _ in Formatter().parse(form) if field}
                yield from (f"{text} {{{field}}}" for field in sorted(fields - given))


def literals(node: ast.expr) -> Iterator[str]:
    """The strings an argument can be: `"a"`, and both of `"a" if x else "b"`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def sources() -> list[Path]:
    """The program's own files."""
    return sorted(path for room in ("bbs", "screens") for path in (ROOT / room).rglob("*.py"))


@cache
def words() -> Translator:
    """The English words; `compare` sees to it that Chinese has the same."""
    return Catalogues(LOCALE).translator("en")


def is_id(text: str) -> bool:
    """Whether a literal looks like an id and not like a file or a sentence."""
    return "." in text and " " not in text and text.islower()


def test_the_catalogues_agree() -> None:
    assert compare(LOCALE) == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_id_in_code_has_words(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {text for text in calls(tree) if is_id(text)}
    assert sorted(text for text in used if not words().has(text)) == []
    assert list(unfilled(tree)) == []


def test_the_walk_finds_what_it_is_for() -> None:
    code = 'self.tr("a.b", n=1); Hint("x", "c.d"); raise NotFound("e.f"); words.plural("g.h" if n else "i.j", 2)'
    assert sorted(calls(ast.parse(code))) == ["a.b", "c.d", "e.f", "g.h", "i.j"]
    assert list(unfilled(ast.parse('raise NotFound("office.not_found", office=x)'))) == ["office.not_found {slug}"]


def test_ids_that_are_put_together_have_words() -> None:
    wanted = [f"key.{command.id}" for command in COMMANDS]
    wanted += [f"keys.{category}" for category in CATEGORIES]
    wanted += [f"context.{context}" for context in Context]
    wanted += [f"help.{topic.name}{about}" for topic in ALL for about in ("", ".about")]
    wanted += [
        f"me.{part}.{name}"
        for part in ("label", "about")
        for name in (*CHOSEN, KEYS, SSH_KEYS, PASSWORD, CARD, BLOCKED)
    ]
    wanted += [
        known.choice_message(value)
        for known in PREFERENCES.values()
        if known.kind is PreferenceKind.CHOICE
        for value in known.choices
    ]
    wanted += [f"own.{about}{name}" for about in ("", "about.") for name in FIELDS]
    wanted += [f"notice.{kind}" for kind in ("reply", "mention", "mail")]
    wanted += [f"live.{kind}.{state.value}" for kind in ("state", "told") for state in InterviewState]
    wanted += [f"live.is_{state.value}" for state in InterviewState]
    wanted += [f"live.question.{state.value}" for state in QuestionState]
    wanted += [f"live.question_{state.value.replace('-', '_')}" for state in QuestionState]
    wanted += [f"live.told_mine.{state}" for state in ("answered", "left-out", "taken")]
    wanted += [f"live.answer_reach_{read}" for read in ("public", "members")]
    wanted += [f"notice.{kind}" for kind in LIVE_NOTICES]
    assert [text for text in wanted if not words().has(text)] == []
