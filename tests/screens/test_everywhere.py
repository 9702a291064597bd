"""What holds on every screen there is: help opens, the keys of everywhere answer, and what is empty says what to do."""

from __future__ import annotations

import re
from typing import Final

import pytest

from bbs.terminal.listbox import ListBox
from bbs.terminal.view import View
from screens.table import ROUTES
from tests.screens.conftest import Community, VisitDriver, Visiting

_FIRST: Final = {"board": "services", "name": "plum", "office": "administration", "column": "express", "part": "plan"}

_SAMPLES: Final = ("1", "x", "zh", "2026-W47")


def written(pattern: str, values: dict[str, str]) -> str:
    """A route that a pattern fits, the optional parts left out; `values` stand in its named groups."""
    route, at = "", 0
    while at < len(pattern):
        if pattern[at] != "(":
            route += pattern[at].replace("\\", "")
            at += 1
            continue
        end = _closing(pattern, at)
        group = re.match(r"\(\?P<(\w+)>", pattern[at:])
        optional = pattern[end + 1 : end + 2] == "?"
        if group is not None and not optional:
            inner = pattern[at + group.end() : end]
            tries = (values.get(group[1], ""), *_SAMPLES, *inner.split("|"))
            route += next(sample for sample in tries if re.fullmatch(inner, sample))
        at = end + (2 if optional else 1)
    return route


def _closing(pattern: str, at: int) -> int:
    """Where the group that opens at a place ends; character classes may hold parentheses."""
    depth, within = 0, False
    for place in range(at, len(pattern)):
        char = pattern[place]
        if within:
            within = char != "]"
        elif char == "[":
            within = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return place
    raise AssertionError(pattern)


def routes(community: Community) -> list[str]:
    values = {**_FIRST, "thread": str(community.numbers.canteen), "topic": "rules", "path": "x"}
    made = [written(pattern, values) for pattern, _ in ROUTES]
    for (pattern, _), route in zip(ROUTES, made, strict=True):
        assert re.fullmatch(pattern, route), (pattern, route)
    return made


def helper(view: View, person: VisitDriver) -> str:
    keymap = person.stage.keymap
    keys = keymap.keys_for("help", view.context) or keymap.keys_for("editor_help", view.context)
    assert keys, f"{view.route} has no key for help"
    return keys[0]


async def out(person: VisitDriver) -> None:
    """Back to the first view, whatever is in between."""
    await person.stage._stack.pop_to(person.stage.views[0])
    person.stage.redraw()
    await person.settle()


@pytest.mark.parametrize("name", ["plum", "zhou", "guest"])
async def test_help_and_the_keys_of_everywhere_answer_on_every_screen(
    community: Community, driver: Visiting, name: str
) -> None:
    person = await driver(name)
    for route in routes(community):
        await person.stage.go(route)
        await person.settle()
        if person.stage.prompt is not None:
            await person.press("escape")  # the search asks at once
        view = person.stage.view
        await person.press(helper(view, person))
        assert person.route.startswith("/help"), f"{helper(view, person)} on {route}: {person.text()}"
        if person.stage.view is not view:
            await person.stage.pop()
        await person.settle()
        assert person.stage.view is view
        await person.press("c-w")
        assert view.route in person.message, f"^W on {route}"
        await person.press("c-z")
        assert person.stage.prompt is not None, f"^Z on {route}"
        await person.press("escape", "c-u")
        assert person.route == "/who", f"^U on {route}"
        await out(person)


_NO_TEXT: Final = {"form", "editor"}
_AT_THE_TOP: Final = ("up", "k", "home", "pageup", "[", "=", "S", "v", "u", "tab", "c-u")


async def test_every_key_is_answered_also_where_there_is_nothing_to_do(community: Community, driver: Visiting) -> None:
    """A change, a message, or a bell: at the top of a list there is no way up, and what was looked at stays so."""
    person = await driver("plum")
    silent = []
    for route in routes(community):
        here: View | None = None
        for key in _AT_THE_TOP:
            if person.stage.view is not here:
                await out(person)
                await person.stage.go(route)
                await person.settle()
                await escaped(person)
                here = person.stage.view
            if person.stage.view.context in _NO_TEXT:
                break
            await person.press("home")
            before = seen(person)
            await person.press(key)
            if seen(person) == before:
                silent.append((route, key))
            await escaped(person)
    assert silent == []


@pytest.mark.parametrize("name", ["guest", "zhou"])
async def test_the_last_row_offers_what_works(community: Community, driver: Visiting, name: str) -> None:
    person = await driver(name)
    useless = []
    for route in routes(community):
        await person.stage.go(route)
        await person.settle()
        await escaped(person)
        view, keymap = person.stage.view, person.stage.keymap
        hints = () if view.context in _NO_TEXT else view.hints()
        offered = person.row(-1)
        for hint in hints:
            shown = f"{keymap.key_for(hint.action, view.context)} {person.session.visit.tr(hint.label)} "
            if shown not in offered:
                continue
            await person.press(keymap.keys_for(hint.action, view.context)[0])
            if REFUSED.search(person.message):
                useless.append((route, shown, person.message))
            await escaped(person)
            if person.stage.view is not view:
                await out(person)
                await person.stage.go(route)
                await person.settle()
                await escaped(person)
                view = person.stage.view
        await out(person)
    assert useless == [], "\n".join(map(str, useless))


REFUSED: Final = re.compile("You may not|Guests read|Nothing is kept|Not on this screen|does nothing here")


async def escaped(person: VisitDriver) -> None:
    """Back out of whatever is asked; not by a key, which may be the beginning of the next one."""
    for _ in range(4):
        if person.stage.prompt is not None:
            person.stage.prompt.back_out()
            await person.settle()


def seen(person: VisitDriver) -> object:
    """What a person can notice."""
    return person.text(), person.cursor, person.bells


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_what_is_empty_says_what_to_do(community: Community, driver: Visiting, lang: str) -> None:
    person = await driver("stone", lang=lang)
    empty = 0
    for route in routes(community):
        await person.stage.go(route)
        await person.settle()
        box = next((part for part in vars(person.stage.view).values() if isinstance(part, ListBox)), None)
        if box is not None and box.loaded and not box.items:
            empty += 1
            assert len(box.empty) > 5, f"{route} is empty and says nothing"
        await out(person)
    assert empty >= 5
