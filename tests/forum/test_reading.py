"""Who has read how far: unread, changed, read, and marking whole boards."""

from __future__ import annotations

from sqlalchemy import select

from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Post, ReadState, Thread
from bbs.store.tables import thread_mark
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of


class Scene:
    """A board, its writer and its reader."""

    def __init__(self, forum: Forum, people: People, clock: ManualClock) -> None:
        self.forum, self.writer, self.reader, self.clock = forum, people.reed, people.plum, clock

    async def start(self, title: str) -> Post:
        self.clock.advance(31)
        board = await self.forum.boards.get(self.writer, "life")
        return await self.forum.threads.start(self.writer, board, title, f"about {title}")

    async def reply(self, thread: int, body: str, who: Actor | None = None) -> Post:
        self.clock.advance(31)
        return await self.forum.threads.reply(who or self.writer, thread, body)

    async def seen(self, thread: int) -> tuple[ReadState, int]:
        """As the list says, which must be what the thread by itself says."""
        found = (await self.forum.threads.get(self.reader, thread))[1]
        assert await self._listed(thread) == found
        return found.state, found.read_floor

    async def _listed(self, thread: int) -> Thread:
        board = await self.forum.boards.get(self.reader, "life")
        page = await self.forum.threads.list(self.reader, board)
        return next(one for one in page.items if one.id == thread)

    async def unread(self) -> int:
        """As the board list says, which must be what the filter finds."""
        (_, rows), *_ = await self.forum.boards.sections(self.reader)
        board = rows[0].board
        filtered = await self.forum.threads.list(self.reader, board, unread=True)
        assert len(filtered.items) == rows[0].unread
        total, boards = await self.forum.boards.unread_total(self.reader)
        assert (total, boards) == (rows[0].unread, int(rows[0].unread > 0))
        return rows[0].unread


async def test_what_is_new_is_unread_until_it_is_read_to_the_end(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await scene.reply(made.thread, "two")
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 0)
    assert await scene.unread() == 1
    await forum.reading.read(scene.reader, made.thread, 1)
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 1)
    await forum.reading.read(scene.reader, made.thread, 2)
    assert await scene.seen(made.thread) == (ReadState.READ, 2)
    assert await scene.unread() == 0
    await scene.reply(made.thread, "three")
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 2)
    assert await scene.unread() == 1


