"""Pages a sysop edits, as readers and as banners; an overlay wins, and drawn ones are never Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.errors import NotFound
from bbs.text.clean import gate
from screens.arriving.login import goodbye, ssh_banner, telnet_banner
from screens.help.page import PageScreen
from screens.texts import Pages
from tests.screens.conftest import Visiting
from tests.support.corpus import ALL_TEXT


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_banners_are_plain_and_small(lang: str) -> None:
    pages = Pages()
    for text in (ssh_banner(pages, lang), telnet_banner(pages, lang), goodbye(pages, lang)):
        assert 1 <= text.count("\n") <= 20
        assert gate(text) == text
    assert telnet_banner(pages, lang).isascii()
    assert "guest" in telnet_banner(pages, lang)


def test_hostile_pages_make_clean_banners(tmp_path: Path) -> None:
    folder = tmp_path / "zh"
    folder.mkdir()
    for text in ALL_TEXT:
        for name in ("welcome", "telnet", "goodbye"):
            (folder / f"{name}.md").write_bytes(text.encode("utf-8", "replace"))
        pages = Pages(tmp_path)
        for banner in (ssh_banner, telnet_banner, goodbye):
            shown = banner(pages, "zh")
            assert gate(shown) == shown
            assert "\x1b" not in shown
        assert telnet_banner(pages, "zh").isascii()


async def test_drawn_pages_stand_as_they_are(driver: Visiting) -> None:
    person = await driver("reed")
    visit = person.session.visit
    await person.stage.push(PageScreen(visit, "welcome", route="/help/welcome"))
    await person.settle()
    rows = [row.rstrip() for row in visit.pages.get("welcome", "en").strip("\n").split("\n")]
    shown = [row[1:] for row in person.terminal.rows()[1 : 1 + len(rows)]]
    assert shown == rows


async def test_a_page_takes_its_title_from_its_heading(driver: Visiting) -> None:
    person = await driver("reed", route="/help/rules")
    assert "House rules" in person.row(0)
    person = await driver("reed", lang="zh", route="/help/rules")
    assert "版规" in person.row(0)


async def test_a_page_that_is_not_there_is_not_opened(driver: Visiting) -> None:
    person = await driver("reed")
    with pytest.raises(NotFound, match=r"page\.not_found"):
        await PageScreen(person.session.visit, "nothing").open()
