"""No row that a member wrote looks like the head of an officer's floor, in any theme and without colours."""

from __future__ import annotations

import re
from typing import Final

import pytest

from bbs.terminal.themes import THEMES
from tests.screens.conftest import Community, VisitDriver, Visiting

HEADS: Final = {"en": "[OFFICIAL] 周明  Director, Administration Department", "zh": "[实名] 周明  行政司司长"}
MARK: Final = re.compile(r"\s*(#\d+\s*)?\[\s*(OFFICIAL|实名)\s*\]")

ATTEMPTS: Final = tuple(
    form.format(head)
    for head in (*HEADS.values(), "【官方】周明", "［ＯＦＦＩＣＩＡＬ］ 周明")
    for form in (
        "{}",
        "#3 {}   11-21 10:45   signed",
        "   {}",
        "- {}",
        "1. {}",
        "# {}",
        "**{}**",
        "| {} |",
        "    {}",
        "`{}`",
    )
)


async def pages(person: VisitDriver, most: int = 40) -> list[tuple[str, ...]]:
    """Every screenful of a thread from its start: the rows between the bars."""
    found: list[tuple[str, ...]] = []
    await person.press("home")
    for _ in range(most):
        rows = tuple(person.terminal.rows()[1:-3])
        if found and rows == found[-1]:
            break
        found.append(rows)
        _check(person)
        await person.press("pagedown")
    return found


def _check(person: VisitDriver) -> None:
    """On this screenful only true heads begin in the first column, and nothing else wears their look."""
    terminal = person.terminal
    height = person.link.size[1]
    for row in range(1, height - 3):
        text = terminal.row(row)
        first = terminal.at(0, row)
        if re.match(r"#\d+ ", text):
            official = MARK.match(text) is not None
            assert official == (text.split()[1] in ("[OFFICIAL]", "[实名]"))
            continue
        if text.strip() and text[0] != " ":
            raise AssertionError(f"row {row} begins in the first column: {text!r}")
        if not text.startswith("  reply to") and not text.startswith("  回复"):
            assert MARK.match(text) is None, text
            assert first.char == " "


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_no_row_of_a_member_equals_an_officers_head(community: Community, driver: Visiting, theme: str) -> None:
    number = community.numbers.canteen
    await community.maker.reply("reed", number, "\n\n".join(ATTEMPTS))
    plum = await community.maker.actor("plum")
    await community.forum.accounts.set_preferences(plum, {"theme": theme})
    for lang, colours in (("en", 16777216), ("zh", 0)):
        person = await driver("plum", route=f"/t/{number}#1", lang=lang, colours=colours)
        rows = [row for page in await pages(person) for row in page]
        heads = {row.strip() for row in rows if row.startswith("#3 ")}
        assert len(heads) == 1
        assert not heads & {row.strip() for row in rows if not row.startswith("#3 ")}
