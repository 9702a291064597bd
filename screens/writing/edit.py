"""Changing one's own post: the composer with the text as it is; what it said before stays in its history."""

from __future__ import annotations

from bbs.errors import NotFound
from bbs.forum.posts.posts import Post
from screens.visit import Visit
from screens.writing.composer import Composer


class EditPost(Composer):
    """A floor of a thread, to be changed by who wrote it."""

    said = "edit.done"

    def __init__(self, visit: Visit, thread: int, floor: int) -> None:
        super().__init__(visit)
        self.number = thread
        self.floor = floor
        self.route = f"/t/{thread}/edit#{floor}"

    async def prepare(self) -> str:
        self.board, thread = await self.forum.threads.get(self.actor, self.number)
        posts = await self.forum.threads.posts(self.actor, self.number, floor=self.floor, limit=1)
        if not posts or posts[0].floor != self.floor:
            raise NotFound("floor.not_found", floor=self.floor)
        post = await self.forum.threads.editable(self.actor, posts[0].id)
        self.post = post
        self.title = self.where = thread.title
        self.heading = self.tr("edit.heading", floor=self.floor, title=thread.title)
        return post.body

    async def send(self) -> Post:
        made = await self.forum.threads.edit(self.actor, self.post.id, self.body.text)
        await self.forum.drafts.drop(self.actor, self.draft_id)
        return made

    async def arrived(self, post: Post) -> None:
        """Back where it was changed from; if that does not show it, into the thread."""
        await self.stage.pop()
        if self.visit.posted is not None:
            await self.stage.push(self.visit.view_at(post.route))
