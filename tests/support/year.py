"""A generated year of a forum: several hundred people, a handful of boards, what they talked about week by week.

Seeded and written into the tables at once: the same year every time, in a second or two.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select

from bbs.store import search
from bbs.store.database import Database, Tx
from bbs.store.search import Kind
from bbs.store.tables import account, board, case, column, office, post, section, thread
from bbs.text.names import fold

FIRST_DAY: Final = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
"""Monday of 2026-W02, ten in the morning in Shanghai."""
_SUR: Final = "青白远小老南北东西春秋山海云月星风雨石木"
_GIVEN: Final = "舟鹤灯桥杉湖笛帆岭渡窗潮松砚笺麦雁坡溪亭"
_ENGLISH: Final = ("harbour", "lantern", "compass", "willow", "pebble", "sparrow", "meadow", "anchor", "maple", "ferry")

BOARDS: Final = {
    "services": ("affairs", "机关服务", "Office Services", True),
    "posted": ("affairs", "常驻热线", "Posted Abroad", True),
    "union": ("face", "工会直播间", "Union Live", False),
    "youth": ("after", "青年园地", "Youth Corner", False),
    "ink": ("after", "砚墨书香", "Ink and Books", False),
}

SUBJECTS: Final = {
    "食堂": ("services", "食堂早餐供应", ("早餐", "窗口", "排队", "豆浆"), "canteen"),
    "电梯": ("services", "宿舍电梯停运", ("维修", "困人", "楼层", "检修"), "lift"),
    "班车": ("services", "班车线路调整", ("线路", "站点", "座位", "间隔"), "shuttle"),
    "津贴": ("posted", "常驻津贴发放", ("汇率", "账户", "发放", "标准"), "allowance"),
    "入学": ("posted", "子女入学材料", ("材料", "学籍", "公证", "转学"), "school"),
    "福利": ("union", "生日福利选择", ("蛋糕", "书券", "投票", "额度"), "benefit"),
    "球赛": ("union", "羽毛球赛报名", ("场地", "报名", "分组", "裁判"), "badminton"),
    "租房": ("youth", "合租房源信息", ("合租", "房源", "押金", "地铁"), "housing"),
    "英语": ("youth", "英语学习小组", ("单词", "口语", "听力", "小组"), "english"),
    "书法": ("ink", "书法练习交流", ("小楷", "宣纸", "临帖", "墨汁"), "brush"),
}
"""What people talk about: word, (board, title, other words, English word)."""

_OPENINGS: Final = (
    "我看{a}的{b}要再议",
    "{a}能不能多一点{b}",
    "{b}这件事拖了很久，{a}也该管管",
    "赞成改进{a}，先从{b}做起",
)
_CLOSINGS: Final = ("大家怎么看", "我家也遇到过", "愿意出力", "希望有人回一声", "先记在这里", "不急，慢慢来")


@dataclass(slots=True)
class Year:
    """What was made: accounts by number, and for each week its posts as (thread, account, board, text)."""

    names: dict[int, str] = field(default_factory=dict)
    weeks: list[list[tuple[int, int, int, str]]] = field(default_factory=list)
    boards: dict[str, int] = field(default_factory=dict)
    subjects: dict[int, str] = field(default_factory=dict)
    """The subject of a thread, by its number."""


@dataclass(frozen=True, slots=True)
class Talk:
    """People on one subject in one week, in so many threads."""

    subject: str
    accounts: int
    threads: int = 1
    board: str = ""
    spread: bool = False
    """Whether its later threads are on other boards."""


async def make(
    db: Database,
    weeks: int,
    *,
    people: int = 300,
    seed: int = 7,
    plan: Sequence[Sequence[Talk]] = (),
    index: bool = False,
) -> Year:
    """Fill a store that has offices and the board `life`. `plan` says what the first weeks talk about, the rest is

    drawn; `index` makes it searchable, too."""
    maker = _Maker(random.Random(seed), people)
    return await db.write(lambda tx: maker.fill(tx, weeks, plan, index=index))


def declare(tx: Tx) -> dict[str, int]:
    """The boards, and the column that issues come out in; board numbers by slug."""
    names = {"affairs": ("办事", "Affairs"), "face": ("面对面", "Face to Face")}
    for position, (slug, (zh, en)) in enumerate(names.items(), 1):
        tx.connection.execute(insert(section).values(slug=slug, zh=zh, en=en, position=position))
    for position, (slug, (part, zh, en, tracked)) in enumerate(BOARDS.items(), 1):
        values: dict[str, Any] = {"slug": slug, "section": part, "zh": zh, "en": en, "nature": "discussion"}
        offices = ["administration"] if tracked else []
        values |= {"read": "members", "post": "members", "position": position, "tracked": tracked, "offices": offices}
        tx.connection.execute(insert(board).values(**values))
    digest = {"slug": "digest", "zh": "舆情动态", "en": "Opinion Digest", "read": "members", "position": 0}
    tx.connection.execute(insert(column).values(**digest))
    tx.emit("community.changed")
    return {row.slug: row.id for row in tx.connection.execute(select(board.c.slug, board.c.id))}


class _Maker:
    def __init__(self, rng: random.Random, people: int) -> None:
        self._rng = rng
        self._people = people
        self._post = 0

    def fill(self, tx: Tx, weeks: int, plan: Sequence[Sequence[Talk]], *, index: bool) -> Year:
        year = Year(boards=declare(tx))
        self._accounts(tx, year)
        rows: list[dict[str, Any]] = []
        for number in range(weeks):
            talks = plan[number] if number < len(plan) else list(self._drawn())
            year.weeks.append([])
            for talk in talks:
                self._talk(tx, year, number, talk, rows)
        rows.sort(key=lambda row: (row["created_at"], row["thread_id"], row["floor"]))
        made = tx.connection.execute(insert(post).returning(post.c.id, post.c.body), rows).all()
        if index:
            for row in made:
                search.index(tx, Kind.POST, row.id, row.body, None)
        return year

    def _accounts(self, tx: Tx, year: Year) -> None:
        names = [a + b for a in _SUR for b in _GIVEN]
        self._rng.shuffle(names)
        names = names[: self._people - 40] + [f"{self._rng.choice(_ENGLISH)}{n}" for n in range(100, 140)]
        values = [
            {"name": name, "fold": fold(name), "kind": "member", "state": "active", "created_at": FIRST_DAY}
            for name in names
        ]
        tx.connection.execute(insert(account), values)
        wanted = account.c.fold.in_([one["fold"] for one in values])
        year.names.update({row.id: row.name for row in tx.connection.execute(select(account).where(wanted))})

    def _drawn(self) -> Iterator[Talk]:
        """One week: a few subjects of any size around the threshold, and people who talk alone."""
        for subject in self._rng.sample(sorted(SUBJECTS), self._rng.randint(2, 7)):
            size = self._rng.choice((1, 2, 3, 4, 4, 5, 5, 6, 7, 9, 12, 20, 30))
            yield Talk(subject, size, self._rng.randint(1, 3), spread=self._rng.random() < 0.4)
        for _ in range(self._rng.randint(0, 6)):
            yield Talk("", self._rng.randint(1, 3), 1, self._rng.choice(sorted(BOARDS)))

    def _talk(self, tx: Tx, year: Year, week: int, talk: Talk, rows: list[dict[str, Any]]) -> None:
        rng = self._rng
        place, title, words, english = SUBJECTS.get(talk.subject, (talk.board, "", (), ""))
        place = talk.board or place
        writers = rng.sample(sorted(year.names), talk.accounts)
        for number in range(min(talk.threads, talk.accounts)):
            mine = writers[number :: talk.threads]
            begin = FIRST_DAY + timedelta(weeks=week, hours=rng.randrange(0, 100))
            heading = f"{title} {number + 1}" if title else _alone(rng)
            here = rng.choice(sorted(BOARDS)) if talk.spread and number else place
            values: dict[str, Any] = {"board_id": year.boards[here], "title": heading, "author_id": mine[0]}
            values |= {"author": year.names[mine[0]], "created_at": begin, "posts": len(mine), "last_floor": len(mine)}
            values |= {"last_post_id": 0, "last_at": begin, "last_author": year.names[mine[-1]]}
            key = tx.connection.execute(insert(thread).values(**values).returning(thread.c.id)).scalar_one()
            year.subjects[key] = talk.subject
            said = [*mine, *rng.choices(mine, k=rng.randint(0, len(mine)))]
            for floor, writer in enumerate(said, 1):
                text = _text(rng, talk.subject, words, english)
                year.weeks[week].append((key, writer, year.boards[here], text))
                rows.append(
                    {
                        "thread_id": key,
                        "floor": floor,
                        "author_id": writer,
                        "author": year.names[writer],
                        "body": text,
                        "created_at": begin + timedelta(minutes=7 * floor),
                    }
                )


def _text(rng: random.Random, subject: str, words: Sequence[str], english: str) -> str:
    if not subject:
        return _alone(rng)
    opening = rng.choice(_OPENINGS).format(a=subject, b=rng.choice(words))
    return f"{opening}，{rng.choice(_CLOSINGS)}。{rng.randrange(10**6)} {english}"


def _alone(rng: random.Random) -> str:
    """Something nobody else says."""
    return "".join(chr(rng.randrange(0x4E00, 0x9000)) for _ in range(12))


async def open_case(db: Database, thread_id: int, at: datetime, **values: Any) -> int:
    """A public case of a thread, as the store keeps it."""

    def unit(tx: Tx) -> int:
        place = tx.connection.execute(select(thread.c.board_id).where(thread.c.id == thread_id)).scalar_one()
        slug = tx.connection.execute(select(office.c.slug).where(office.c.slug == "administration")).scalar_one()
        row = {"thread_id": thread_id, "board_id": place, "kind": "complaint", "state": "received", "title": "x"}
        row |= {"office": slug, "opened_at": at, "acknowledge_by": at + timedelta(days=1)}
        row |= {"answer_by": at + timedelta(days=5), **values}
        return int(tx.connection.execute(insert(case).values(**row).returning(case.c.id)).scalar_one())

    return await db.write(unit)
