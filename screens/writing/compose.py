"""Writing a new thread or a reply."""

from __future__ import annotations

from typing import Final

from bbs.errors import BbsError, Conflict, Forbidden
from bbs.forum import access
from bbs.forum.forum import Event
from bbs.forum.people.letters import Letter
from bbs.forum.posts.polls import Plan
from bbs.forum.posts.posts import TITLE_LIMIT, Post
from bbs.forum.writing.moving import MOVED
from bbs.terminal.editor import Field
from bbs.terminal.view import Choice
from screens.visit import Visit
from screens.writing.composer import Composer
from screens.writing.pollform import PollForm
from screens.writing.quoting import QuoteLines

POLL: Final = "v"
"""The choice of the finish menu that asks a question beside the thread."""
QUOTE_LINES: Final = 8
"""Lines of a floor that are quoted whole in a reply; of a longer one the writer chooses."""
QUOTE_LENGTH: Final = 600
"""Characters of all of them."""


def own_lines(post: Post | Letter) -> list[str]:
    """The lines of a text without what it quotes itself."""
    return [line for line in post.body.split("\n") if line.strip() and not line.lstrip().startswith(">")]


def is_short(post: Post | Letter) -> bool:
    """Whether a text is quoted whole, without asking."""
    lines = own_lines(post)
    return len(lines) <= QUOTE_LINES and sum(map(len, lines)) <= QUOTE_LENGTH


def quoted(post: Post | Letter) -> str:
    """A short text as a quotation, without what it quotes itself, and the empty line that ends it; "" of a long one."""
    lines = own_lines(post) if is_short(post) else []
    quote = "".join(f"> {line}\n" for line in lines)
    return f"{quote}\n" if quote else ""


_WAYS: Final = {"b": "before", "a": "after", "r": "replace"}
"""Where a template goes when something was typed already."""


class NewThread(Composer):
    """A new thread in a board."""

    def __init__(self, visit: Visit, slug: str) -> None:
        super().__init__(visit)
        self.slug = slug
        self.route = f"/b/{slug}/post"

    async def prepare(self) -> str:
        self.board = await self.forum.boards.get(self.actor, self.slug)
        name = self.visit.named(self.board.zh, self.board.en)
        if not access.allowed(self.actor, access.Verb.THREAD_START, place=self.board):
            self.prepared_for = await self.forum.handover.for_whom(self.actor, self.board)
            if self.prepared_for is None:
                raise Forbidden("board.officers_start")
        self.title = self.tr("compose.new_title", board=name)
        self.heading = self.tr("compose.new_heading", board=self.visit.both(self.board.zh, self.board.en))
        self.where = name
        self.title_field = Field("", limit=TITLE_LIMIT, ambiguous=self.stage.ambiguous)
        self.listen(("community.changed",), lambda event: self.stage.spawn(self._look_again()))
        self._templates = await self.forum.templates.list(self.actor, self.board)
        return ""

    def hint(self) -> str:
        """That the board has templates, as long as nothing is written."""
        if self.plan is not None:
            return self.tr("poll.with", question=self.plan.question)
        if self._templates and not self.body.text:
            return self.tr.plural("templates.hint", len(self._templates))
        return super().hint()

    def extras(self) -> list[Choice]:
        """The templates, where the board has some."""
        offered = [Choice("m", self.tr("templates.offer"))] if self._templates else []
        if access.allowed(self.actor, access.Verb.POLL_MAKE, place=self.board):
            offered.append(Choice(POLL, self.tr("poll.offer" if self.plan is None else "poll.change")))
        return offered

    async def extra(self, chosen: str) -> None:
        """Begin with a template, or ask a question beside the thread."""
        if chosen == "m":
            await self._begin_with()
        elif chosen == POLL:
            await self._ask_beside()

    async def _ask_beside(self) -> None:
        tr = self.tr
        if self.plan is not None:
            ways = [Choice("e", tr("poll.edit")), Choice("t", tr("poll.take_away"))]
            way = await self.stage.choose(tr("poll.there", question=self.plan.question), ways, default="e")
            if way == "t":
                self.plan = None
                self.drafting.changed()
            if way != "e":
                return
        await self.stage.push(PollForm(self.visit, self.route, self._planned, self.plan))

    async def _planned(self, plan: Plan) -> None:
        self.plan = plan
        self.drafting.changed()
        await self.stage.pop()
        self.stage.say(self.tr("poll.planned"), "message.good")

    def whole(self) -> str:
        """The text, and below it the question that goes with it."""
        if self.plan is None:
            return super().whole()
        options = "\n".join(f"- {option}" for option in self.plan.options)
        return f"{self.body.text}\n\n**{self.tr('reader.poll')}**  {self.plan.question}\n\n{options}"

    async def _begin_with(self) -> None:
        """Put a template into the text; what was typed is never lost without a question, and undo brings it back."""
        offered = [Choice(str(place), one.name) for place, one in enumerate(self._templates, 1)]
        chosen = await self.stage.choose(self.tr("templates.which"), offered, default="1")
        if chosen is None:
            return
        body, typed = self._templates[int(chosen) - 1].body, self.body.text
        if typed.strip():
            ways = [Choice(key, self.tr(f"templates.{way}")) for key, way in _WAYS.items()]
            way = await self.stage.choose(self.tr("templates.typed"), ways, default="b")
            if way is None:
                return
            body = {"b": f"{body}\n\n{typed}", "a": f"{typed}\n\n{body}", "r": body}[way]
        if len(body) > self.body.limit:
            self.stage.say(self.tr("editor.full", limit=self.body.limit), "message.warn")
            return
        self.body.text = body
        self._focus(self.body)

    async def _look_again(self) -> None:
        """The boards were changed: whoever can no longer start a thread here is told while writing."""
        self.board = await self.forum.boards.get(self.actor, self.slug)
        self.stage.redraw()
        if self.in_sight:
            self.check()

    async def send(self) -> Post | None:
        title = self.title_field.text if self.title_field is not None else ""
        official = self.appointment is not None
        also = None if self.plan is None else self.forum.polls.beside(self.actor, self.board, self.plan)
        return await self.forum.threads.start(
            self.actor, self.board, title, self.body.text, official=official, draft_id=self.draft_id, also=also
        )


