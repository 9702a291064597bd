"""The register: a chain without gaps, and what `verify` finds when somebody was at the store."""

from __future__ import annotations

import asyncio
import hashlib
import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

import pytest
from sqlalchemy import Table, delete, insert, select, update

from bbs.errors import Conflict, Forbidden
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum
from bbs.forum.proof import register
from bbs.forum.proof.canonical import canonical, sha256_text
from bbs.forum.proof.register import FIRST, HEAD, Verdict
from bbs.forum.proof.register_reading import Register
from bbs.store.database import Database, Tx
from bbs.store.tables import post, setting, thread
from bbs.store.tables import register as table
from tests.forum.conftest import People

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


async def write(db: Database, number: int) -> int:
    return await db.write(lambda tx: register.append(tx, NOW, "test.act", LOCAL, f"/t/{number}", {"number": number}))


@pytest.fixture
async def five(db: Database) -> Database:
    for number in range(1, 6):
        assert await write(db, number) == number
    return db


async def verify(db: Database) -> Verdict:
    return await Register(db).verify(LOCAL)


async def run(db: Database, *statements: Any) -> None:
    def unit(tx: Tx) -> None:
        for statement in statements:
            tx.connection.execute(statement)

    await db.write(unit)


class Colour(StrEnum):
    RED = "red"


def test_canonical_json() -> None:
    value = {"b": [1, (True, None)], "a": "e\u0301 食\n", "at": NOW, "kind": Colour.RED, "": {}}
    spelled = '{"":{},"a":"é 食\\n","at":"2026-01-02T03:04:05Z","b":[1,[true,null]],"kind":"red"}'
    assert canonical(value) == spelled
    assert canonical(json.loads(spelled)) == spelled
    for wrong in (1.5, {1: "x"}, b"x", {"x": {2}}):
        with pytest.raises(TypeError):
            canonical(wrong)


