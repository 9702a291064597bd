"""Copying a post into another board: the composer for it, and the line above a copy that says where it comes from."""

from __future__ import annotations

from bbs.errors import NotFound
from bbs.forum import access
from bbs.forum.posts.posts import TITLE_LIMIT, Post, Thread
from bbs.forum.writing.crossposts import WORDS_LIMIT, composed
from bbs.terminal.editor import Field
from bbs.text.clean import clean_text, cut
from bbs.text.spans import Line, Span
from screens.visit import Screen, Visit
from screens.writing.composer import Composer


class CopyPost(Composer):
    """`/t/ID/copy/BOARD#FLOOR`: a new thread in a board that quotes a floor; what is typed stands above it."""

    send_label = "compose.send_copy"

    def __init__(self, visit: Visit, thread: int, floor: int, slug: str) -> None:
        super().__init__(visit)
        self.number = thread
        self.floor = floor
        self.slug = slug
        self.route = f"/t/{thread}/copy/{slug}#{floor}"

    async def prepare(self) -> str:
        """Find the floor and the board; raises NotFound, Forbidden, Conflict."""
        posts = await self.forum.threads.posts(self.actor, self.number, floor=self.floor, limit=1)
        if not posts or posts[0].floor != self.floor:
            raise NotFound("floor.not_found", floor=self.floor)
        self.original = await self.forum.crossposts.original(self.actor, posts[0].id)
        self.board = await self.forum.boards.get(self.actor, self.slug)
        access.require(self.actor, access.Verb.THREAD_START, place=self.board)
        tr, found = self.tr, self.original
        name = self.visit.named(self.board.zh, self.board.en)
        self.title = tr("crosspost.title", board=name)
        self.heading = tr("crosspost.heading", floor=found.floor, title=found.title, board=name)
        self.where = name
        self.title_field = Field(cut(found.title, TITLE_LIMIT), limit=TITLE_LIMIT, ambiguous=self.stage.ambiguous)
        return ""

    def hint(self) -> str:
        """What becomes of what is typed."""
        return self.tr("crosspost.hint", floor=self.floor, author=self.original.author)

    def whole(self) -> str:
        """The words typed, and below them the quotation."""
        return composed(self.original, clean_text(self.body.text, WORDS_LIMIT))

    async def send(self) -> Post:
        """Make the copy."""
        written, _ = self._look()
        return await self.forum.crossposts.make(
            self.actor, self.original.post, self.board, written.title, written.body, draft_id=self.draft_id
        )


async def origin(screen: Screen, thread: Thread) -> Line:
    """What stands above the first floor of a copy; nothing above any other thread's."""
    if thread.copy_of is None:
        return ()
    found = await screen.forum.crossposts.source(screen.actor, thread.id)
    tr = screen.tr
    if found is None:
        return (Span(tr("copy.from_gone"), "hint"),)
    return (Span(tr("copy.from", route=found.route, author=found.author, title=found.title), "hint"),)
