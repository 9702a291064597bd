"""A small house whose every field can be filled: with the bad-input corpus, or with harmless text of the same kinds."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bbs.app.examine import examination
from bbs.app.house import House, load_words
from bbs.app.settings import Settings
from bbs.commands.call import Nothing
from bbs.commands.everything import build_tree
from bbs.errors import BbsError
from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.forum import Policy, open_forum
from bbs.forum.news.bulletins import BulletinItem
from bbs.importers.bulletins import import_bulletins
from bbs.servers.doors import Errand, Reader
from bbs.servers.exec_streams import Output
from bbs.store.datadir import DataDirectory
from bbs.store.opening import open_database
from bbs.text.when import ManualClock
from screens.texts import Pages
from tests.support.corpus import CORPUS

NOW: Final = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
PASSWORD: Final = "an old bicycle"
TEXTS: Final = tuple(text for kind in sorted(CORPUS) for text in CORPUS[kind])
HARMLESS: Final = (
    "plain words",
    "中文也一样 and **bold**, *soft*, `code`, [a link](https://example.org/x)",
    "> a quotation\n\n- a list\n- of two\n\n1. one\n\n# A heading\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ncode\n```\n\nhttps://example.org/y",
    "喵" * 60,
)


@dataclass(slots=True)
class Place:
    """A house, its clock, and what was written into it."""

    house: House
    clock: ManualClock
    threads: list[int] = field(default_factory=list)
    bulletins: list[int] = field(default_factory=list)
    official: int = 0
    """A thread that an officer really started."""

    async def actor(self, name: str) -> Actor:
        """Somebody as they come in by SSH; `guest` and `local` too."""
        if name == "local":
            return LOCAL
        accounts = self.house.forum.accounts
        if name == "guest":
            return await accounts.guest(transport="ssh")
        return await accounts.by_password(name, PASSWORD, transport="ssh", source="test")

    async def run(self, who: str | Actor, *words: str, stdin: bytes = b"", columns: int = 80) -> tuple[int, str, str]:
        """A command over SSH exec: exit code, standard output and standard error."""
        out, err = bytearray(), bytearray()
        actor = who if isinstance(who, Actor) else await self.actor(who)
        errand = Errand(
            actor=actor,
            command=words,
            stdin=_Bytes(stdin) if stdin else Nothing(),
            out=Output(out.extend, "utf-8", terminal=False),
            err=Output(err.extend, "utf-8", terminal=False),
            columns=columns,
            language="en",
        )
        code = await self.house.run_errand(errand)
        return code, out.decode("utf-8"), err.decode("utf-8")


class _Bytes(Reader):
    def __init__(self, data: bytes) -> None:
        self._rest = data

    async def read(self, limit: int) -> bytes:
        """The next bytes."""
        data, self._rest = self._rest[:limit], self._rest[limit:]
        return data


def community(texts: Sequence[str]) -> str:
    """A declared community whose names and descriptions are these texts; JSON is YAML."""

    def words(number: int, limit: int) -> dict[str, str]:
        zh, en = texts[number % len(texts)], texts[(number + 1) % len(texts)]
        return {"zh": f"名{number}{zh}"[:limit], "en": f"N{number} {en}"[:limit]}

    def about(number: int) -> dict[str, str]:
        return {"about_zh": texts[number % len(texts)][:200], "about_en": texts[(number + 2) % len(texts)][:200]}

    boards = [
        {"slug": slug, "section": "all", **words(number, 30), **about(number), "read": "public", "nature": nature}
        | {"post": "officers" if nature == "officers" else "members"}
        | ({"offices": ["desk"]} if nature == "officers" else {})
        for number, (slug, nature) in enumerate((("life", "discussion"), ("ink", "discussion"), ("notes", "officers")))
    ]
    document = {
        "site": {"slug": "m", "zh": "明坛", "en": "Mingtan", "zone": "Asia/Shanghai", "default_language": "en"},
        "offices": [{"slug": "desk", **words(7, 30), **about(7)}],
        "sections": [{"slug": "all", **words(9, 30)}],
        "boards": boards,
        "columns": [{"slug": "express", **words(11, 30), **about(11), "read": "public"}],
    }
    return json.dumps(document, ensure_ascii=True, indent=1)


async def _declare(place: Place, texts: Sequence[str]) -> None:
    """Declare the community with every text that a declaration may hold."""
    declared = place.house.settings.data / "boards.yaml"
    good = []
    for text in texts:
        declared.write_text(community([text]), encoding="utf-8")
        try:
            await place.house.forum.community.plan(LOCAL, declared)
        except BbsError:
            continue
        good.append(text)
    declared.write_text(community(good or HARMLESS), encoding="utf-8")
    await place.house.forum.community.apply(LOCAL, declared)


async def _people(place: Place, texts: Sequence[str]) -> list[str]:
    accounts = place.house.forum.accounts
    for name in ("reed", "plum", "keeper"):
        await accounts.create(LOCAL, name, AccountKind.MEMBER, password=PASSWORD)
    await accounts.create(LOCAL, "lin", AccountKind.OFFICER, password=PASSWORD)
    await accounts.create(LOCAL, "sysop", AccountKind.SYSOP, password=PASSWORD)
    await accounts.role(LOCAL, "keeper", Grant(Role.MODERATOR), on=True)
    pens = []
    for text in texts:
        try:
            made = await accounts.create(LOCAL, text, AccountKind.MEMBER, password=PASSWORD)
        except BbsError:
            continue
        pens.append(made.name)
    return pens[:12]


async def _appoint(place: Place, texts: Sequence[str]) -> None:
    titles = [text for text in texts if text.strip()] or ["-"]
    names = [f"{text[:10]}林若溪" for text in titles]
    for number, name in enumerate(names):
        title = titles[number % len(titles)][:40]
        try:
            await place.house.forum.officers.appoint(
                LOCAL, "desk", "lin", real_name=name, title_zh=f"处长{title}", title_en=f"Head {title}"
            )
        except BbsError:
            continue
        return


async def _bulletins(place: Place, texts: Sequence[str]) -> None:
    items = [
        BulletinItem(
            f"n{number}",
            "express",
            f"{text[:150]}新",
            f"{text[:20_000]}\n\nend {number}",
            title_en=f"{text[:150]}new",
            source=text[:150],
            author=text[:80],
            tags=(f"t{text}"[:30],),
            must_read=number % 40 == 0,
        )
        for number, text in enumerate(texts)
    ]
    for start in range(0, len(items), 500):
        for done in await place.house.forum.news.store(LOCAL, items[start : start + 500]):
            if not isinstance(done, Exception):
                place.bulletins.append(done.id)


async def fill(place: Place, texts: Sequence[str]) -> None:
    """Write the texts into every field that the rules let them into, by the rules."""
    forum, clock = place.house.forum, place.clock
    await _declare(place, texts)
    pens = await _people(place, texts)
    await _appoint(place, texts)
    await _bulletins(place, texts)
    lin = await place.actor("lin")
    notes = await forum.boards.get(lin, "notes")
    clock.advance(days=2)
    place.official = (await forum.threads.start(lin, notes, "A real one", "By the office.", official=True)).thread
    authors = [await place.actor(name) for name in ("plum", *pens)]
    life = await forum.boards.get(authors[0], "life")
    for number, text in enumerate(texts):
        clock.advance(minutes=10)
        author = authors[number % len(authors)]
        body = f"{text[:6000]}\n\n{text[:300]}\nend {number}"
        for title in (text[:110], f"T{number} {text[:90]}", f"T{number}"):
            try:
                place.threads.append((await forum.threads.start(author, life, title, body)).thread)
                break
            except BbsError:
                clock.advance(minutes=10)
    reed = await place.actor("reed")
    for number, text in enumerate(texts[:9]):
        await forum.drafts.save(
            reed, f"/b/ink/post{number}"[:11], id=f"d{number}", title=text[:100], body=text[:5000] or "x", caret=0
        )
        clock.advance(seconds=1)


@dataclass(frozen=True, slots=True)
class Template:
    """A data directory that was filled once, and the numbers in it."""

    data: Path
    threads: list[int]
    bulletins: list[int]
    official: int
    now: datetime


@asynccontextmanager
async def _opened(data: Path, now: datetime) -> AsyncIterator[Place]:
    directory = DataDirectory(data)
    clock = ManualClock(now)
    db = await open_database(directory.url, clock=clock)
    forum = await open_forum(db, clock, Policy(demo=True, password_cost=CHEAP))
    settings = Settings(data=data, demo=True)
    tree = build_tree(import_bulletins, examination(settings))
    try:
        yield Place(House(settings, clock, load_words(), directory, forum, Pages(data / "pages"), tree), clock)
    finally:
        await forum.close()
        await db.close()


def _filled(data: Path, store: Path, texts: Sequence[str]) -> Template:
    directory = DataDirectory(data)
    directory.create()
    shutil.copyfile(store, directory.database)

    async def make() -> Template:
        async with _opened(data, NOW) as place:
            await fill(place, texts)
            return Template(data, place.threads, place.bulletins, place.official, place.clock.now())

    return asyncio.run(make())


@pytest.fixture(scope="session")
def hostile_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Template:
    """Filled with the whole corpus."""
    return _filled(tmp_path_factory.mktemp("hostile") / "data", sqlite_template, TEXTS)


@pytest.fixture(scope="session")
def harmless_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Template:
    """Filled with harmless text."""
    return _filled(tmp_path_factory.mktemp("harmless") / "data", sqlite_template, HARMLESS)


@asynccontextmanager
async def _copied(template: Template, to: Path) -> AsyncIterator[Place]:
    shutil.copytree(template.data, to)
    async with _opened(to, template.now) as place:
        place.threads, place.bulletins = list(template.threads), list(template.bulletins)
        place.official = template.official
        yield place


@pytest.fixture
async def hostile(hostile_template: Template, tmp_path: Path) -> AsyncIterator[Place]:
    """A house with the corpus in every field."""
    async with _copied(hostile_template, tmp_path / "hostile") as place:
        yield place


@pytest.fixture
async def harmless(harmless_template: Template, tmp_path: Path) -> AsyncIterator[Place]:
    """A house with harmless text in every field."""
    async with _copied(harmless_template, tmp_path / "harmless") as place:
        yield place
