"""Boards as people see them: who may read which, and counts that stay true."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.errors import NotFound
from bbs.forum.actor import LOCAL
from bbs.forum.boards import boards
from bbs.forum.forum import Forum
from bbs.store.database import Tx
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.seed import seed_threads

DECLARED = """
site: {zh: 坛, en: Forum}
sections:
- {slug: first, zh: 一, en: First}
- {slug: after, zh: 后, en: After}
boards:
- {slug: closed, zh: 内, en: Closed, section: first}
- {slug: life, zh: 生活, en: Life, section: after, read: public}
"""


@pytest.fixture
async def declared(forum: Forum, tmp_path: Path) -> None:
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED, encoding="utf-8")
    await forum.community.apply(LOCAL, file)


async def test_everybody_sees_the_sections_of_the_boards_they_may_read(
    forum: Forum, people: People, declared: None
) -> None:
    member = await forum.boards.sections(people.reed)
    assert [(section.slug, [row.board.slug for row in rows]) for section, rows in member] == [
        ("first", ["closed"]),
        ("after", ["life"]),
    ]
    guest = await forum.boards.sections(people.guest)
    assert [[row.board.slug for row in rows] for _, rows in guest] == [["life"]]
    with pytest.raises(NotFound) as caught:
        await forum.boards.get(people.guest, "closed")
    assert caught.value.code == "board.not_found"
    with pytest.raises(NotFound):
        await forum.boards.get(people.reed, "nowhere")


async def test_the_board_knows_its_threads_at_once(
    forum: Forum, people: People, declared: None, clock: ManualClock
) -> None:
    for number in range(3):
        clock.advance(31)
        board = await forum.boards.get(people.reed, "closed")
        assert board.threads == number
        made = await forum.threads.start(people.reed, board, f"T{number}", f"text {number}")
    clock.advance(31)
    answer = await forum.threads.reply(people.plum, made.thread, "yes")
    board = await forum.boards.get(people.reed, "closed")
    assert (board.threads, board.last_post_id) == (3, answer.id)


async def test_an_archived_board_is_out_of_the_list_but_can_be_opened(
    forum: Forum, people: People, declared: None, tmp_path: Path
) -> None:
    file = tmp_path / "boards.yaml"
    file.write_text(DECLARED.replace("- {slug: closed, zh: 内, en: Closed, section: first}\n", ""), encoding="utf-8")
    await forum.community.apply(LOCAL, file)
    listed = [row.board.slug for _, rows in await forum.boards.sections(people.reed) for row in rows]
    assert listed == ["life"]
    assert (await forum.boards.get(people.reed, "closed")).archived


async def test_counts_of_unread_stop_at_a_cap(forum: Forum, people: People, declared: None) -> None:
    def unit(tx: Tx) -> None:
        seed_threads(tx, board="life", author="reed", threads=boards.UNREAD_CAP + 5)

    await forum.db.write(unit)
    total, places = await forum.boards.unread_total(people.plum)
    assert (total, places) == (boards.UNREAD_CAP, 1)
    await forum.reading.board_read(people.plum, await forum.boards.get(people.plum, "life"))
    assert await forum.boards.unread_total(people.plum) == (0, 0)
    assert await forum.boards.unread_total(people.guest) == (0, 0)
