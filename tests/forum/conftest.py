"""The forum on both engines, with the people of the demo made through the rules.

Making people takes longer than most tests do: a store that has them is made once and copied, for the tests that ask for
`people`; the others start with offices and one board only.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import URL

from bbs.forum.accounts.passwords import CHEAP
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.store.database import Database, Tx
from bbs.store.opening import open_database
from bbs.store.tables import board, office, section
from bbs.text.when import ManualClock
from tests.support.keys import seal
from tests.support.postgres import administer, copy

OFFICES: Final = {
    "secretary": ("机关党委常务副书记", "Executive Deputy Secretary"),
    "union": ("工会主席", "Union Chair"),
    "administration": ("行政司", "Administration Department"),
}

OFFICERS: Final = (
    ("secretary", "lin", "林若溪", "机关党委常务副书记", "Executive Deputy Secretary"),
    ("administration", "zhou", "周明", "行政司司长", "Director, Administration Department"),
)

KINDS: Final = {
    "reed": AccountKind.MEMBER,
    "plum": AccountKind.MEMBER,
    "keeper": AccountKind.MEMBER,
    "lin": AccountKind.OFFICER,
    "zhou": AccountKind.OFFICER,
    "sysop": AccountKind.SYSOP,
}


@dataclass(frozen=True, slots=True)
class People:
    """Actors as they come in by SSH; passwords are `demo-` and the name."""

    reed: Actor
    plum: Actor
    lin: Actor
    zhou: Actor
    keeper: Actor
    sysop: Actor
    guest: Actor


def _policy() -> Policy:
    return Policy(registration="invitation", password_cost=CHEAP)


@pytest.fixture
def policy() -> Policy:
    """A site where registration is by invitation, with hashes that cost next to nothing."""
    return _policy()


@pytest.fixture
async def forum(
    request: pytest.FixtureRequest, db: Database, clock: ManualClock, policy: Policy, tmp_path: Path
) -> AsyncIterator[Forum]:
    """A forum with three offices and one board, on each engine in turn."""
    if not _wants_people(request):
        await db.write(_declare)
    opened = await open_forum(db, clock, policy, seal(), exports(tmp_path))
    yield opened
    await opened.close()


def exports(tmp_path: Path) -> Path:
    """Where the heads of the register are exported to in a test."""
    return tmp_path / "heads"


@pytest.fixture
async def people(forum: Forum) -> People:
    """Two members, two officers, a moderator, a sysop and a guest."""
    actors = {name: await actor_of(forum, name) for name in KINDS}
    return People(**actors, guest=await forum.accounts.guest(transport="ssh"))


async def actor_of(forum: Forum, name: str) -> Actor:
    """Somebody as they come in by SSH, whatever opens their account."""
    return replace(await forum.accounts.as_actor(LOCAL, name), transport="ssh")


def _wants_people(request: pytest.FixtureRequest) -> bool:
    return "people" in request.fixturenames


@pytest.fixture
def sqlite_template(request: pytest.FixtureRequest, sqlite_template: Path) -> Path:
    """The SQLite file to copy: with people in it for those who want them."""
    if not _wants_people(request):
        return sqlite_template
    path = sqlite_template.with_name("people.db")
    if not path.exists():
        making = path.with_name("making.db")
        shutil.copyfile(sqlite_template, making)
        _apart(_populate(f"sqlite:///{making}"))
        making.rename(path)
    return path


@pytest.fixture(scope="session")
def postgres_with_people(postgres_server: URL) -> Iterator[set[str]]:
    """The names of the databases made with people in them; gone at the end."""
    made: set[str] = set()
    yield made
    for name in made:
        _apart(administer(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_template(
    request: pytest.FixtureRequest, postgres_server: URL, postgres_template: str, postgres_with_people: set[str]
) -> str:
    """The database to copy: with people in it for those who want them."""
    if not _wants_people(request):
        return postgres_template
    name = f"{postgres_template}_people"
    if name not in postgres_with_people:
        _apart(copy(postgres_server, postgres_template, name))
        postgres_with_people.add(name)
        _apart(_populate(postgres_server.set(database=name).render_as_string(hide_password=False)))
    return name


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end on a loop of its own, away from the test's."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _populate(url: str) -> None:
    clock = ManualClock()
    db = await open_database(url, clock=clock)
    await db.write(_declare)
    forum = await open_forum(db, clock, _policy())
    for name, kind in KINDS.items():
        await forum.accounts.create(LOCAL, name, kind, password=f"demo-{name}")
    await forum.accounts.role(LOCAL, "keeper", Grant(Role.MODERATOR), on=True)
    for slug, name, real_name, zh, en in OFFICERS:
        await forum.officers.appoint(LOCAL, slug, name, real_name=real_name, title_zh=zh, title_en=en)
    await forum.close()
    await db.close()


def _declare(tx: Tx) -> None:
    for position, (slug, (zh, en)) in enumerate(OFFICES.items()):
        tx.connection.execute(insert(office).values(slug=slug, zh=zh, en=en, position=position))
    tx.connection.execute(insert(section).values(slug="after", zh="下班以后", en="After Hours", position=0))
    life = {"slug": "life", "section": "after", "zh": "生活空间", "en": "Daily Life", "nature": "discussion"}
    tx.connection.execute(insert(board).values(**life, read="public", post="members", position=0))
