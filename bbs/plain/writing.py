"""Writing line by line: as whom, to whom, where; lines until a single dot; then what shall become of it.

What was typed is a draft on disk within seconds, and whatever ends the dialogue but sending or dropping keeps it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bbs.errors import BbsError, Invalid, NotFound
from bbs.forum.boards.templates import Template
from bbs.forum.cases.office_templates import OfficeTemplate
from bbs.forum.posts.polls import Plan
from bbs.forum.returning import Spot
from bbs.forum.writing.drafts import SIZE_LIMIT, Draft
from bbs.plain.phrases import own_lines, text_lines
from bbs.plain.pollplan import ask_plan, say_plan
from bbs.plain.visit import TITLE_MOST, Visit

END_OF_TEXT: Final = "."
"""A line that is only this ends a text, as in mail programs since 1982 (RFC 821, 4.5.2); two dots stand for one."""
SAVE_EVERY: Final = 5.0
"""Seconds between two savings while lines come."""
SAVE_LINES: Final = 20
"""Lines between two savings however fast they come."""

_CHOICES: Final = ("send", "on", "hear", "preview", "line", "cut", "title", "template", "poll", "quote", "keep", "drop")
_CHINESE: Final = {
    "发送": "send", "继续": "on", "朗读": "hear", "预览": "preview", "改": "line", "删": "cut", "标题": "title",
    "模板": "template", "投票": "poll", "引用": "quote", "存草稿": "keep", "草稿": "keep", "放弃": "drop",
    "go": "on", "go on": "on", "draft": "keep", "read": "hear",
}  # fmt: skip


@dataclass(slots=True)
class Piece:
    """Something that is being written. `send` sends title and text under the draft's id, and gives what to say."""

    route: str
    heading: str
    as_whom: str
    reach: str
    send: Callable[[Piece], Awaitable[str]]
    title: str | None = None
    """None where there is no title to give."""
    title_label: str = "plain.ask_title"
    lines: list[str] = field(default_factory=list)
    revising: bool = False
    """Whether there is a text to change, and no new one to type."""
    draft_id: str = field(default_factory=lambda: secrets.token_hex(8))
    name: str = ""
    """Under which name the draft is kept; "" for the one that its route saves by itself."""
    unkept: bool = False
    """Whether nothing of it may be kept: a draft belongs to an account, and would lead to it."""
    polls: bool = False
    """Whether a poll may go out with it."""
    plan: Plan | None = None
    quotable: Callable[[str], Awaitable[list[str]]] | None = None
    """Gives the quoted lines that `quote 3 2-4` asks for, where there are floors to quote."""
    templates: Sequence[Template | OfficeTemplate] = ()
    """What it may begin with."""

    @property
    def body(self) -> str:
        return "\n".join(self.lines)


async def write(visit: Visit, piece: Piece) -> None:
    """The whole dialogue."""
    await _Dialogue(visit, piece).run()