async def test_the_chain_can_be_computed_again_from_its_description(five: Database) -> None:
    previous = "0" * 64
    for entry in await Register(five).entries(LOCAL):
        said = json.dumps(
            {
                "actor": entry.actor,
                "at": entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "kind": entry.kind,
                "record": entry.record,
                "seq": entry.seq,
                "subject": entry.subject,
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        previous = hashlib.sha256(f"{previous}\n{said}".encode()).hexdigest()
        assert entry.hash == previous
    assert await verify(five) == Verdict(True, 5, head=previous)


async def test_an_empty_register_is_whole(db: Database) -> None:
    assert await verify(db) == Verdict(True, 0, head=FIRST)


async def test_numbers_have_no_gaps_whoever_writes_and_whatever_fails(db: Database) -> None:
    def fails(tx: Tx) -> None:
        register.append(tx, NOW, "test.fail", LOCAL, "/", {})
        raise Conflict("test.fail")

    def some(number: int) -> Any:
        return db.write(fails) if number % 4 == 3 else write(db, number)

    outcomes = await asyncio.gather(*(some(number) for number in range(16)), return_exceptions=True)
    assert sorted(one for one in outcomes if isinstance(one, int)) == list(range(1, 13))
    assert sum(isinstance(one, Conflict) for one in outcomes) == 4
    assert (await verify(db)).ok


def renumber(before: int, after: int) -> Any:
    return update(table).where(table.c.seq == before).values(seq=after)


TAMPERING: Final[dict[str, tuple[tuple[Any, ...], int, str]]] = {
    "one byte": ((update(table).where(table.c.seq == 3).values(record='{"number":4}'),), 3, "register.altered"),
    "one space": ((update(table).where(table.c.seq == 3).values(record='{"number": 3}'),), 3, "register.altered"),
    "no record": ((update(table).where(table.c.seq == 3).values(record="[]"),), 3, "register.altered"),
    "the actor": ((update(table).where(table.c.seq == 2).values(actor="lin"),), 2, "register.altered"),
    "the time": ((update(table).where(table.c.seq == 2).values(at=NOW),), 2, "register.altered"),
    "a deleted row": ((delete(table).where(table.c.seq == 2),), 2, "register.gap"),
    "the first row": ((delete(table).where(table.c.seq == 1),), 1, "register.gap"),
    "a swap": ((renumber(2, 9), renumber(3, 2), renumber(9, 3)), 2, "register.altered"),
    "a cut tail": ((delete(table).where(table.c.seq > 3),), 4, "register.tail"),
    "all of it": ((delete(table),), 1, "register.tail"),
    "the head": ((update(setting).where(setting.c.name == HEAD).values(value=f"3 {FIRST}"),), 5, "register.head"),
    "no head": ((delete(setting).where(setting.c.name == HEAD),), 5, "register.head"),
    "a hash": ((update(table).where(table.c.seq == 4).values(hash="0" * 64),), 4, "register.altered"),
}


Kept = dict[Table, list[dict[str, Any]]]


def keep(tx: Tx) -> Kept:
    """All that the register is checked against."""
    return {
        each: [dict(row._mapping) for row in tx.connection.execute(select(each))] for each in (table, setting, post)
    }


def put_back(tx: Tx, kept: Kept) -> None:
    for each, rows in kept.items():
        tx.connection.execute(delete(each))
        if rows:
            tx.connection.execute(insert(each), rows)


async def test_tampering_is_found_and_placed(five: Database) -> None:
    kept = await five.read(keep)
    for name, (statements, seq, reason) in TAMPERING.items():
        await run(five, *statements)
        verdict = await verify(five)
        assert (name, verdict.ok, verdict.broken_seq, verdict.reason) == (name, False, seq, reason)
        await five.write(partial(put_back, kept=kept))
        assert (await verify(five)).ok


async def test_a_row_made_to_fit_itself_does_not_fit_the_chain(five: Database) -> None:
    made_up = register.chain(FIRST, 3, NOW.replace(microsecond=0), "test.act", "local", "/t/3", {"number": 3})
    await run(five, update(table).where(table.c.seq == 3).values(previous=FIRST, hash=made_up))
    verdict = await verify(five)
    assert (verdict.broken_seq, verdict.reason) == (3, "register.link")


def rebuild(tx: Tx) -> None:
    """Change an entry and make everything after it fit, as somebody with the whole store in hand could."""
    rows = tx.connection.execute(select(table).order_by(table.c.seq)).all()
    tx.connection.execute(delete(table))
    previous = FIRST
    for row in rows:
        record = {"number": 99} if row.seq == 3 else json.loads(row.record)
        digest = register.chain(previous, row.seq, row.at, row.kind, row.actor, row.subject, record)
        values = {**row._mapping, "record": canonical(record), "previous": previous, "hash": digest}
        tx.connection.execute(insert(table).values(**values))
        previous = digest
    tx.connection.execute(update(setting).where(setting.c.name == HEAD).values(value=f"{len(rows)} {previous}"))


async def test_a_rebuilt_chain_is_told_by_a_head_kept_elsewhere(five: Database) -> None:
    kept = (await verify(five)).head
    await five.write(rebuild)
    verdict = await verify(five)
    assert verdict.ok
    assert verdict.head != kept


OFFICIAL: Final[dict[str, Any]] = {
    "official_office": "secretary",
    "official_name": "林若溪",
    "official_title_zh": "书记",
    "official_title_en": "Secretary",
}
BODY: Final = "下周起食堂六点半开门。"


def official_post(author: int, id: int, *, recorded: bool = True) -> Callable[[Tx], None]:
    """Writes an official post the way the rules do."""

    def unit(tx: Tx) -> None:
        known = tx.connection.execute(select(thread.c.id).where(thread.c.id == 1)).first()
        if known is None:
            shared = {"last_author": "x", "last_at": NOW, "created_at": NOW, "last_post_id": 1, "posts": 1}
            values = {"id": 1, "board_id": 1, "title": "早餐", "author_id": author, "author": "林若溪", "last_floor": 1}
            tx.connection.execute(insert(thread).values(**values, **shared))
        values = {"id": id, "thread_id": 1, "floor": id, "author_id": author, "author": "林若溪", "body": BODY}
        tx.connection.execute(insert(post).values(**values, **OFFICIAL, created_at=NOW))
        if recorded:
            record(tx, id, BODY)

    return unit


def record(tx: Tx, id: int, body: str, kind: str = register.POST_OFFICIAL) -> None:
    said = register.official_record(
        post=id,
        thread=1,
        floor=id,
        revision=1,
        board="life",
        title="早餐",
        body=body,
        office="secretary",
        name="林若溪",
        name_title_zh="书记",
        name_title_en="Secretary",
        created_at=NOW,
    )
    register.append(tx, NOW, kind, LOCAL, f"/t/1#{id}", said)


@pytest.fixture
async def posts(forum: Forum, people: People) -> Forum:
    """Three official posts with ids 1 to 3."""
    for id in (1, 2, 3):
        await forum.db.write(official_post(people.lin.account_id or 0, id))
    assert (await forum.register.verify(LOCAL)).ok
    return forum


FORGERIES: Final[dict[str, tuple[Any, str]]] = {
    "the body": (update(post).where(post.c.id == 2).values(body=BODY + "！"), "register.post_altered"),
    "the name": (update(post).where(post.c.id == 2).values(official_name="周明"), "register.post_altered"),
    "the office": (update(post).where(post.c.id == 2).values(official_office="union"), "register.post_altered"),
    "the mark": (update(post).where(post.c.id == 2).values(official_office=None), "register.post_missing"),
    "the row": (delete(post).where(post.c.id == 2), "register.post_missing"),
}


async def test_an_official_post_is_what_was_recorded_of_it(posts: Forum) -> None:
    entries = {entry.seq: entry for entry in await posts.register.entries(LOCAL, limit=500)}
    kept = await posts.db.read(keep)
    for name, (statement, reason) in FORGERIES.items():
        await run(posts.db, statement)
        verdict = await posts.register.verify(LOCAL)
        assert (name, verdict.ok, verdict.reason) == (name, False, reason)
        assert entries[verdict.broken_seq or 0].subject == "/t/1#2"
        await posts.db.write(partial(put_back, kept=kept))


async def test_a_post_that_nobody_recorded_is_a_forgery(posts: Forum, people: People) -> None:
    await posts.db.write(official_post(people.lin.account_id or 0, 4, recorded=False))
    verdict = await posts.register.verify(LOCAL)
    assert (verdict.ok, verdict.broken_seq, verdict.reason) == (False, None, "register.post_unrecorded")


async def test_a_recorded_edit_is_what_counts(posts: Forum) -> None:
    def edit(tx: Tx) -> None:
        tx.connection.execute(update(post).where(post.c.id == 2).values(body="新的"))
        record(tx, 2, "新的", register.POST_OFFICIAL_EDIT)

    await posts.db.write(edit)
    assert (await posts.register.verify(LOCAL)).ok


def test_the_hash_of_a_body_is_of_its_nfc() -> None:
    body = "déjà vu"
    assert sha256_text(unicodedata.normalize("NFD", body)) == hashlib.sha256(body.encode()).hexdigest()


async def test_who_reads_and_who_verifies(forum: Forum, people: People) -> None:
    assert await forum.register.entries(people.reed)
    for act in (forum.register.entries(people.guest), forum.register.verify(people.reed)):
        with pytest.raises(Forbidden, match=r"access\.denied"):
            await act
    assert (await forum.register.verify(people.sysop)).ok
    first = (await forum.register.entries(people.sysop, limit=1))[0]
    after = await forum.register.entries(people.sysop, after=first.seq, limit=2)
    assert [entry.seq for entry in after] == [first.seq + 1, first.seq + 2]
