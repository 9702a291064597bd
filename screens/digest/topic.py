"""One topic of an issue: what is said of it, its numbers, what offices did; its editors write and split it here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.errors import BbsError, Conflict, NotFound
from bbs.forum.digest.digests import CHANGED, Issue, Side, Topic
from bbs.forum.digest.issue import BODY_LIMIT, TITLE_LIMIT
from bbs.forum.digest.quotes import QUOTE_LIMIT
from bbs.forum.forum import Event
from bbs.terminal.reader import Head
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.markdown import render
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.digest.acts import LANGUAGES, may_edit
from screens.parts.article import Article
from screens.parts.choices import keymap_of
from screens.parts.leaf import fact
from screens.parts.textscreen import TextScreen
from screens.visit import Screen, Visit

SPLIT_LIMIT: Final = 80
"""Characters of the numbers of threads that are split off."""


class TopicScreen(Article):
    """`/digest/WEEK/ID`; numbers in brackets open its threads, for its editors only."""

    def __init__(self, visit: Visit, week: str, number: int) -> None:
        super().__init__(visit)
        self.week = week
        self.number = number
        self.route = f"/digest/{week}/{number}"
        self._offices: dict[str, str] = {}
        self._threads: list[str] = []

    async def open(self) -> None:
        """Fetch it; raises NotFound(`digest.not_found`, `digest.no_topic`)."""
        self.listen((CHANGED,), self._heard)
        offices = await self.forum.officers.offices(self.actor)
        self._offices = {one.slug: self.visit.named(one.zh, one.en) for one in offices}
        await self._take()
        await super().open()

    async def resume(self) -> None:
        """Its words may be others now."""
        await self._take()
        await super().resume()

    async def _take(self) -> None:
        self.issue: Issue = await self.forum.digests.get(self.actor, self.week)
        found = self.issue.topic(self.number)
        if found is None:
            raise NotFound("digest.no_topic", topic=self.number, week=self.week)
        self.topic: Topic = found
        self.week = self.issue.head.week
        self.route = f"{self.issue.head.route}/{self.number}"
        self.title = self.tr("digest.issue_title", week=self.week)
        self._threads = [await self._named(number) for number in found.threads]

    async def _named(self, number: int) -> str:
        """A thread's title; one that is gone has none."""
        try:
            _, thread = await self.forum.threads.get(self.actor, number)
        except BbsError:
            return ""
        return thread.title

    def _heard(self, event: Event) -> None:
        if event.payload.get("week") == self.week and self.in_sight:
            self.stage.spawn(self._freshen())

    async def _freshen(self) -> None:
        try:
            await self._take()
        except NotFound:  # merged into another, or no longer shown
            await self.stage.pop()
            return
        self.changed()
        self.stage.redraw()

    # The text

    def heading(self) -> Head | None:
        """Its title."""
        title = self.visit.named(self.topic.titles["zh"], self.topic.titles["en"])
        return Head((Span(title, "floor.author"),))

    def lines(self, cells: int) -> list[Line]:
        """Numbers, words, what offices did; the text in both languages; for editors its threads."""
        ambiguous = self.stage.ambiguous
        out: list[Line] = [row for line in self._facts() for row in wrap_line(line, cells, ambiguous)]
        for lang in LANGUAGES if may_edit(self) else (self.tr.lang,):
            name = self.tr(f"digest.lang.{lang}")
            body = self.topic.bodies.get(lang, "")
            title = self.topic.titles.get(lang, "")
            out += [(), (Span(f"{name}: {title}" if may_edit(self) else title, "md.heading"),)]
            if body:
                out += render(body, cells, ambiguous)
            elif may_edit(self):
                out.append((Span(self.tr("digest.untexted"), "hint"),))
        if self.topic.threads:
            out += [(), (Span(self.tr("digest.part.threads"), "md.heading"),)]
            for place, (number, title) in enumerate(zip(self.topic.threads, self._threads, strict=True), 1):
                line: Line = (Span(f"[{place}] ", "md.link"), Span(title, "title"), Span(f"  /t/{number}", "hint"))
                out += wrap_line(line, cells, ambiguous)
        return out

    def _facts(self) -> list[Line]:
        tr, topic = self.tr, self.topic
        lines = [fact(tr("digest.part.numbers"), self._numbers())]
        if topic.words:
            lines.append(fact(tr("digest.part.words"), tr("digest.text.comma").join(topic.words)))
        lines.append(fact(tr("digest.part.boards"), " ".join(f"/b/{slug}" for slug in topic.boards)))
        lines += [fact(tr("digest.part.office"), self._side(side)) for side in topic.sides]
        lines += [fact(tr("digest.part.quotes"), words) for words in topic.quotes]
        if topic.asked:
            lines.append(fact(tr("digest.part.asked"), tr.plural("digest.asked", topic.asked)))
        return lines

    def _numbers(self) -> str:
        tr, topic = self.tr, self.topic
        if not topic.shown:
            return tr(f"digest.numbers_{topic.why_not}")
        if topic.accounts_before is None:
            return tr("digest.numbers", accounts=topic.accounts, posts=topic.posts)
        before = topic.accounts_before
        return tr("digest.numbers_before", accounts=topic.accounts, posts=topic.posts, before=before)

    def _side(self, side: Side) -> str:
        tr = self.tr
        office = self._offices.get(side.office, side.office)
        words = tr(
            "digest.text.side_case" if side.case is not None else "digest.text.side",
            office=office,
            state=tr(f"digest.case.{side.state}"),
            number=side.case or 0,
        )
        if side.by:
            words += tr("digest.text.by", name=side.by)
        if side.on:
            words += tr("digest.text.on", day=side.on)
        if side.days is not None:
            words += tr.plural("digest.text.days", side.days)
        return words + (tr("digest.text.overdue").replace("*", "") if side.overdue else "")

    def addresses(self) -> Sequence[str]:
        """The threads."""
        return [f"/t/{number}" for number in self.topic.threads]

    # Keys

    def act(self, action: str, data: str) -> Answer:
        """Read; write, leave out, split, have authors asked."""
        if may_edit(self):
            match action:
                case "retitle":
                    return self._then(retitle(self, self.issue, self.topic))
                case "edit":
                    return self._edit()
                case "delete":
                    return self._then(leave_out(self, self.issue, self.topic))
                case "forward":
                    return self._split()
                case "reply":
                    return self._quote()
        return super().act(action, data)

    async def _then(self, work: object) -> None:
        assert hasattr(work, "__await__")
        await work
        await self._take()
        self.changed()

    async def _edit(self) -> None:
        lang = await ask_language(self)
        if lang is not None:
            await self.stage.go(f"{self.route}/{lang}")

    async def _split(self) -> None:
        said = await self.stage.ask(self.tr("digest.ask_split"), limit=SPLIT_LIMIT)
        if said is None or not said.strip():
            return
        places = [int(word) for word in said.replace(",", " ").split() if word.isascii() and word.isdecimal()]
        threads = [self.topic.threads[place - 1] for place in places if 1 <= place <= len(self.topic.threads)]
        await self.forum.digests.split(self.actor, self.week, self.number, threads, self.issue.head.change)
        await self._take()
        self.changed()
        self.stage.say(self.tr("digest.was_split"), "message.good")

    async def _quote(self) -> None:
        words = await self.stage.ask(self.tr("digest.ask_quote"), limit=QUOTE_LIMIT)
        if words is None or not words.strip():
            return
        await self.forum.digests.ask(self.actor, self.week, self.number, words, self.issue.head.change)
        await self._take()
        self.changed()
        self.stage.say(self.tr("digest.quote_sent"), "message.good")

    def hints(self) -> Sequence[Hint]:
        """Writing first."""
        if not may_edit(self):
            return super().hints()
        return (
            Hint("edit", "digest.hint.text"),
            Hint("retitle", "digest.hint.title"),
            Hint("delete", "digest.hint.out"),
            Hint("forward", "digest.hint.split"),
            Hint("reply", "digest.hint.quote"),
            Hint("leave", "key.leave"),
        )


