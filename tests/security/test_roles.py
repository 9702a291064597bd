"""Every command x everybody: done, wrong usage, not permitted or not found; nothing ever falls over."""

from __future__ import annotations

import json
import logging
from itertools import product
from typing import Final

import pytest

from bbs.commands.run import may
from bbs.commands.tree import Command, Kind, Param, Tree
from bbs.forum.access import Verb
from bbs.forum.access_table import TABLE
from tests.security.conftest import Place
from tests.security.wire import stray
from tests.support.corpus import CORPUS

PEOPLE: Final = ("guest", "reed", "keeper", "lin", "sysop")
DONE, FAILED, USAGE, FORBIDDEN, MISSING, CONFLICT, LATER = 0, 1, 2, 3, 4, 5, 75
GOOD: Final = {
    "board": "life",
    "column": "express",
    "name": "reed",
    "account": "lin",
    "office": "desk",
    "title": "A title",
    "batch": "b1",
    "act": "give",
    "role": "moderator",
    "reason": "a reason",
    "fingerprint": "SHA256:x",
    "paths": "-",
}
NUMBERS: Final = ("0", "-1", "1", "2147483647", "2147483648", "9" * 40, "1e9", "٣", "²", "1_0", " 1", "", "NaN")
DATES: Final = ("0000-00-00", "2026-02-30", "9999-12-31", "-1", "2026-W01", "2026-01-01T25:00", "now")
TEXTS: Final = tuple(text[:300] for kind in sorted(CORPUS) for text in CORPUS[kind][:3])
"""Arguments that are taken as they come; the kernel hands over no NUL and no broken UTF-8 either way."""


def arguments(command: Command, number: str = "1") -> list[str]:
    """The least that the command takes."""
    words = []
    for param in command.params:
        if not param.required:
            continue
        usual = number if param.kind is Kind.NUMBER else GOOD.get(param.name, "x")
        value = param.choices[0] if param.choices else usual
        words += [f"--{param.name}", value] if param.option else [value]
    return words


def test_every_verb_of_a_command_is_in_the_table(tree: Tree) -> None:
    for command in tree:
        assert command.verb is None or command.verb in TABLE, command.name


async def test_the_matrix_of_commands_and_people(harmless: Place, caplog: pytest.LogCaptureFixture) -> None:
    actors = {name: await harmless.actor(name) for name in PEOPLE}
    refused = 0
    for command, (name, actor) in product(harmless.house.tree, actors.items()):
        harmless.clock.advance(minutes=10)
        code, out, err = await harmless.run(actor, *command.path, *arguments(command), "--json", stdin=b"Some words.")
        place = (command.name, name, code, out[:200], err)
        if not may(command, actor):
            refused += 1
            assert code == FORBIDDEN, place
            assert json.loads(err)["error"]["code"] == "access.denied", place
            assert out == "", place
        elif code in (DONE, FAILED) and not err:
            assert isinstance(json.loads(out), dict), place
        else:
            assert code in (USAGE, FORBIDDEN, MISSING, CONFLICT, LATER), place
            assert json.loads(err)["error"]["code"] not in ("error.unexpected", "server.error"), place
            assert out == "", place
    assert refused > 40
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_guests_and_members_change_nothing_of_the_house(harmless: Place) -> None:
    """What the table refuses is refused before anything is read or written."""
    before = await _acts(harmless)
    for command, name in product(harmless.house.tree, ("guest", "reed", "lin")):
        if command.verb in (None, Verb.ACCOUNT_SELF):
            continue
        if name == "lin" and may(command, await harmless.actor(name)):
            continue  # what an officer says in office is recorded, as it should be
        await harmless.run(name, *command.path, *arguments(command), "--yes", stdin=b"x")
    assert before == await _acts(harmless)


async def _acts(place: Place) -> list[str]:
    """The register but for what officers post, which they may."""
    code, out, _ = await place.run("sysop", "register", "show", "--limit", "500", "--json")
    assert code == DONE
    return [entry["hash"] for entry in json.loads(out)["items"] if entry["kind"] != "post.official"]


@pytest.mark.parametrize("name", ["guest", "sysop"])
async def test_nothing_typed_makes_a_command_fall_over(
    harmless: Place, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    actor = await harmless.actor(name)
    for command in harmless.house.tree:
        if not may(command, actor) or command.name in ("doctor", "register verify"):
            continue
        for param in command.params:
            for value in _bad_values(param):
                given = [f"--{param.name}={value}"] if param.option else [value]
                rest = [] if param.required and not param.option else arguments(command)
                harmless.clock.advance(minutes=1)
                code, out, err = await harmless.run(actor, *command.path, *rest, *given, "--", stdin=b"x")
                assert stray(out + err) == [], (command.name, param.name, value)
                assert code in (DONE, FAILED, USAGE, FORBIDDEN, MISSING, CONFLICT, LATER)
    wrong = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert wrong == []


def _bad_values(param: Param) -> tuple[str, ...]:
    match param.kind:
        case Kind.NUMBER:
            return NUMBERS
        case Kind.DATE:
            return DATES
        case Kind.TEXT:
            return TEXTS if not param.choices else TEXTS[:2]
    return ("x",)


async def test_numbers_and_dates_without_bounds(harmless: Place, caplog: pytest.LogCaptureFixture) -> None:
    for words in (
        ("thread", "0" * 18 + "1" + "0" * 30),
        ("thread", "0" * 18 + "1" + "0" * 5000),
        ("office", "appoint", "desk", "lin", "--name=X", "--title=Y", "--from=0001-01-01"),
        ("office", "appoint", "desk", "lin", "--name=X", "--title=Y", "--to=9999-12-31T23:59:59-12:00"),
    ):
        code, _, _ = await harmless.run("sysop", *words)
        assert code in (USAGE, MISSING)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize(
    "line",
    ["", " ", "'", '"', "\\", "-- --", "--json", "--help", "a" * 9000, "boards; rm -rf /", "boards $(id)", "`id`",
     "boards | cat", "help help help", "--json --json", "boards --limit", "threads", "thread --", "\x00", "\x1b[2J",
     "boards\nboards", "go /t/1", "admin", "sftp", "internal-sftp", "scp -t /", "user", "user user", "../boards"],
)  # fmt: skip
async def test_lines_that_are_no_command(harmless: Place, caplog: pytest.LogCaptureFixture, line: str) -> None:
    from bbs.commands.call import Nothing
    from bbs.servers.doors import Errand
    from bbs.servers.exec_streams import Output

    told = bytearray()
    write = Output(told.extend, "utf-8", terminal=False)
    errand = Errand(await harmless.actor("guest"), line, Nothing(), write, write, language="en")
    code = await harmless.house.run_errand(errand)
    assert code in (DONE, USAGE, FORBIDDEN, MISSING)
    assert stray(told.decode()) == []
    assert len(told) < 10_000
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.fixture(scope="module")
def tree() -> Tree:
    """All commands."""
    from bbs.app.examine import examination
    from bbs.app.settings import Settings
    from bbs.commands.everything import build_tree
    from bbs.importers.bulletins import import_bulletins

    return build_tree(import_bulletins, examination(Settings()))
