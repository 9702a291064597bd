"""What is known of a post: its number and address, who wrote it and when, and how to check what is official."""

from __future__ import annotations

from bbs.errors import NotFound
from bbs.forum.places import Board
from bbs.forum.posts import Post, Thread
from bbs.text.spans import Line
from bbs.text.when import full, iso
from screens.leaf import LeafScreen, Text, fact
from screens.visit import Visit


class DetailsScreen(LeafScreen):
    """What `Q` shows of a floor."""

    def __init__(self, visit: Visit, thread: int, floor: int = 1) -> None:
        super().__init__(visit, f"/t/{thread}/details#{floor}")
        self.number = thread
        self.floor = floor

    async def prepare(self) -> None:
        board, thread = await self.forum.threads.get(self.actor, self.number)
        posts = await self.forum.threads.posts(self.actor, self.number, floor=self.floor, limit=1)
        if not posts or posts[0].floor != self.floor:
            raise NotFound("floor.not_found", floor=self.floor)
        self.title = self.tr("details.title", floor=self.floor)
        self.text = Text(lines=(*self._of_post(posts[0]), (), *self._of_thread(board, thread)))

    def _of_post(self, post: Post) -> list[Line]:
        tr, visit = self.tr, self.visit
        lines = [fact(tr("details.post"), str(post.id)), fact(tr("details.address"), post.route)]
        if post.official is None:
            lines.append(fact(tr("details.author"), tr("details.pen_name", name=post.author)))
        else:
            title = visit.office_title(post.official)
            lines.append(fact(tr("details.author"), tr("details.official", name=post.official.name, title=title)))
            lines.append(fact(tr("details.office"), f"/o/{post.official.office}"))
            lines.append(fact(tr("details.verify"), tr("details.verify_how", post=post.id)))
        lines.append(fact(tr("details.written"), f"{full(post.created_at, visit.zone)}  ({iso(post.created_at)})"))
        if post.edited_at is not None:
            when = full(post.edited_at, visit.zone)
            lines.append(fact(tr("details.edited"), tr("details.edited_how", when=when, revision=post.revision)))
        if post.reply_to is not None:
            lines.append(fact(tr("details.answers"), f"/t/{post.thread}#{post.reply_to}"))
        if post.hidden:
            lines.append(fact(tr("details.state"), tr("floor.hidden_why")))
        return lines

    def _of_thread(self, board: Board, thread: Thread) -> list[Line]:
        tr, visit = self.tr, self.visit
        state = [tr(f"details.{name}") for name in ("pinned", "locked", "kept") if getattr(thread, name)]
        lines = [
            fact(tr("details.thread"), f"{thread.title}  ({thread.route})"),
            fact(tr("details.board"), f"{visit.both(board.zh, board.en)}  ({board.route})"),
            fact(tr("details.posts"), tr.plural("thread.posts", thread.posts)),
            fact(tr("details.last"), f"{full(thread.last_at, visit.zone)}  {thread.last_author}"),
        ]
        if state:
            lines.append(fact(tr("details.state"), ", ".join(state)))
        return lines