async def test_waiting_marks_count_before_and_after_they_are_written(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await forum.reading.read(scene.reader, made.thread, 1)
    assert (await forum.threads.get(scene.reader, made.thread))[1].state is ReadState.READ
    await forum.reading.flush()
    assert (await forum.threads.get(scene.reader, made.thread))[1].state is ReadState.READ


async def test_a_mark_never_moves_back(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    for text in ("two", "three"):
        await scene.reply(made.thread, text)
    for floor in (3, 1):
        await forum.reading.read(scene.reader, made.thread, floor)
        await forum.reading.flush()
    assert await scene.seen(made.thread) == (ReadState.READ, 3)
    await forum.reading.read(scene.reader, made.thread, 99)
    await forum.reading.flush()
    await scene.reply(made.thread, "four")
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 3)


async def test_a_thread_that_is_gone_does_not_stop_the_others(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await forum.reading.read(scene.reader, 4711, 1)
    await forum.reading.read(scene.reader, made.thread, 1)
    await forum.reading.flush()
    assert await scene.seen(made.thread) == (ReadState.READ, 1)


async def test_an_edit_after_reading_is_changed_not_unread(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await forum.reading.read(scene.reader, made.thread, 1)
    await forum.reading.flush()
    clock.advance(31)
    await forum.threads.edit(scene.writer, made.id, "cold soup")
    assert await scene.seen(made.thread) == (ReadState.CHANGED, 1)
    assert await scene.unread() == 0
    await forum.reading.read(scene.reader, made.thread, 1)
    assert await scene.seen(made.thread) == (ReadState.READ, 1)


async def test_an_edit_that_comes_before_the_mark_is_written_is_not_missed(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    shown = (await forum.threads.get(scene.reader, made.thread))[1]
    await forum.reading.read(scene.reader, made.thread, 1, change=shown.change)
    clock.advance(31)
    await forum.threads.edit(scene.writer, made.id, "cold soup")
    await forum.reading.flush()
    assert await scene.seen(made.thread) == (ReadState.CHANGED, 1)


async def test_ones_own_reply_is_read_but_not_what_came_between(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await forum.reading.read(scene.reader, made.thread, 1)
    await scene.reply(made.thread, "two", scene.reader)
    assert await scene.seen(made.thread) == (ReadState.READ, 2)
    await scene.reply(made.thread, "three")
    await scene.reply(made.thread, "four", scene.reader)
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 2)


async def test_a_thread_can_be_marked_unread_again(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    one, two = await scene.start("one"), await scene.start("two")
    board = await forum.boards.get(scene.reader, "life")
    await forum.reading.board_read(scene.reader, board)
    assert await scene.unread() == 0
    await forum.reading.unread(scene.reader, one.thread)
    assert await scene.seen(one.thread) == (ReadState.UNREAD, 0)
    assert await scene.unread() == 1
    await forum.reading.read(scene.reader, one.thread, 1)
    assert await scene.seen(one.thread) == (ReadState.READ, 1)
    assert await scene.unread() == 0
    await forum.reading.unread(scene.reader, two.thread)
    await forum.reading.board_read(scene.reader, board)
    assert await scene.unread() == 0
    assert await forum.reading.board_undo(scene.reader, board)
    assert await scene.seen(two.thread) == (ReadState.UNREAD, 0)
    assert await scene.unread() == 1


async def test_a_board_is_read_at_once_and_that_can_be_undone_once(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    scene = Scene(forum, people, clock)
    one, two = await scene.start("one"), await scene.start("two")
    await forum.reading.read(scene.reader, one.thread, 1)
    board = await forum.boards.get(scene.reader, "life")
    await forum.reading.board_read(scene.reader, board)
    assert await scene.seen(two.thread) == (ReadState.READ, 1)
    await scene.reply(two.thread, "new")
    assert await scene.seen(two.thread) == (ReadState.UNREAD, 1)
    assert await scene.unread() == 1
    assert await forum.reading.board_undo(scene.reader, board)
    assert await scene.seen(one.thread) == (ReadState.READ, 1)
    assert await scene.seen(two.thread) == (ReadState.UNREAD, 0)
    assert not await forum.reading.board_undo(scene.reader, board)


async def test_what_was_there_before_an_account_was_never_unread(
    forum: Forum, people: People, clock: ManualClock
) -> None:
    from bbs.forum.actor import LOCAL, AccountKind

    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    await forum.accounts.create(LOCAL, "newcomer", AccountKind.MEMBER, password="demo-newcomer")
    scene.reader = await actor_of(forum, "newcomer")
    assert await scene.seen(made.thread) == (ReadState.READ, 1)
    assert await scene.unread() == 0
    await scene.reply(made.thread, "two")
    assert await scene.seen(made.thread) == (ReadState.UNREAD, 1)


async def test_guests_leave_no_marks(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    board = await forum.boards.get(people.guest, "life")
    await forum.reading.read(people.guest, made.thread, 1)
    await forum.reading.board_read(people.guest, board)
    assert not await forum.reading.board_undo(people.guest, board)
    await forum.reading.flush()
    query = select(thread_mark.c.account_id)
    found = set(await forum.db.read(lambda tx: list(tx.connection.execute(query).scalars())))
    assert found == {people.reed.account_id}
    assert (await forum.threads.get(people.guest, made.thread))[1].read_floor == 0


async def test_many_marks_are_written_without_being_asked(forum: Forum, people: People, clock: ManualClock) -> None:
    scene = Scene(forum, people, clock)
    made = await scene.start("soup")
    from bbs.forum.reading import reading

    for thread in range(made.thread, made.thread + reading.WAITING_MOST):
        await forum.reading.read(scene.reader, thread, 1)
    assert not forum.reading.waiting(scene.reader)
    assert await scene.seen(made.thread) == (ReadState.READ, 1)
