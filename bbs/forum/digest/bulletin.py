"""An issue as the bulletin that staff and leaders read: one text a language, made of what is shown and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bbs.forum.digest.issue import COLUMN, Issue, Side, Topic
from bbs.forum.news.bulletins import BulletinItem
from bbs.store.database import Tx
from bbs.store.tables import board, office
from bbs.text.catalogue import Translator

BAR_CELLS: Final = 12
"""Characters of the longest bar."""
Names = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """What a bulletin says in one language."""

    lang: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Named:
    """What boards and offices are called, by slug: (zh, en)."""

    boards: Names
    offices: Names
    tracked: frozenset[str]
    """Boards where every thread is to be answered."""


def named(tx: Tx) -> Named:
    """The names there are."""
    boards = tx.connection.execute(select(board.c.slug, board.c.zh, board.c.en, board.c.tracked)).all()
    offices = tx.connection.execute(select(office.c.slug, office.c.zh, office.c.en)).all()
    return Named(
        {row.slug: (row.zh, row.en) for row in boards},
        {row.slug: (row.zh, row.en) for row in offices},
        frozenset(row.slug for row in boards if row.tracked),
    )


def write(issue: Issue, names: Named, tr: Translator) -> Text:
    """The bulletin in the language of `tr`, in Markdown."""
    return _Writer(issue, names, tr).text()


def items(issue: Issue, texts: list[Text], at: datetime, *, audience: str) -> list[BulletinItem]:
    """What the intake of bulletins takes: the pair shares its identity, a correction keeps it."""
    english = next((text.title for text in texts if text.lang == "en"), "")
    return [
        BulletinItem(
            source_id=f"digest-{issue.head.week}",
            column=COLUMN,
            title=text.title,
            body=text.body,
            lang=text.lang,
            title_en="" if text.lang == "en" else english,
            published_at=at,
            must_read=False,
            audience=audience,
            tags=("digest",),
        )
        for text in texts
    ]


class _Writer:
    """One issue in one language."""

    def __init__(self, issue: Issue, names: Named, tr: Translator) -> None:
        self._issue = issue
        self._names = names
        self._tr = tr

    def text(self) -> Text:
        tr, issue = self._tr, self._issue
        parts = [tr("digest.text.rule")]
        parts += [self._note(note) for note in issue.notes]
        if issue.shown:
            parts.append(self._table())
        parts += [self._topic(number, topic) for number, topic in enumerate(issue.shown, 1)]
        parts.append(self._week())
        if issue.hidden:
            parts.append(tr("digest.text.hidden"))
        parts.append(tr("digest.text.end"))
        year, week = issue.head.week.split("-W")
        title = tr("digest.text.title", year=int(year), week=int(week), issue=issue.head.issue)
        return Text(tr.lang, title, "\n\n".join(part for part in parts if part))

    def _note(self, note: Mapping[str, str]) -> str:
        return self._tr("digest.text.corrected", note=_plain(note.get(self._tr.lang, "")))

    def _table(self) -> str:
        tr = self._tr
        heads = [tr(f"digest.text.{name}") for name in ("topic", "accounts", "posts", "before", "boards")]
        rows = [heads]
        for number, topic in enumerate(self._issue.shown, 1):
            before = "" if topic.accounts_before is None else str(topic.accounts_before)
            places = tr("digest.text.comma").join(self._called(self._names.boards, slug) for slug in topic.boards)
            title = f"{number}. {_plain(self.title_of(topic))}"
            rows.append([title, str(topic.accounts), str(topic.posts), before, places])
        return _tabled(rows)

    def title_of(self, topic: Topic) -> str:
        """A topic's title in this language, or in the other where there is only one."""
        return topic.titles.get(self._tr.lang) or next((text for text in topic.titles.values() if text), "")

    def _topic(self, number: int, topic: Topic) -> str:
        lines = [f"### {number}. {_plain(self.title_of(topic))}"]
        if body := topic.bodies.get(self._tr.lang, ""):
            lines.append(body)
        if topic.sides:
            lines.append("\n".join(f"- {self._side(side)}" for side in topic.sides))
        elif self._names.tracked.intersection(topic.boards):
            lines.append(self._tr("digest.text.no_side"))
        return "\n\n".join(lines)

    def _side(self, side: Side) -> str:
        tr = self._tr
        words = tr(
            "digest.text.side_case" if side.case is not None else "digest.text.side",
            office=self._called(self._names.offices, side.office),
            state=tr(f"digest.case.{side.state}") if tr.has(f"digest.case.{side.state}") else side.state,
            number=side.case or 0,
        )
        if side.by:
            words += tr("digest.text.by", name=_plain(side.by))
        if side.on:
            words += tr("digest.text.on", day=side.on)
        if side.days is not None:
            words += tr.plural("digest.text.days", side.days)
        return words + (tr("digest.text.overdue") if side.overdue else "")

    def _week(self) -> str:
        tr, week = self._tr, self._issue.whole
        lines: list[str] = []
        if week.accounts is not None and week.posts is not None:
            lines.append(tr("digest.text.whole", accounts=week.accounts, posts=week.posts))
            if week.accounts_before is not None:
                lines.append(tr("digest.text.whole_before", accounts=week.accounts_before))
        if week.boards:
            most = max(one.accounts for one in week.boards)
            rows = [[tr(f"digest.text.{name}") for name in ("board", "accounts", "posts", "before", "share")]]
            for one in week.boards:
                before = "" if one.accounts_before is None else str(one.accounts_before)
                bar = "#" * max(1, round(one.accounts / most * BAR_CELLS))
                rows.append(
                    [self._called(self._names.boards, one.board), str(one.accounts), str(one.posts), before, bar]
                )
            lines.append(_tabled(rows))
        if week.cases:
            lines.append(tr("digest.text.cases", **week.cases))
        if week.private is not None:
            lines.append(tr("digest.text.private", n=week.private))
        return "\n\n".join([f"## {tr('digest.text.week')}", *lines]) if lines else ""

    def _called(self, names: Names, slug: str) -> str:
        zh, en = names.get(slug, (slug, slug))
        return (zh or en) if self._tr.lang.startswith("zh") else (en or zh)


def _tabled(rows: list[list[str]]) -> str:
    """A table under its first row, without the columns that nothing stands in."""
    told = [at for at in range(len(rows[0])) if any(row[at] for row in rows[1:])]
    head, *others = [[row[at] for at in told] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(told), *others))


def _plain(text: str) -> str:
    """Words inside a line of ours: what could end a cell of a table is written so that it does not."""
    return text.replace("\n", " ").replace("|", "/")