class Reply(Composer):
    """A reply to a thread, or to one floor of it, which is then quoted."""

    def __init__(self, visit: Visit, thread: int, floor: int | None = None) -> None:
        super().__init__(visit)
        self.number = thread
        self.floor = floor
        self._long: Post | None = None
        self.route = f"/t/{thread}/reply" + (f"#{floor}" if floor is not None else "")

    async def prepare(self) -> str:
        self.board, thread = await self.forum.threads.get(self.actor, self.number)
        self.prepared_for = await self.forum.handover.for_whom(self.actor, self.board)
        if self.prepared_for is None:
            access.require(self.actor, access.Verb.THREAD_REPLY, place=self.board)
        if thread.locked:
            raise Conflict("thread.locked", thread=thread.id)
        self.listen((MOVED, "thread.changed", "community.changed"), self._heard)
        self.title = thread.title
        self.where = thread.title
        if self.floor is None:
            self.heading = self.tr("compose.reply_heading", title=thread.title)
            return ""
        self.heading = self.tr("compose.reply_to_heading", floor=self.floor, title=thread.title)
        post = await self._post(self.floor)
        if post is None:
            self.floor = None
            return ""
        self._long = None if post.gone or is_short(post) else post
        return "" if post.gone else quoted(post)

    async def open(self) -> None:
        """Of a long floor the lines to quote are chosen first, unless something was written before."""
        await super().open()
        if self._long is not None and not self.body.text:
            self.stage.spawn(self._choose(self._long))

    async def _post(self, floor: int) -> Post | None:
        posts = await self.forum.threads.posts(self.actor, self.number, floor=floor, limit=1)
        return posts[0] if posts and posts[0].floor == floor else None

    def extras(self) -> list[Choice]:
        """Quoting lines of any floor."""
        return [Choice("q", self.tr("quote.offer"))]

    async def extra(self, chosen: str) -> None:
        """Ask for a floor, and for its lines."""
        if chosen != "q":
            return
        typed = await self.stage.ask(self.tr("quote.which"), str(self.floor or 1), limit=9)
        if not typed or not typed.strip().isascii() or not typed.strip().isdecimal():
            return
        post = await self._post(int(typed))
        if post is None or post.gone:
            self.stage.say(self.tr("floor.not_found", floor=int(typed)), "message.warn")
            return
        await self._choose(post)

    async def _choose(self, post: Post) -> None:
        if not self.in_sight:  # the person has gone on meanwhile
            return
        title = self.tr("quoting.title", floor=post.floor, author=post.author)
        whose = "" if post.floor == self.floor else f"#{post.floor} {post.author}:"
        await self.stage.push(QuoteLines(self.visit, self.route, title, post.body, self.quote, whose=whose))

    async def send(self) -> Post:
        return await self.forum.threads.reply(
            self.actor,
            self.number,
            self.body.text,
            reply_to=self.floor,
            official=self.appointment is not None,
            draft_id=self.draft_id,
            board=self.board.slug,
        )

    async def refused(self, error: BbsError) -> None:
        """The thread may be elsewhere: the head then says who reads it there."""
        if error.code == "thread.moved":
            self.board, _ = await self.forum.threads.get(self.actor, self.number)

    def _heard(self, event: Event) -> None:
        if event.payload.get("thread", self.number) == self.number:
            self.stage.spawn(self._look_again())

    async def _look_again(self) -> None:
        """The thread or its board was changed: whoever can no longer answer, or is read by others, is told at once."""
        was = self.board.slug
        self.board, thread = await self.forum.threads.get(self.actor, self.number)
        self.stage.redraw()
        if not self.in_sight:
            return
        if thread.locked:
            raise Conflict("thread.locked", thread=thread.id)
        self.check()
        if was != self.board.slug:
            name = self.visit.named(self.board.zh, self.board.en)
            self.stage.say(self.tr("compose.moved", board=name), "message.warn")

    async def arrived(self, post: Post) -> None:
        """Back in the thread it was written from; if it was written from elsewhere, into the thread."""
        await self.stage.pop()
        if self.visit.posted is not None:  # what lies below did not show it
            await self.stage.push(self.visit.view_at(post.route))
