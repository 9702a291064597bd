"""Words become typed values, and what is wrong is told with what would be right."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.commands.answer import Answer
from bbs.commands.call import Call
from bbs.commands.parse import LINE_LIMIT, parse, split
from bbs.commands.tree import Command, Kind, Tree, argument, flag, option
from bbs.errors import BbsError, Invalid, NotFound

ZONE = ZoneInfo("Asia/Shanghai")


async def nothing(call: Call) -> Answer:
    return Answer()


APPOINT = Command(
    ("office", "appoint"),
    nothing,
    (
        argument("office"),
        argument("count", Kind.NUMBER, required=False),
        option("name", required=True),
        option("from", Kind.DATE),
        option("duty", choices=("holder", "deputy")),
        flag("quiet"),
    ),
)
IMPORT = Command(("bulletin", "import"), nothing, (argument("paths", many=True), option("column")))


def test_positions_options_and_flags_in_any_order() -> None:
    values = parse(APPOINT, ["--name", "周明", "union", "--quiet", "3", "--duty=deputy"], ZONE)
    assert values["office"] == "union"
    assert values["count"] == 3
    assert values["name"] == "周明"
    assert values["duty"] == "deputy"
    assert values["quiet"] is True
    assert values["json"] is False
    assert values["from"] is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01", datetime(2026, 9, 30, 16, tzinfo=UTC)),
        ("2026-10-01T09:00:00+08:00", datetime(2026, 10, 1, 1, tzinfo=UTC)),
        ("2026-10-01T09:00:00Z", datetime(2026, 10, 1, 9, tzinfo=UTC)),
    ],
)
def test_days_are_read_in_the_sites_zone_and_times_in_their_own(text: str, moment: datetime) -> None:
    assert parse(APPOINT, ["union", "--name", "x", "--from", text], ZONE)["from"] == moment


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["union"], "command.missing"),
        ([], "command.missing"),
        (["union", "--nmae", "x"], "command.option_close"),
        (["union", "--zzz", "x"], "command.option"),
        (["union", "--name"], "command.needs"),
        (["union", "--name", "x", "--quiet=1"], "command.flag"),
        (["union", "0", "--name", "x"], "command.number"),
        (["union", "-3", "--name", "x"], "command.number"),
        (["union", "٣", "--name", "x"], "command.number"),
        (["union", "9" * 400, "--name", "x"], "command.number"),
        (["union", "1", "2", "--name", "x"], "command.extra"),
        (["union", "--name", "x", "--from", "31.12.2026"], "command.date"),
        (["union", "--name", "x", "--duty", "king"], "command.choice"),
    ],
)
def test_what_is_wrong_is_told(words: list[str], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        parse(APPOINT, words, ZONE)
    assert raised.value.code == code


def test_many_words_and_the_end_of_options() -> None:
    values = parse(IMPORT, ["a.md", "--column", "express", "--", "--odd-name.md"], ZONE)
    assert values["paths"] == ["a.md", "--odd-name.md"]


def test_help_needs_nothing_else() -> None:
    assert parse(APPOINT, ["--help"], ZONE)["help"] is True


@pytest.mark.parametrize(("line", "code"), [('a "b', "command.quotes"), ("x" * (LINE_LIMIT + 1), "command.long")])
def test_lines_that_cannot_be_split(line: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        split(line)
    assert raised.value.code == code


@given(st.text(max_size=60))
def test_any_line_is_split_or_refused_and_nothing_is_expanded(line: str) -> None:
    try:
        words = split(line)
    except BbsError:
        return
    assert all(isinstance(word, str) for word in words)


def test_shell_characters_mean_nothing() -> None:
    assert split("post life --title '$(id)' ; ls") == ["post", "life", "--title", "$(id)", ";", "ls"]


def test_the_tree_finds_two_words_before_one() -> None:
    tree = Tree()
    tree.add([APPOINT, IMPORT, Command(("bulletin",), nothing, (argument("id", Kind.NUMBER),))])
    command, rest = tree.find(["bulletin", "import", "x"])
    assert (command.name, list(rest)) == ("bulletin import", ["x"])
    command, rest = tree.find(["bulletin", "7"])
    assert (command.name, list(rest)) == ("bulletin", ["7"])
    with pytest.raises(NotFound) as raised:
        tree.find(["rm", "-rf"])
    assert raised.value.code == "command.unknown"


def test_the_usage_line_shows_what_may_be_left_out() -> None:
    assert APPOINT.usage == ("office appoint OFFICE [COUNT] --name TEXT [--from DATE] [--duty holder|deputy] [--quiet]")
