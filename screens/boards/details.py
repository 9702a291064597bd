"""What is known of a post: its number and address, who wrote it and when, and how to check what is official."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.errors import NotFound
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Post, Thread
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line
from bbs.text.when import full, iso
from screens.parts.leaf import LeafScreen, Text, fact
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
        self.writer = posts[0].author
        self.post = posts[0]
        titles = await self.forum.history.titles(self.actor, self.number)
        old = [
            fact(self.tr("details.retitled"), f"{self.visit.moment(each.at)}  {each.by}: {each.old}") for each in titles
        ]
        for move in await self.forum.moving.moves(self.actor, self.number):
            words = self.tr("details.moved_how", by=move.by, old=move.old, new=move.new, reason=move.reason)
            old.append(fact(self.tr("details.moved"), f"{self.visit.moment(move.at)}  {words}"))
        proof, copies = await self._proof(posts[0]), await self._copies(thread, posts[0])
        of_post = (*self._of_post(posts[0]), *proof, *copies)
        self.text = Text(lines=(*of_post, (), *self._of_thread(board, thread), *old))

    def act(self, action: str, data: str) -> Answer:
        """Enter leads to what the post said before, or else to the card of its author."""
        if action == "enter" and self.post.edited_at is not None:
            return self.stage.go(f"/t/{self.number}/history#{self.floor}")
        if action == "enter" and not self.actor.is_guest:
            return self.stage.go(f"/u/{self.writer}")
        return super().act(action, data)

    def hints(self) -> Sequence[Hint]:
        hints = super().hints()
        if self.post.edited_at is not None:
            return (Hint("enter", "hint.history"), *hints)
        return hints if self.actor.is_guest else (Hint("enter", "hint.card"), *hints)

    def _of_post(self, post: Post) -> list[Line]:
        tr, visit = self.tr, self.visit
        lines = [fact(tr("details.post"), str(post.id)), fact(tr("details.address"), post.route)]
        if post.official is None:
            lines.append(fact(tr("details.author"), tr("details.pen_name", name=post.author)))
        else:
            title = visit.office_title(post.official)
            lines.append(fact(tr("details.author"), tr("details.official", name=post.official.name, title=title)))
            lines.append(fact(tr("details.office"), f"/o/{post.official.office}"))
        lines.append(fact(tr("details.written"), f"{full(post.created_at, visit.zone)}  ({iso(post.created_at)})"))
        if post.edited_at is not None:
            when = full(post.edited_at, visit.zone)
            lines.append(fact(tr("details.edited"), tr("details.edited_how", when=when, revision=post.revision)))
        if post.reply_to is not None:
            lines.append(fact(tr("details.answers"), f"/t/{post.thread}#{post.reply_to}"))
        if post.edited_at is not None and not post.gone:
            lines.append(fact(tr("details.history"), tr("details.history_how", revisions=post.revision)))
        if post.agrees or post.disagrees:
            counts = tr("pushes.counts", agrees=post.agrees, disagrees=post.disagrees)
            lines.append(fact(tr("details.pushes"), counts))
        if post.helpful:
            lines.append(fact(tr("details.helpful"), tr("details.helpful_how")))
        if post.moved_from:
            lines.append(fact(tr("details.stood"), post.moved_from))
        if post.moved_to:
            lines.append(fact(tr("details.state"), tr("floor.moved_to", route=post.moved_to)))
        elif post.hidden:
            lines.append(fact(tr("details.state"), tr("floor.hidden_why")))
            if post.hidden_reason:
                lines.append(fact(tr("details.reason"), post.hidden_reason))
        elif post.withdrawn:
            lines.append(fact(tr("details.state"), tr("floor.withdrawn_why")))
        return lines

    async def _proof(self, post: Post) -> list[Line]:
        """Who signed an official post, with which key, and whether that holds."""
        tr = self.tr
        if post.official is None or (post.gone and not post.body) or not self.forum.proofs.signs:
            return []
        proof = await self.forum.proofs.verify(self.actor, post.id)
        lines = [fact(tr("details.signed_forum"), tr(proof.forum.reason))]
        if proof.forum.fingerprint:
            lines.append(fact("", proof.forum.fingerprint))
        if proof.own is None:
            lines.append(fact(tr("details.signed_own"), tr("details.not_own")))
        else:
            lines.append(fact(tr("details.signed_own"), tr(proof.own.reason)))
            lines.append(fact("", proof.own.fingerprint))
        recorded = tr("proof.recorded", seq=proof.recorded.seq) if proof.recorded.ok else tr(proof.recorded.reason)
        lines.append(fact(tr("details.register"), recorded))
        lines.append(fact(tr("details.verify"), tr("details.verify_how", post=post.id)))
        return lines

    async def _copies(self, thread: Thread, post: Post) -> list[Line]:
        """Where it was copied to and from, as far as the reader may read there."""
        tr, visit = self.tr, self.visit
        lines = []
        if thread.copy_of is not None and post.floor == 1:
            found = await self.forum.crossposts.source(self.actor, thread.id)
            where = tr("copy.gone") if found is None else f"{found.route}  {found.author}: {found.title}"
            lines.append(fact(tr("details.copy_of"), where))
        boards = {one.slug: one for one in (await self.forum.boards.readable(self.actor)).values()}
        for copy in await self.forum.crossposts.copies(self.actor, post.id):
            name = visit.named(boards[copy.board].zh, boards[copy.board].en)
            lines.append(fact(tr("details.copied"), f"{copy.route}  {visit.moment(copy.at)}  {name}, {copy.by}"))
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

    writer = ""

    def author(self) -> str:
        """Who wrote it."""
        return self.writer
