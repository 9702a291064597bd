"""The right side of the home screen: what must be read, what is new, who answered, what was left unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.arrivals import Beginning
from bbs.text.spans import Line, Span
from bbs.text.width import clip, fit, width
from bbs.text.wrap import wrap
from screens.home.homenews import Fresh, HomeNews, Must
from screens.visit import Visit

_LEAST_TITLE: Final = 12
"""Cells a title keeps before what stands behind it goes."""
_LEAST_THREAD: Final = 24
"""Cells of a thread's title that come before the name of its board."""


class Panel:
    """Lays out the panel in `cells` x `height`; each part gets the rows it needs, the last ones what is left."""

    def __init__(self, visit: Visit, news: HomeNews, cells: int, height: int, ambiguous: int) -> None:
        self._visit = visit
        self._news = news
        self._cells = cells
        self._height = height
        self._ambiguous = ambiguous

    def lines(self) -> list[Line]:
        """All lines, the most pressing first."""
        news, out = self._news, self._greeting()
        self._part(out, "home.must_read", [self._must(one) for one in news.must_reads])
        room = self._height - len(out) - (4 if news.answers else 0)
        self._part(out, "home.fresh", [self._thread(one) for one in news.fresh[: max(2, room - 2)]])
        room = self._height - len(out) - 2
        self._part(out, "home.answers", [self._answer(one) for one in news.answers[: max(1, room)]])
        return out[: self._height]

    def _greeting(self) -> list[Line]:
        """Words for this person; an unfinished draft is worth more than a welcome."""
        visit, tr, draft = self._visit, self._visit.tr, self._news.draft
        if visit.actor.is_guest:
            words = tr("home.guest")
        elif draft is not None:
            words = tr("home.resume_draft", what=self._draft_words(), when=visit.moment(draft.saved_at))
        elif visit.first:
            words = tr("home.first", name=visit.actor.name)
        elif not self._news.threads and not self._news.bulletins:
            words = tr("home.nothing_new", name=visit.actor.name)
        else:
            words = tr("home.welcome", name=visit.actor.name)
        style = "message.good" if draft is not None else "hint"
        return [(Span(line, style),) for line in wrap(words, self._cells, self._ambiguous)[:3]]

    def _draft_words(self) -> str:
        tr, draft = self._visit.tr, self._news.draft
        if draft is None:
            return ""
        if draft.route.startswith("/c/"):
            return tr("home.draft_case", case=draft.route.split("/")[2])
        if draft.route.startswith(("/mail/", "/m/")):
            return tr("home.draft_mail", title=draft.title.strip())
        if draft.title.strip():
            return tr("home.draft_thread", title=draft.title.strip())
        parts = draft.route.split("/")
        if len(parts) > 2 and parts[1] == "t":
            return tr("home.draft_reply", thread=parts[2])
        return tr("home.draft_new", board=self._news.draft_board)

    def _part(self, out: list[Line], title: str, lines: Sequence[Line]) -> None:
        if not lines:
            return
        if out:
            out.append(())
        out.append((Span(self._visit.tr(title), "md.heading"),))
        out.extend(lines)

    def _must(self, bulletin: Must) -> Line:
        until = ""
        if bulletin.expires_at is not None:
            until = self._visit.tr("home.by", date=self._visit.stamp(bulletin.expires_at))
        return self._line(Span("!! " if bulletin.urgent else "!  ", "must"), bulletin.title, Span(until, "date"))

    def _thread(self, thread: Fresh) -> Line:
        """What it is about, and its board where that leaves the title enough to be understood."""
        mark = Span("+ ", "mark.unread")
        room = self._cells - len(mark.text) - width(thread.board, self._ambiguous) - 2
        enough = room >= min(_LEAST_THREAD, width(thread.title, self._ambiguous))
        return self._line(mark, thread.title, Span(thread.board if enough else "", "count"))

    def _answer(self, post: Beginning) -> Line:
        when = Span(self._visit.stamp(post.created_at), "date")
        return self._line(Span(f"{post.author}  ", "author"), post.words, when)

    def _line(self, mark: Span, words: str, behind: Span) -> Line:
        """A mark, words that give way, and something short at the right edge."""
        taken = width(mark.text, self._ambiguous)
        tail = width(behind.text, self._ambiguous)
        room = self._cells - taken - (tail + 2 if tail else 0)
        if tail and room < _LEAST_TITLE:
            tail, room = 0, self._cells - taken
        if not tail:
            return (mark, Span(clip(words, room, self._ambiguous, ".."), "title"))
        return (mark, Span(fit(words, room, self._ambiguous, ellipsis=".."), "title"), Span("  "), behind)
