"""Signed heads: exported as the register grows, and what they tell that the store alone cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import delete, select, update

from bbs.errors import Forbidden, Invalid
from bbs.forum.actor import LOCAL
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.forum.proof import register
from bbs.forum.proof.canonical import canonical
from bbs.forum.proof.heads import Heads, line_of, lines_in
from bbs.forum.proof.register import FIRST, HEAD
from bbs.store.database import Tx
from bbs.store.tables import register as table
from bbs.store.tables import register_head, setting
from bbs.text.when import ManualClock
from tests.forum.conftest import People, exports
from tests.support.keys import seal

MANY: Final = 12


async def grow(forum: Forum, count: int = 1) -> None:
    """New entries, as the rules write them."""

    def unit(tx: Tx) -> None:
        for number in range(count):
            register.append(tx, forum.clock.now(), "test.act", LOCAL, f"/t/{number}", {"number": number})

    await forum.db.write(unit)


async def sign(forum: Forum) -> int:
    await forum.sealing.head()
    await forum.heads.close()
    return await forum.heads.export()


@pytest.fixture
async def kept(forum: Forum, tmp_path: Path) -> Forum:
    """Twelve entries with signed heads at 4, 8 and 12, exported."""
    for _ in range(3):
        await grow(forum, 4)
        await sign(forum)
    verdict = await forum.register.verify(LOCAL)
    assert (verdict.ok, verdict.entries, verdict.heads) == (True, MANY, 3)
    return forum


def lose_heads(tx: Tx) -> None:
    tx.connection.execute(delete(register_head))


def rebuild(tx: Tx, start: int, upto: int = MANY) -> None:
    """Change the entry `start` and make everything after it fit, as somebody with the whole store in hand could."""
    rows = tx.connection.execute(select(table).order_by(table.c.seq)).all()
    previous, seq = FIRST, 0
    for row in rows[:upto]:
        record = {"number": 99} if row.seq == start else json.loads(row.record)
        digest = register.chain(previous, row.seq, row.at, row.kind, row.actor, row.subject, record)
        values = {"record": canonical(record), "previous": previous, "hash": digest}
        tx.connection.execute(update(table).where(table.c.seq == row.seq).values(**values))
        previous, seq = digest, row.seq
    tx.connection.execute(delete(table).where(table.c.seq > seq))
    tx.connection.execute(update(setting).where(setting.c.name == HEAD).values(value=f"{seq} {previous}"))


async def test_a_chain_built_anew_is_placed_between_two_heads(kept: Forum) -> None:
    await kept.db.write(lambda tx: rebuild(tx, 6))
    verdict = await kept.register.verify(LOCAL)
    assert (verdict.reason, verdict.broken_seq, verdict.broken_upto) == ("register.rebuilt", 5, 8)
    await kept.db.write(lose_heads)  # the intruder thinks of the heads in the store
    verdict = await kept.register.verify(LOCAL)
    assert (verdict.reason, verdict.broken_seq, verdict.broken_upto) == ("register.rebuilt", 5, 8)


async def test_a_cut_tail_that_fits_itself_is_placed(kept: Forum, tmp_path: Path) -> None:
    elsewhere = lines_in(exports(tmp_path))
    await kept.db.write(lambda tx: rebuild(tx, 0, upto=7))
    await kept.db.write(lose_heads)
    verdict = await kept.register.verify(LOCAL)
    assert (verdict.reason, verdict.broken_seq, verdict.broken_upto) == ("register.cut", 8, 12)
    for path in exports(tmp_path).glob("*"):
        path.unlink()
    assert (await kept.register.verify(LOCAL)).ok  # nothing here tells any more
    verdict = await kept.register.verify(LOCAL, elsewhere)
    assert (verdict.reason, verdict.broken_seq) == ("register.cut", 8)


async def test_heads_that_somebody_else_made_up_are_told(kept: Forum, tmp_path: Path) -> None:
    path = next(exports(tmp_path).glob("*.jsonl"))
    good = path.read_text().split("\n")
    head = json.loads(good[1])
    for change in (
        {"hash": "0" * 64},
        {"seq": 9},
        {"signed": head["signed"].replace("seq: 8", "seq: 9")},
        {"armored": ""},
    ):
        verdict = await kept.register.verify(LOCAL, "\n".join([good[0], json.dumps({**head, **change}), ""]))
        assert (verdict.ok, verdict.reason) == (False, "register.head_forged")
    for nonsense in ("x", "{}", '{"seq": "1"}', "[]"):
        with pytest.raises(Invalid, match=r"heads\.line"):
            await kept.register.verify(LOCAL, nonsense)
    assert (await kept.register.verify(LOCAL, "\n".join(good))).ok


async def test_only_what_is_new_is_exported_also_after_a_restart(
    kept: Forum, clock: ManualClock, policy: Policy, tmp_path: Path
) -> None:
    assert await sign(kept) == 0
    path = next(exports(tmp_path).glob("*.jsonl"))
    assert path.stat().st_mode & 0o777 == 0o600
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"seq":13,"ha')  # the machine stopped while it was writing
    kept.heads._folder = None  # and what it ran writes no more
    await grow(kept)
    again = await open_forum(kept.db, clock, policy, seal(), exports(tmp_path))
    await again.sealing.head()
    await again.heads.close()
    lines = path.read_text().split("\n")
    assert [json.loads(line)["seq"] for line in lines if line] == [4, 8, 12, 13]
    await again.close()


async def test_after_a_restore_the_lost_entries_are_told_and_new_heads_are_kept(
    kept: Forum, clock: ManualClock, policy: Policy, tmp_path: Path
) -> None:
    def restore(tx: Tx) -> None:
        rebuild(tx, 0, upto=8)
        tx.connection.execute(delete(register_head).where(register_head.c.seq > 8))

    await kept.db.write(restore)
    again = await open_forum(kept.db, clock, policy, seal(), exports(tmp_path))
    await grow(again, 1)
    await again.sealing.head()
    await again.heads.close()
    verdict = await again.register.verify(LOCAL)
    assert (verdict.reason, verdict.broken_seq, verdict.broken_upto) == ("register.cut", 10, 12)
    path = next(exports(tmp_path).glob("*.jsonl"))
    assert {json.loads(line)["seq"] for line in path.read_text().split("\n") if line} == {4, 8, 9, 12}
    await again.close()


async def test_months_are_files_and_old_ones_go(
    forum: Forum, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bbs.forum.proof.heads.MONTHS", 2)
    for _ in range(4):
        await grow(forum)
        await sign(forum)
        clock.advance(days=31)
    assert [path.name for path in sorted(exports(tmp_path).iterdir())] == ["heads-2026-03.jsonl", "heads-2026-04.jsonl"]


async def test_who_may_have_heads(forum: Forum, people: People) -> None:
    await sign(forum)
    heads = await forum.register.heads(people.reed)
    assert [head.seq for head in heads] == [(await forum.register.verify(LOCAL)).entries]
    assert json.loads(line_of(heads[0]))["hash"] == heads[0].hash
    with pytest.raises(Forbidden):
        await forum.register.heads(people.guest)


async def test_a_full_disk_holds_nothing_up(forum: Forum, people: People, tmp_path: Path) -> None:
    exports(tmp_path).write_text("in the way")
    lost = Heads(forum.db, forum.sealing, exports(tmp_path))
    await grow(forum)
    await forum.sealing.head()
    await lost.close()
    await forum.heads.close()
    exports(tmp_path).unlink()
    assert await forum.heads.export() == 1
