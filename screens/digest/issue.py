"""One issue of the opinion digest: its topics with people, posts and trend; editors order, merge and leave out here."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Final

from bbs.errors import NotFound
from bbs.forum.digest.digests import CHANGED, Issue, Topic
from bbs.forum.forum import Event
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.listbox import ListBox, static
from bbs.terminal.rowcells import Cell, Column, RowCells
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Span
from bbs.text.wrap import wrap
from screens.digest.acts import may_edit, next_hint, next_step, preview
from screens.digest.issues import state_words
from screens.digest.topic import leave_out, retitle
from screens.visit import Screen, Visit

BAR_CELLS: Final = 16
"""Cells of the bar of the topic with the most accounts."""
_COLUMNS: Final = (
    Column("no", 2, align="right", style="number"),
    Column("topic", 16, flex=1, style="title", gap=2),
    Column("bar", BAR_CELLS, style="votes", gap=2, drop=2),
    Column("accounts", 8, align="right", style="count", gap=2),
    Column("trend", 6, align="right", style="count", gap=2),
    Column("posts", 5, align="right", style="count", gap=2, drop=1),
)


class IssueScreen(Screen):
    """`/digest/WEEK`."""

    def __init__(self, visit: Visit, week: str) -> None:
        super().__init__(visit)
        self.week = week
        self.route = f"/digest/{week}"
        self._cells: RowCells[Topic] = RowCells(
            _COLUMNS, self._row, version=lambda topic: (self.tr.lang, self.issue.head.change)
        )
        self._list: ListBox[Topic] = ListBox(
            key=lambda topic: topic.id,
            render=self._cells.render,
            headings=self._headings,
            on_open=lambda topic: self.stage.go(f"{self.route}/{topic.id}"),
        )

    async def open(self) -> None:
        """Fetch it; raises NotFound(`digest.not_found`), Invalid(`digest.week`), Forbidden."""
        self.listen((CHANGED,), self._heard)
        await self._load()

    async def resume(self) -> None:
        """A topic was edited."""
        await self._load()

    async def _load(self) -> None:
        self.issue: Issue = await self.forum.digests.get(self.actor, self.week)
        self.week, self.route = self.issue.head.week, self.issue.head.route
        self.title = self.tr("digest.issue_title", week=self.week)
        self._list.empty = self.tr("digest.no_topics")
        self._list.invalidate()
        topics = static(self.issue.topics, key=lambda topic: topic.id)
        await self._list.load(topics, self._list.selected_key)

    def _heard(self, event: Event) -> None:
        if event.payload.get("week") == self.week and self.in_sight:
            self.stage.spawn(self._freshen())

    async def _freshen(self) -> None:
        await self._load()
        self.stage.redraw()

    # Drawing

    def _headings(self, width: int) -> Sequence[Row]:
        tr, head, whole = self.tr, self.issue.head, self.issue.whole
        hands = tr("digest.edited_by", name=head.editor)
        if head.reviewer:
            hands = tr("digest.reviewed_by", editor=head.editor, reviewer=head.reviewer)
        lines = [tr("digest.line", issue=head.issue, state=state_words(self, head), editor=hands)]
        if whole.accounts is not None:
            lines.append(tr("digest.whole", accounts=whole.accounts, posts=whole.posts))
        elif self.issue.topics:
            lines.append(tr("digest.whole_not"))
        if whole.cases.get("opened") or whole.cases.get("open"):
            lines.append(tr("digest.text.cases", **whole.cases))
        rows = [
            Row((Span(f" {one}", "hint"),)) for line in lines for one in wrap(line, width - 2, self.stage.ambiguous)
        ]
        if not self.issue.topics:
            return rows
        names = ("no", "topic", "", "accounts", "trend", "posts")
        labels = [tr(f"digest.head.{name}") if name else "" for name in names]
        return [*rows, Row(), self._cells.heading(labels, width)]

    def _row(self, topic: Topic) -> Sequence[Cell]:
        number = str(self.issue.topics.index(topic) + 1)
        title = self.visit.named(topic.titles["zh"], topic.titles["en"])
        if not topic.shown:
            why = Span(f"  [{self.tr(f'digest.why.{topic.why_not}')}]", "hint")
            return (number, (Span(title, "hint"), why), "", "", "", "")
        most = max(one.accounts for one in self.issue.shown)
        bar = "#" * max(1, round(topic.accounts / most * BAR_CELLS))
        return (number, title, bar, str(topic.accounts), _trend(topic), str(topic.posts))

    def draw(self, width: int, height: int) -> Frame:
        """The topics."""
        self._list.ambiguous = self._cells.ambiguous = self.stage.ambiguous
        return self._list.draw(width, height)

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Move, open, look at the bulletin; edit where one may."""
        if action in ("notice", "tab", "details"):
            return preview(self, self.issue)
        if action == "post":
            return self._next()
        work = self._work(action)
        if work is not None:
            return work
        answer = self._list.act(action, data)
        return super().act(action, data) if answer is False else answer

    def _work(self, action: str) -> Coroutine[Any, Any, object] | None:
        topic = self._list.selected
        if topic is None or not may_edit(self):
            return None
        match action:
            case "retitle":
                return self._then(retitle(self, self.issue, topic))
            case "edit":
                return self.stage.go(f"{self.route}/{topic.id}")
            case "delete":
                return self._then(leave_out(self, self.issue, topic))
            case "move":
                return self._then(self._merge(topic))
            case "shift_up" | "shift_down":
                return self._shift(topic, -1 if action == "shift_up" else 1)
        return None

    async def _then(self, work: Coroutine[Any, Any, object]) -> None:
        await work
        await self._load()

    async def _next(self) -> None:
        await next_step(self, self.issue)
        if self.in_sight:
            await self._load()

    async def _merge(self, topic: Topic) -> None:
        said = await self.stage.ask(self.tr("digest.ask_into"), limit=4)
        if said is None or not said.strip():
            return
        at = int(said) if said.strip().isascii() and said.strip().isdecimal() else 0
        if not 1 <= at <= len(self.issue.topics):
            raise NotFound("list.no_such_number", number=said.strip())
        into = self.issue.topics[at - 1]
        await self.forum.digests.merge(self.actor, self.week, into.id, topic.id, self.issue.head.change)
        self.stage.say(self.tr("digest.merged"), "message.good")

    async def _shift(self, topic: Topic, by: int) -> None:
        place = [one.id for one in sorted(self.issue.topics, key=lambda one: one.position)].index(topic.id) + 1 + by
        if not topic.shown or not 1 <= place <= len(self.issue.topics):
            self.stage.bell()
            return
        await self.forum.digests.move(self.actor, self.week, topic.id, self.issue.head.change, place)
        await self._load()

    def hints(self) -> Sequence[Hint]:
        """Opening, the next step, and editing."""
        hints = [Hint("enter", "digest.hint.open")]
        if (step := next_hint(self, self.issue)) is not None:
            hints.append(Hint("post", step))
        hints.append(Hint("notice", "digest.hint.preview"))
        if may_edit(self):
            hints += [
                Hint("retitle", "digest.hint.title"),
                Hint("delete", "digest.hint.out"),
                Hint("move", "digest.hint.merge"),
                Hint("shift_up", "digest.hint.shift"),
            ]
        return (*hints, Hint("leave", "key.leave"))


def _trend(topic: Topic) -> str:
    """What became of the topic since the issue before, where it told of it."""
    if topic.accounts_before is None:
        return ""
    return f"{topic.accounts - topic.accounts_before:+d}" if topic.accounts != topic.accounts_before else "="