class _Dialogue:
    def __init__(self, visit: Visit, piece: Piece) -> None:
        self._visit = visit
        self._piece = piece
        self._given = self._now
        self._saved = self._given
        self._settled = False
        self._saved_at = visit.forum.clock.monotonic()
        self._unsaved = 0

    @property
    def _now(self) -> tuple[str, str, Plan | None]:
        return (self._piece.title or "", self._piece.body, self._piece.plan)

    async def run(self) -> None:
        visit, piece = self._visit, self._piece
        await visit.paper.say(piece.heading)
        await visit.paper.say(piece.as_whom)
        await visit.paper.say(piece.reach)
        if not piece.unkept:
            visit.unfinished = Spot(piece.route, {"title": piece.heading[:TITLE_MOST]}, piece.draft_id)
        try:
            await self._take_up()
            if piece.title == "":
                await self._ask_title()
            if piece.templates and not piece.body.strip():
                await self._begin_with()
            if piece.revising:
                await self._hear("")
            else:
                await self._take_lines()
            while not self._settled and not visit.paper.lines.over:
                await self._finish()
        finally:
            if not self._settled:
                await self._save()
            elif visit.unfinished is not None and visit.unfinished.route == piece.route:
                visit.unfinished = None

    async def _take_up(self) -> None:
        """Go on with what was left unfinished here."""
        visit, piece = self._visit, self._piece
        draft, wanted = await self._draft()
        if draft is None or not (draft.body.strip() or draft.title.strip() or draft.poll):
            return
        lines = draft.body.split("\n")
        await visit.paper.say(visit.tr.plural("plain.draft_found", len(lines), when=visit.when(draft.saved_at)))
        if wanted or await visit.paper.yes(visit.tr("plain.draft_go_on")):
            piece.draft_id, piece.lines, piece.name, piece.plan = draft.id, lines, draft.name, draft.poll
            if piece.title is not None:
                piece.title = draft.title
            self._saved = self._now
            if not piece.revising:
                await self._hear("")
        elif visit.paper.lines.over:
            self._settled = True  # nobody answered: it lies where it was

    async def _draft(self) -> tuple[Draft | None, bool]:
        """The draft to go on with, and whether it is the very one that was asked for."""
        visit, wanted = self._visit, self._visit.wanted
        visit.wanted = None
        if self._piece.unkept:
            return None, False
        if wanted is not None:
            try:
                return await visit.forum.drafts.find(visit.actor, wanted), True
            except NotFound:
                pass  # sent or thrown away meanwhile: the one of the route will do
        return await visit.forum.drafts.get(visit.actor, self._piece.route), False

    async def _begin_with(self) -> None:
        """Offer the templates of the place."""
        visit, offered = self._visit, self._piece.templates
        for number, one in enumerate(offered, 1):
            await visit.say("plain.numbered", number=number, line=one.name)
        answer = ((await visit.paper.ask(visit.tr("plain.which_template"))) or "").strip()
        if answer:
            await self._template(answer)

    async def _ask_title(self) -> None:
        answer = await self._visit.paper.ask(self._visit.tr(self._piece.title_label))
        self._piece.title = (answer or "").strip()

    async def _take_lines(self) -> None:
        visit, piece = self._visit, self._piece
        await visit.say("plain.text_begins")
        while True:
            line = await visit.paper.lines.next()
            if line is None:
                rest = visit.paper.lines.rest  # the line dropped in the middle of a line
                if rest:
                    piece.lines.append(rest)
                return
            if line == END_OF_TEXT:
                return
            if len(piece.body) + len(line) > SIZE_LIMIT:
                await visit.say("plain.text_full", most=SIZE_LIMIT)
                return
            piece.lines.append(line[1:] if line == END_OF_TEXT * 2 else line)
            await self._save_sometimes()

    async def _save_sometimes(self) -> None:
        self._unsaved += 1
        now = self._visit.forum.clock.monotonic()
        if self._unsaved >= SAVE_LINES or now - self._saved_at >= SAVE_EVERY:
            await self._save()

    async def _save(self) -> bool:
        """Keep it as a draft; False when there is nothing worth keeping."""
        visit, piece = self._visit, self._piece
        self._unsaved, self._saved_at = 0, visit.forum.clock.monotonic()
        title, body, plan = self._now
        if piece.unkept or not (title.strip() or body.strip() or plan) or self._now == self._given:
            return False
        if self._now != self._saved:
            caret = len(body)
            await visit.forum.drafts.save(
                visit.actor,
                piece.route,
                id=piece.draft_id,
                title=title,
                body=body,
                caret=caret,
                name=piece.name,
                poll=plan,
            )
            self._saved = self._now
        return True

    async def _finish(self) -> None:
        """Ask what shall become of it, and do it; what cannot be sent is kept and asked about again."""
        visit, piece = self._visit, self._piece
        answer = await visit.paper.ask(visit.tr(self._question()))
        if answer is None:
            return
        word, _, rest = answer.strip().partition(" ")
        chosen = _CHINESE.get(answer.strip().casefold()) or _CHINESE.get(word.casefold(), word.casefold())
        if chosen not in _CHOICES:
            await visit.say("plain.finish_how")
            if piece.polls:
                await visit.say("plain.finish_poll")
            if piece.quotable is not None:
                await visit.say("plain.finish_quote")
            return
        try:
            await getattr(self, f"_{chosen}")(rest.strip())
        except BbsError as error:
            if error.code == "draft.sent":  # from elsewhere: what stands here is another text
                piece.draft_id = secrets.token_hex(8)
            await visit.paper.say(visit.tr.error(error))

    def _question(self) -> str:
        piece = self._piece
        if piece.unkept:
            return "plain.finish_unkept"
        return "plain.finish" if piece.title is None else "plain.finish_titled"

    async def _send(self, rest: str) -> None:
        said = await self._piece.send(self._piece)
        self._settled = True
        await self._visit.paper.say(said)

    async def _on(self, rest: str) -> None:
        await self._take_lines()

    async def _hear(self, rest: str) -> None:
        if self._piece.title is not None:
            await self._visit.say("plain.title_is", title=self._piece.title)
        await self._visit.paper.say_all(own_lines(self._visit, self._piece.body))
        if self._piece.plan is not None:
            await say_plan(self._visit, self._piece.plan)

    async def _preview(self, rest: str) -> None:
        await self._visit.paper.say_all(text_lines(self._visit, self._piece.body))

    async def _line(self, rest: str) -> None:
        number, _ = span(rest, len(self._piece.lines))
        line = await self._visit.paper.ask(self._visit.tr("plain.new_line", number=number))
        if line is not None:
            self._piece.lines[number - 1] = line

    async def _cut(self, rest: str) -> None:
        first, last = span(rest, len(self._piece.lines))
        del self._piece.lines[first - 1 : last]
        await self._visit.paper.say(self._visit.tr.plural("plain.cut", last - first + 1))

    async def _title(self, rest: str) -> None:
        if self._piece.title is None:
            raise Invalid("plain.no_title")
        await self._ask_title()

    async def _template(self, rest: str) -> None:
        """Put a template before what was typed; what was typed stays."""
        piece, word = self._piece, rest.strip()
        named = [one for one in piece.templates if one.name.casefold() == word.casefold()]
        if word.isascii() and word.isdecimal() and len(word) < 4 and 1 <= int(word) <= len(piece.templates):
            named = [piece.templates[int(word) - 1]]
        if not named:
            raise NotFound("plain.no_template" if piece.templates else "templates.none")
        typed = ["", *piece.lines] if piece.body.strip() else []
        piece.lines = [*named[0].body.split("\n"), *typed]
        await self._hear("")

    async def _poll(self, rest: str) -> None:
        if not self._piece.polls:
            raise Invalid("plain.no_poll_here")
        self._piece.plan = await ask_plan(self._visit, self._piece.plan)
        await self._save()
        await self._visit.say("plain.poll_none" if self._piece.plan is None else "poll.planned")

    async def _quote(self, rest: str) -> None:
        """`quote 3 2-4`: lines of another floor, below what was written."""
        piece = self._piece
        if piece.quotable is None:
            raise Invalid("plain.no_quote_here")
        quoted = await piece.quotable(rest)
        piece.lines += [*([""] if piece.body.strip() else []), *quoted, ""]
        await self._hear("")

    async def _keep(self, rest: str) -> None:
        """Keep it as a draft; `keep NAME` under a name."""
        piece, visit = self._piece, self._visit
        if piece.unkept:
            raise Invalid("cases.no_draft")
        if rest.strip():
            piece.name, self._saved = rest.strip(), ("", "", None)
        kept = await self._save()
        self._settled = True
        if kept and piece.name:
            await visit.say("plain.kept_named", name=piece.name)
        else:
            await visit.say("plain.kept" if kept else "compose.nothing_kept")

    async def _drop(self, rest: str) -> None:
        visit, piece = self._visit, self._piece
        if self._now != self._given and not await visit.paper.yes(visit.tr("compose.abandon_ask")):
            return
        self._settled = True
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        await visit.say("compose.abandoned")


def span(text: str, last: int) -> tuple[int, int]:
    """The first and last of some lines: `3`, `2-4`, from 1; Invalid(`plain.which_lines`)."""
    begin, dash, end = text.replace("—", "-").replace("~", "-").strip().partition("-")
    words = [begin.strip(), end.strip() or begin.strip()] if dash else [begin.strip()] * 2
    if not all(word.isascii() and word.isdecimal() and len(word) < 6 for word in words):
        raise Invalid("plain.which_lines", last=last)
    first, final = int(words[0]), int(words[1])
    if not 1 <= first <= final <= last:
        raise Invalid("plain.which_lines", last=last)
    return first, final
