"""The differential wire oracle: whatever was typed into whatever field, a terminal gets the same kinds of controls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from sqlalchemy import update

from bbs.store import tables
from bbs.store.database import Tx
from bbs.terminal import controls
from tests.screens.conftest import VisitDriver
from tests.security.conftest import Place
from tests.security.wire import colours_in, controls_in, overruns, stray
from tests.support.corpus import CORPUS

OURS: Final = set(controls.ALL) | {"goto", "colours", "\r", "\n"}
CONCEAL, BLINK = 8, 5
OFFICIAL: Final = "7a1f1f"
"""The background of an officer's head bar in the usual theme, which nothing else has."""


@dataclass(slots=True)
class Walk:
    """What came over the wire on a way through all screens."""

    wire: str = ""
    frames: int = 0


async def walk(place: Place, size: tuple[int, int], *, typed: Sequence[str] = (), stride: int = 12) -> Walk:
    """Look at every screen, at one thread and bulletin in `stride`, and type into every prompt."""
    actor = await place.actor("reed")
    told = Walk()
    async with VisitDriver(place.house.forum, actor, columns=size[0], rows=size[1]) as person:

        async def press(*keys: str) -> None:
            await person.press(*keys)
            told.frames += 1
            for number, row in enumerate(person.terminal.rows()):
                assert len(row) <= size[0], (number, row)
            assert person.row(0).startswith((" 明坛", " Mingtan", " m")), person.text()

        async def go(route: str) -> None:
            await person.press(":")
            await person.type(route)
            await press("enter")
            assert person.route.partition("#")[0] == route.partition("#")[0], person.text()

        await press("escape")
        for route, pages in (("/b", 1), ("/b/life", 10), ("/b/notes", 0), ("/new", 4)):
            await go(route)
            for _ in range(pages):
                await press("pagedown")
            await press("home", "j")
        for route in ("/news", "/news/express", "/officers", "/o/desk", "/who", "/me", "/help", "/b/life/notice"):
            await go(route)
            await press("pagedown", "j")
        for number in place.threads[::stride]:
            await go(f"/t/{number}#1")
            await press("pagedown", "Q")
            await press("q", "r")
            await press("c-x", "d")
        for number in place.bulletins[::stride]:
            await go(f"/n/{number}")
            await press("pagedown")
        for prompt in ("/", "a", "s", ":"):
            for text in typed:
                await go("/b/life")
                await press(prompt)
                person.link.feed(b"\x1b[200~" + text[:3000].encode("utf-8", "surrogatepass") + b"\x1b[201~")
                await person.settle()
                await press("enter", "escape")
    # The session has ended and given the terminal back.
    told.wire = bytes(person.terminal.received).decode("utf-8")
    return told


@pytest.mark.parametrize("size", [(80, 24), (132, 50)])
async def test_the_same_controls_for_hostile_and_harmless_text(
    hostile: Place, harmless: Place, size: tuple[int, int]
) -> None:
    stride = 12 if size == (80, 24) else 24
    typed = [CORPUS[kind][-1] for kind in sorted(CORPUS)] if stride == 12 else ["\x1b]0;x\x07"]
    calm = await walk(harmless, size, typed=["plain", "/t/9"])
    wild = await walk(hostile, size, typed=typed, stride=stride)
    assert wild.frames > 60
    assert controls_in(wild.wire) == controls_in(calm.wire)
    assert controls_in(wild.wire) <= OURS
    assert overruns(wild.wire, *size) == []
    for codes in colours_in(wild.wire):
        words = [int(code) for code in codes.split(";") if code]
        assert words[:1] == [0]
        assert codes in colours_in(calm.wire) or not {CONCEAL, BLINK} & set(_simple(words)), codes


def _simple(codes: list[int]) -> list[int]:
    """The codes without the parts of colours."""
    rest = list(codes)
    simple = []
    while rest:
        code = rest.pop(0)
        simple.append(code)
        if code in (38, 48) and rest:
            del rest[: 4 if rest[0] == 2 else 2]
    return simple


async def test_members_cannot_draw_an_officers_bar(hostile: Place) -> None:
    actor = await hostile.actor("reed")
    async with VisitDriver(hostile.house.forum, actor, route=f"/t/{hostile.official}") as person:

        def bars() -> int:
            cells = [person.terminal.at(column, row) for row in range(24) for column in range(80)]
            return sum(cell.bg == OFFICIAL for cell in cells)

        assert bars() >= 80, "the real one has its bar"
        for number in hostile.threads[::6]:
            await person.press(":")
            await person.type(f"/t/{number}")
            await person.press("enter")
            assert person.route.startswith(f"/t/{number}")
            assert bars() == 0, person.text()
        for route in ("/b/life", "/news/express", "/who", f"/n/{hostile.bulletins[0]}"):
            await person.press(":")
            await person.type(route)
            await person.press("enter", "pagedown")
            assert bars() == 0, person.text()


async def test_a_draft_of_hostile_text_is_resumed_as_text(hostile: Place) -> None:
    reed = await hostile.actor("reed")
    for kind, texts in CORPUS.items():
        await hostile.house.forum.drafts.save(
            reed, "/b/ink/post", id=kind, title=texts[0][:100], body="\n".join(texts)[:20_000], caret=10_000
        )
        async with VisitDriver(hostile.house.forum, reed, route="/b/ink/post") as person:
            await person.press("pagedown", "end", "enter", "c-x", "p", "escape")
            wire = bytes(person.terminal.received).decode("utf-8")
            assert controls_in(wire) <= OURS, kind
            assert overruns(wire, 80, 24) == [], kind


async def test_what_was_not_cleaned_when_it_was_written_is_cleaned_when_it_is_shown(harmless: Place) -> None:
    """Rows written by another program, or before a rule was made."""
    raw = "a\x1b]0;OWNED\x07\x9b2Jb\u202ec\rd\x08e\x7f"

    def spoil(tx: Tx) -> None:
        for table, columns in (
            (tables.post, ("body", "author")),
            (tables.thread, ("title", "author", "last_author")),
            (tables.board, ("zh", "en", "about_zh", "about_en")),
            (tables.office, ("zh", "en", "about_zh", "about_en")),
            (tables.bulletin, ("title", "title_en", "body", "source", "author")),
            (tables.draft, ("title", "body")),
            (tables.appointment, ("real_name", "title_zh", "title_en")),
        ):
            tx.connection.execute(update(table).values(dict.fromkeys(columns, raw)))
        tx.emit("community.changed")

    await harmless.house.forum.db.write(spoil)
    told = await walk(harmless, (80, 24), stride=2)
    assert controls_in(told.wire) <= OURS
    assert overruns(told.wire, 80, 24) == []
    first, bulletin = str(harmless.threads[0]), str(harmless.bulletins[0])
    lines = ("boards", "threads life", f"thread {first}", "news express", f"bulletin {bulletin}", "officers")
    for line in (*lines, "office list", "board list"):
        words = line.split()
        for options in ((), ("--json",)):
            code, out, err = await harmless.run("sysop", *words, *options)
            assert code == 0
            assert stray(out + err) == [], words
