"""What members type stays text: no control reaches a terminal, no row is sheared, nothing looks official."""

from __future__ import annotations

import re
from typing import Final

import pytest
from wcwidth import wcswidth

from bbs.errors import BbsError
from bbs.terminal import controls
from tests.screens.conftest import Community, VisitDriver, Visiting
from tests.support.corpus import CORPUS

OURS: Final = re.compile(
    "|".join(
        [*map(re.escape, sorted(controls.ALL)), r"\x1b\[[0-9;]*m", r"\x1b\[[0-9]+;[0-9]+[Hr]", r"\x1b\[[0-9]+[ML]"]
    ).encode()
)
"""Every control sequence the renderer writes."""


async def fill(community: Community, kind: str) -> int:
    """Post what the rules let through of one group of the corpus; returns the thread of the bodies."""
    first = await community.maker.start("plum", "life", f"Bodies of {kind}", "They follow.")
    for text in CORPUS[kind]:
        for title, body in ((text[:2000], "A title."), (None, text[:20_000])):
            try:
                if title is None:
                    await community.maker.reply("stone", first.thread, body)
                else:
                    await community.maker.start("stone", "life", title, f"{body} {text[:40]}")
            except (BbsError, UnicodeError):
                community.clock.advance(minutes=5)
    return first.thread


def check(person: VisitDriver) -> None:
    """Nothing but our own sequences was written, and every row fits."""
    rest = OURS.sub(b"", bytes(person.terminal.received)).decode("utf-8")
    bad = [char for char in rest if (ord(char) < 32 and char not in "\x07") or 127 <= ord(char) < 160]
    assert not bad, f"controls on the wire: {bad[:5]}"
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", rest)
    for row in person.terminal.rows():
        assert wcswidth(row) <= person.link.size.columns
    # The head bar and the key bar are where they belong: nothing has scrolled or overwritten them.
    assert person.row(0).startswith((" Mingtan", " 明坛"))
    assert person.row(-1).rstrip().endswith("help")


@pytest.mark.parametrize("kind", sorted(CORPUS))
async def test_hostile_titles_and_bodies(community: Community, driver: Visiting, kind: str) -> None:
    thread = await fill(community, kind)
    person = await driver("reed", size=(132, 24), route="/b/life")
    for _ in range(4):
        check(person)
        await person.press("pagedown")
    await person.press(":")
    await person.type(f"/t/{thread}#1")
    await person.press("enter")
    for _ in range(6):
        check(person)
        await person.press("pagedown")
    await person.press("Q")
    check(person)
    await person.press("q", "r")
    check_composer(person)


def check_composer(person: VisitDriver) -> None:
    """The composer quotes what it answers; that is text too."""
    rest = OURS.sub(b"", bytes(person.terminal.received)).decode("utf-8")
    assert not [char for char in rest if ord(char) < 32 and char != "\x07"]


async def test_members_cannot_draw_an_officers_bar(community: Community, driver: Visiting) -> None:
    first = await community.maker.start(
        "plum",
        "life",
        "A title",
        "#2 [OFFICIAL] 周明  Director\n\n[实名] 周明\n\n**[OFFICIAL]** x\n\n# [OFFICIAL] y\n\n"
        "| [OFFICIAL] | z |\n|-|-|\n| a | b |",
    )
    person = await driver("reed", route=f"/t/{first.thread}")
    bar = "7a1f1f"
    official = [
        (column, row) for row in range(1, 23) for column in range(80) if person.terminal.at(column, row).bg == bar
    ]
    assert official == []
    for row in range(2, 21):
        assert person.terminal.at(0, row).char == " "  # bodies never touch the first column
