"""An issue on its way: counted, edited by one, released by another, corrected; and words that are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.digest.digests import Issue, State, Topic
from bbs.forum.forum import Forum
from bbs.store.database import Database, Tx
from bbs.store.tables import column, digest_topic, notice, opinion_digest, quote
from bbs.text.catalogue import Catalogues
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support import year
from tests.support.terminal import LOCALE
from tests.support.year import Talk, Year

TR = Catalogues(LOCALE, strict=True).translator("en")
PLAN = [[Talk("食堂", 30, 6), Talk("电梯", 9, 2), Talk("福利", 6), Talk("书法", 4), Talk("租房", 14, 2)]]


@dataclass(slots=True)
class Room:
    """The desk of the digest: who works there, the week, and its draft as it is now."""

    forum: Forum
    db: Database
    clock: ManualClock
    made: Year
    editor: Actor
    reviewer: Actor
    leader: Actor
    member: Actor
    draft: Issue
    public: int = 0

    @property
    def week(self) -> str:
        return self.draft.head.week

    @property
    def change(self) -> int:
        return self.draft.head.change

    def topic(self, subject: str) -> Topic:
        """The topic of a subject, by its threads."""
        return next(one for one in self.draft.topics if self.made.subjects[one.threads[0]] == subject)

    async def edit(self, topic: Topic, **words: str) -> None:
        """Say something of a topic: `title_zh`, `body_en`, …"""
        titles = {name[-2:]: text for name, text in words.items() if name.startswith("title")}
        bodies = {name[-2:]: text for name, text in words.items() if name.startswith("body")}
        self.draft = await self.forum.digests.edit(
            self.editor, self.week, topic.id, self.change, titles=titles, bodies=bodies
        )

    async def submit(self) -> None:
        self.draft = await self.forum.digests.submit(self.editor, self.week, self.change)

    async def release(self) -> None:
        self.draft = await self.forum.digests.release(self.reviewer, self.week, self.change, TR)


@pytest.fixture
async def room(forum: Forum, people: People, db: Database, clock: ManualClock) -> Room:
    """A draft of one week."""
    made = await year.make(db, 1, people=120, plan=PLAN, index=True)
    for name, grant in (
        ("reed", Grant(Role.EDITOR, "digest")),
        ("plum", Grant(Role.EDITOR)),
        ("keeper", Grant(Role.LEADER)),
    ):
        await forum.accounts.role(LOCAL, name, grant, on=True)
    clock.advance((year.FIRST_DAY - clock.now()).total_seconds() + 7 * 86_400)
    lift = next(number for number, subject in made.subjects.items() if subject == "电梯")
    opened = year.FIRST_DAY + timedelta(days=1)
    public = await year.open_case(
        db, lift, opened, state="answered", assignee="周明", answered_at=opened + timedelta(days=2)
    )
    editor, reviewer = await actor_of(forum, "reed"), await actor_of(forum, "plum")
    draft = await forum.digests.draft(editor, "2026w2")
    member = Actor("somebody", AccountKind.MEMBER, 99_999, transport="ssh")
    leader = await actor_of(forum, "keeper")
    return Room(forum, db, clock, made, editor, reviewer, leader, member, draft, public)


async def test_the_draft_says_what_the_week_was_about(room: Room) -> None:
    assert [room.made.subjects[one.threads[0]] for one in room.draft.shown] == ["食堂", "租房", "电梯", "福利"]
    canteen, lift = room.topic("食堂"), room.topic("电梯")
    assert (canteen.accounts, len(canteen.threads), canteen.boards) == (30, 6, ("services",))
    assert "食堂" in canteen.words
    assert "食堂" in canteen.titles["zh"]
    (side,) = lift.sides
    assert (side.case, side.office, side.state, side.by) == (room.public, "administration", "answered", "周明")
    assert (side.on, side.days, side.overdue) == ("2026-01-08", 5, False)
    few = room.topic("书法")
    assert (few.why_not, few.accounts, few.posts, few.words) == ("few", 0, 0, ())
    assert room.draft.whole.cases == {"opened": 1, "answered": 1, "closed": 0, "open": 1, "overdue": 0}
    assert room.draft.whole.private is None
    row = await room.db.read(lambda tx: tx.connection.execute(select(opinion_digest)).one())
    assert not [name for name in room.made.names.values() if name in str(row)]


async def test_who_may_see_a_draft(room: Room) -> None:
    for actor in (room.editor, room.reviewer, room.leader):
        assert (await room.forum.digests.get(actor, room.week)).head.state is State.DRAFT
        assert [one.week for one in await room.forum.digests.list(actor)] == [room.week]
    assert room.topic("食堂").threads
    assert "few" in [one.why_not for one in room.draft.topics]
    reviewed = await room.forum.digests.get(room.leader, room.week)
    assert [one.shown and not one.threads for one in reviewed.topics] == [True] * len(room.draft.shown)
    assert await room.forum.digests.list(room.member) == []
    with pytest.raises(NotFound, match=r"digest\.not_found"):
        await room.forum.digests.get(room.member, room.week)
    for actor in (room.member, room.leader, LOCAL):
        with pytest.raises(Forbidden):
            await room.forum.digests.edit(actor, room.week, room.topic("食堂").id, room.change, bodies={"zh": "x"})


async def test_a_week_is_drafted_when_it_is_over_and_once(room: Room) -> None:
    with pytest.raises(Conflict, match=r"digest\.exists"):
        await room.forum.digests.draft(room.editor, "2026-W02")
    with pytest.raises(Conflict, match=r"digest\.week_open"):
        await room.forum.digests.draft(LOCAL, "2026-W03")
    with pytest.raises(Invalid, match=r"digest\.week\b"):
        await room.forum.digests.draft(LOCAL, "2026-W54")
    with pytest.raises(Forbidden):
        await room.forum.digests.draft(room.leader, "2026-W01")
    quiet = await room.forum.digests.draft(LOCAL, "2026-W01")
    assert (quiet.topics, quiet.head.issue, quiet.whole.accounts) == ((), 2, None)
    with pytest.raises(Invalid, match=r"digest\.empty"):
        await room.forum.digests.submit(room.editor, "2026-W01", 0)


async def test_two_people_and_then_everybody_reads_the_same(room: Room) -> None:
    await room.edit(
        room.topic("食堂"), title_zh="早餐供应", title_en="Breakfast", body_zh="盼望早些开门。", body_en="Earlier."
    )
    await room.submit()
    assert (room.draft.head.state, room.draft.head.editor) == (State.REVIEW, "reed")
    with pytest.raises(Conflict, match=r"digest\.same_person"):
        await room.forum.digests.release(room.editor, room.week, room.change, TR)
    with pytest.raises(Forbidden):
        await room.forum.digests.release(room.member, room.week, room.change, TR)
    with pytest.raises(Forbidden):
        await room.forum.digests.release(LOCAL, room.week, room.change, TR)
    await room.release()
    assert (room.draft.head.state, room.draft.head.reviewer) == (State.RELEASED, "plum")
    texts = []
    for reader in (room.member, room.leader):
        zh = await room.forum.news.get(reader, room.draft.head.bulletins["zh"])
        en = await room.forum.news.get(reader, room.draft.head.bulletins["en"])
        assert (zh.column, zh.pair, en.pair, zh.title_en) == ("digest", en.id, zh.id, en.title)
        texts.append((zh.title, zh.body, en.title, en.body))
    assert texts[0] == texts[1]
    title, body, _, english = texts[0]
    assert title == "舆情动态 2026 年第 2 周（第 1 期）"
    assert "| 1. 早餐供应 | 30 |" in body
    assert "盼望早些开门。" in body
    assert "行政司：建言 1，已答复，周明，2026-01-08 答复，历时 5 天" in body
    assert "Administration Department: case 1, answered, 周明, answered on 2026-01-08; open for 5 days" in english
    assert "书法" not in body
    released = await room.forum.digests.get(room.member, room.week)
    assert released.topics[0].titles["en"] == "Breakfast"
    assert len(released.topics) == len(room.draft.shown)


async def test_a_leader_may_review_and_an_edit_begins_the_review_again(room: Room) -> None:
    await room.submit()
    again = await room.forum.digests.edit(
        room.reviewer, room.week, room.topic("食堂").id, room.change, titles={"en": "Breakfast"}
    )
    assert (again.head.state, again.head.editor) == (State.DRAFT, "plum")
    with pytest.raises(Conflict, match=r"digest\.state"):
        await room.forum.digests.release(room.leader, room.week, again.head.change, TR)
    handed = await room.forum.digests.submit(room.reviewer, room.week, again.head.change)
    back = await room.forum.digests.send_back(room.leader, room.week, handed.head.change, "第二段说得太满")
    assert back.head.state is State.DRAFT
    (told,) = (await room.forum.inbox.list(room.reviewer)).items
    assert (told.kind, told.route) == ("digest.back", f"/digest/{room.week}")
    handed = await room.forum.digests.submit(room.reviewer, room.week, back.head.change)
    out = await room.forum.digests.release(room.leader, room.week, handed.head.change, TR)
    assert (out.head.editor, out.head.reviewer) == ("plum", "keeper")


async def test_who_is_late_is_told(room: Room) -> None:
    old = room.change
    await room.edit(room.topic("食堂"), title_en="Breakfast")
    with pytest.raises(Conflict, match=r"digest\.changed") as caught:
        await room.forum.digests.edit(room.reviewer, room.week, room.topic("食堂").id, old, titles={"en": "Soup"})
    assert caught.value.params["editor"] == "reed"
    with pytest.raises(Conflict, match=r"digest\.changed"):
        await room.forum.digests.submit(room.reviewer, room.week, old)
    assert (await room.forum.digests.get(room.editor, room.week)).topics[0].titles["en"] == "Breakfast"


async def test_topics_are_merged_split_moved_and_left_out(room: Room) -> None:
    digests = room.forum.digests
    rent, lift, brush = room.topic("租房"), room.topic("电梯"), room.topic("书法")
    merged = await digests.merge(room.editor, room.week, lift.id, brush.id, room.change)
    one = merged.topic(lift.id)
    assert one is not None
    assert one.accounts == len({who for number, who, _, _ in room.made.weeks[0] if number in one.threads})
    assert one.boards == ("services", "ink")
    parted = await digests.split(room.editor, room.week, rent.id, rent.threads[:1], merged.head.change)
    assert sorted(one.threads for one in parted.topics if set(one.threads) <= set(rent.threads)) == [
        rent.threads[:1],
        rent.threads[1:],
    ]
    for wrong in ((), rent.threads[1:], (1, 99_999)):
        with pytest.raises(Invalid, match=r"digest\.split"):
            await digests.split(room.editor, room.week, rent.id, wrong, parted.head.change)
    moved = await digests.move(room.editor, room.week, lift.id, parted.head.change, 1)
    assert moved.shown[0].id == lift.id
    out = await digests.leave_out(room.editor, room.week, lift.id, moved.head.change)
    assert lift.id not in [one.id for one in out.shown]
    back = await digests.leave_out(room.editor, room.week, lift.id, out.head.change, out=False)
    assert lift.id in [one.id for one in back.shown]
    with pytest.raises(Invalid, match=r"digest\.same_topic"):
        await digests.merge(room.editor, room.week, lift.id, lift.id, back.head.change)
    with pytest.raises(NotFound, match=r"digest\.no_topic"):
        await digests.move(room.editor, room.week, 99_999, back.head.change, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{name}说得对", "digest.says_name"),
        ("据 {spaced} 说", "digest.says_name"),
        ("问 @{name}", "digest.says_mention"),
        ("见 /t/{thread}", "digest.says_route"),
        ("昨晚九点说的", "digest.says_time"),
        ("办件 99 还没答复", "digest.says_number"),
        ("有两位同事", "digest.says_few"),
        ("{said}", "digest.verbatim"),
        ("有人写道“{dressed}”", "digest.verbatim"),
    ],
)
async def test_words_that_lead_to_somebody_are_refused(room: Room, text: str, code: str) -> None:
    topic = room.topic("食堂")
    thread, account, _, said = next(one for one in room.made.weeks[0] if one[0] == topic.threads[0])
    name = room.made.names[account]
    words = {"name": name, "spaced": " ".join(name), "thread": thread, "said": said[:16]}
    filled = text.format(**words, dressed="\u200b".join(said[:16]))
    for part in ("title_zh", "body_en"):
        with pytest.raises(BbsError) as caught:
            await room.edit(topic, **{part: filled})
        assert caught.value.code == code
        assert TR.error(caught.value)
    assert (await room.forum.digests.get(room.editor, room.week)).head.change == 0


async def test_officers_names_and_public_cases_may_be_named(room: Room) -> None:
    await room.edit(room.topic("电梯"), body_zh=f"行政司周明已答复，见办件 {room.public}。")
    with pytest.raises(Invalid, match=r"digest\.says_number"):
        await room.edit(room.topic("食堂"), body_zh=f"见办件 {room.public}。")


async def test_long_words_are_refused_whole(room: Room) -> None:
    with pytest.raises(Invalid, match=r"digest\.title_long"):
        await room.edit(room.topic("食堂"), title_zh="早" * 121)
    with pytest.raises(Invalid, match=r"digest\.body_long"):
        await room.edit(room.topic("食堂"), body_zh="早晚" * 50_000)
    await room.edit(room.topic("食堂"), title_zh="\x1b[31m早餐\x07")
    assert room.topic("食堂").titles["zh"] == "早餐"


async def test_a_quotation_needs_its_authors_and_leads_nowhere(room: Room) -> None:
    digests, topic = room.forum.digests, room.topic("食堂")
    mine = [one for one in room.made.weeks[0] if one[0] in topic.threads]
    alone = mine[0][3]
    with pytest.raises(Invalid, match=r"digest\.quote_leads"):
        await digests.ask(room.editor, room.week, topic.id, alone[:24], room.change)
    with pytest.raises(Invalid, match=r"digest\.quote_short"):
        await digests.ask(room.editor, room.week, topic.id, "多一点", room.change)
    with pytest.raises(Invalid, match=r"digest\.quote_few"):
        await digests.ask(room.editor, room.week, room.topic("福利").id, "希望有人回一声吧", room.change)
    phrase = "这件事拖了很久，食堂也该管管"
    asked = await digests.ask(room.editor, room.week, topic.id, phrase, room.change)
    room.draft = asked
    authors = {account for _, account, _, text in mine if phrase in text}
    assert len(authors) > 3
    seen = asked.topic(topic.id)
    assert seen is not None
    assert (seen.quotes, seen.asked) == ((), 1)
    assert not [name for name in room.made.names.values() if name in str(asked)]
    with pytest.raises(Conflict, match=r"digest\.quote_asked"):
        await digests.ask(room.editor, room.week, topic.id, phrase, room.change)
    with pytest.raises(Invalid, match=r"digest\.verbatim"):
        await room.edit(topic, body_zh=f"不少人写道：{phrase}。")
    for account in sorted(authors):
        author = Actor(room.made.names[account], AccountKind.MEMBER, account, transport="ssh")
        (question,) = await digests.asked(author)
        assert (question.words, question.state) == (phrase, "asked")
        (told,) = (await room.forum.inbox.list(author)).items
        assert (told.kind, told.route) == ("digest.quote", question.route)
        with pytest.raises(NotFound, match=r"digest\.no_question"):
            await digests.answer(room.member, question.id, agree=True)
        await digests.answer(author, question.id, agree=True)
    await room.edit(topic, body_zh=f"不少人写道：{phrase}。")
    await digests.answer(author, question.id, agree=False)
    with pytest.raises(Invalid, match=r"digest\.verbatim"):
        await room.submit()
    await digests.answer(author, question.id, agree=True)
    await room.submit()
    await room.release()
    kept = await room.db.read(lambda tx: tx.connection.execute(select(quote.c.post_id)).scalars().all())
    left = await room.db.read(
        lambda tx: tx.connection.execute(select(notice.c.id).where(notice.c.kind == "digest.quote")).all()
    )
    threads = await room.db.read(lambda tx: tx.connection.execute(select(digest_topic.c.threads)).scalars().all())
    assert (set(kept), left, [one for one in threads if one]) == ({None}, [], [])
    assert await digests.asked(author) == []
    with pytest.raises(NotFound, match=r"digest\.no_question"):
        await digests.question(author, question.id)


async def test_a_correction_is_a_new_revision_with_a_note(room: Room) -> None:
    digests = room.forum.digests
    await room.edit(room.topic("食堂"), title_en="Breakfast")
    canteen, rent = room.topic("食堂").id, room.topic("租房").id
    await room.submit()
    await room.release()
    first = dict(room.draft.head.bulletins)
    with pytest.raises(Conflict, match=r"digest\.state"):
        await digests.edit(room.editor, room.week, canteen, room.change, titles={"en": "Soup"})
    with pytest.raises(Invalid, match=r"digest\.note"):
        await digests.correct(room.editor, room.week, room.change, {"zh": " "})
    with pytest.raises(Invalid, match=r"digest\.says_time"):
        await digests.correct(room.editor, room.week, room.change, {"zh": "昨晚写错了"})
    room.draft = await digests.correct(room.editor, room.week, room.change, {"en": "Lunch was meant."})
    assert (await digests.get(room.member, room.week)).head.released_at is not None
    for act in (
        digests.merge(room.editor, room.week, canteen, rent, room.change),
        digests.split(room.editor, room.week, canteen, (1,), room.change),
    ):
        with pytest.raises(BbsError) as caught:
            await act
        assert caught.value.code in {"digest.counted", "digest.split"}
    room.draft = await digests.leave_out(room.editor, room.week, rent, room.change)
    with pytest.raises(Conflict, match=r"digest\.counted"):
        await digests.leave_out(room.editor, room.week, rent, room.change, out=False)
    room.draft = await digests.edit(room.editor, room.week, canteen, room.change, titles={"en": "Lunch"})
    await room.submit()
    await room.release()
    assert room.draft.head.bulletins == first
    bulletin = await room.forum.news.get(room.member, first["en"])
    assert bulletin.revision == 2
    assert "**Corrected**: Lunch was meant." in bulletin.body
    assert "1. Lunch" in bulletin.body
    assert "租房" not in bulletin.body


async def test_the_register_tells_who_did_what(room: Room) -> None:
    await room.edit(room.topic("食堂"), title_en="Breakfast")
    await room.submit()
    await room.release()
    await room.forum.digests.export(room.leader, room.week, TR)
    entries = [one for one in await room.forum.register.entries(LOCAL, limit=500) if one.kind.startswith("digest.")]
    assert [(one.kind, one.actor, one.record.get("what", "")) for one in entries] == [
        ("digest.draft", "reed", ""),
        ("digest.edit", "reed", "words"),
        ("digest.edit", "reed", "submit"),
        ("digest.review", "plum", "release"),
        ("digest.export", "keeper", ""),
    ]
    assert (await room.forum.register.verify(LOCAL)).ok


async def test_without_its_column_nothing_is_released(room: Room) -> None:
    await room.submit()

    def archive(tx: Tx) -> None:
        tx.connection.execute(update(column).values(archived=True))
        tx.emit("community.changed")

    await room.db.write(archive)
    with pytest.raises(Conflict, match=r"digest\.no_column"):
        await room.release()