async def ask_language(screen: Screen) -> str | None:
    """Which language is meant."""
    choices = [Choice(lang[0], screen.tr(f"digest.lang.{lang}")) for lang in LANGUAGES]
    own = "z" if screen.visit.chinese else "e"
    chosen = await screen.stage.choose(screen.tr("digest.which_lang"), choices, default=own)
    return next((lang for lang in LANGUAGES if lang[0] == chosen), None)


async def retitle(screen: Screen, issue: Issue, topic: Topic) -> None:
    """Ask for the title in one language, and keep it."""
    lang = await ask_language(screen)
    if lang is None:
        return
    asked = screen.tr("digest.ask_title", lang=screen.tr(f"digest.lang.{lang}"))
    title = await screen.stage.ask(asked, topic.titles[lang], limit=TITLE_LIMIT)
    if title is None or title == topic.titles[lang]:
        return
    await screen.forum.digests.edit(screen.actor, issue.head.week, topic.id, issue.head.change, titles={lang: title})
    screen.stage.say(screen.tr("digest.kept"), "message.good")


async def leave_out(screen: Screen, issue: Issue, topic: Topic) -> None:
    """Leave a topic out, or take it in again."""
    out = topic.why_not != "left-out"
    await screen.forum.digests.leave_out(screen.actor, issue.head.week, topic.id, issue.head.change, out=out)
    screen.stage.say(screen.tr("digest.now_out" if out else "digest.now_in"), "message.good")


class TopicText(TextScreen):
    """`/digest/WEEK/ID/zh`: writing what is said of a topic in one language."""

    def __init__(self, visit: Visit, week: str, number: int, lang: str) -> None:
        super().__init__(visit, f"/digest/{week}/{number}/{lang}")
        self.week, self.number, self.lang = week, number, lang
        self._change = 0

    async def open(self) -> None:
        """Fetch the text as it is; raises as the topic's own screen."""
        issue = await self.forum.digests.get(self.actor, self.week)
        topic = issue.topic(self.number)
        if topic is None:
            raise NotFound("digest.no_topic", topic=self.number, week=self.week)
        self._change = issue.head.change
        self.title = self.tr("digest.issue_title", week=issue.head.week)
        about = self.visit.named(topic.titles["zh"], topic.titles["en"])
        self.heading = self.tr("digest.text_of", topic=about, lang=self.tr(f"digest.lang.{self.lang}"))
        self.begin(topic.bodies.get(self.lang, ""), BODY_LIMIT)

    def about(self) -> str:
        """What it may not say."""
        return self.tr("digest.text_about", most=BODY_LIMIT)

    async def keep(self, begun: str, text: str) -> str | None:
        """Keep it; who was overtaken keeps their words and is asked once more."""
        try:
            await self.forum.digests.edit(self.actor, self.week, self.number, self._change, bodies={self.lang: text})
        except Conflict as error:
            if error.code != "digest.changed":
                raise
            now = await self.forum.digests.get(self.actor, self.week)
            self._change = now.head.change
            key = keymap_of(self.actor.preferences).key_for("finish", self.context)
            self.stage.say(self.tr("digest.changed_meanwhile", editor=now.head.editor, key=key), "message.warn")
            return None
        return self.tr("digest.kept")
