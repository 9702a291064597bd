"""What can be done with a post or its thread from wherever it is shown: push, edit, copy, withdraw, hide, lock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import TITLE_LIMIT, Post, Stance, Thread
from bbs.forum.posts.pushes import WORDS_CELLS
from bbs.forum.writing.moderation import REASON_LIMIT
from bbs.terminal.view import Choice
from screens.boards.threadacts import ThreadActs
from screens.parts.asking import ask_board
from screens.visit import Screen

POST_ACTS: Final = frozenset({"push", "edit", "retitle", "delete", "crosspost"})
"""The actions answered here."""

_STANCES: Final = {"a": Stance.AGREE, "d": Stance.DISAGREE, "n": Stance.NOTE}


def is_own(actor: Actor, author: str, office: str | None) -> bool:
    """Whether something stands under the actor's own name; the rules check it by account before anything is done."""
    if office is None:
        return author == actor.name
    return any(held.office == office and held.real_name == author for held in actor.appointments)


class PostActs:
    """The acts on behalf of one screen; `after()` shows what became of the post."""

    def __init__(self, screen: Screen, after: Callable[[], Awaitable[None]]) -> None:
        self._screen = screen
        self._after = after

    async def act(self, action: str, board: Board, thread: Thread, post: Post) -> None:
        """Do one of POST_ACTS with a post; raises BbsError."""
        if action == "push":
            await self._push(board, thread, post)
        elif self._screen.actor.is_guest:
            self._say("guest.join")
        elif action == "edit":
            await self._edit(post)
        elif action == "retitle":
            await self._retitle(board, thread)
        elif action == "crosspost":
            await self._crosspost(board, post)
        else:
            await self._delete(board, thread, post)

    # Saying something small

    async def _push(self, board: Board, thread: Thread, post: Post) -> None:
        screen = self._screen
        tr, actor = screen.tr, screen.actor
        if actor.is_guest:
            await screen.stage.go(f"/t/{post.thread}/pushes#{post.floor}")
            return
        may = access.allowed(actor, Verb.POST_PUSH, place=board) and not post.gone and not thread.locked
        mine = await screen.forum.pushes.mine(actor, post.id) if may else None
        own = is_own(actor, post.author, post.official.office if post.official else None)
        choices: list[Choice] = []
        if may and not own:
            choices += [Choice("a", tr("push.agree")), Choice("d", tr("push.disagree"))]
        if may:
            choices.append(Choice("n", tr("push.note")))
        if mine is not None:
            choices.append(Choice("r", tr("push.take_back")))
        if post.floor > 1 and not post.gone and is_own(actor, thread.author, thread.official_office):
            choices.append(Choice("h", tr("push.not_helpful" if post.helpful else "push.helpful")))
        choices.append(Choice("l", tr("push.list")))
        name = actor.name
        said = f"push.ask_{mine.stance}" if mine is not None else "push.ask_own" if may and own else "push.ask"
        chosen = await screen.stage.choose(tr(said, floor=post.floor, name=name), choices)
        if chosen in _STANCES:
            await self._say_it(post, _STANCES[chosen], "" if mine is None else mine.words)
        elif chosen == "r":
            await screen.forum.pushes.remove(actor, post.id)
            await self._done("push.taken_back")
        elif chosen == "h":
            await screen.forum.own.helpful(actor, thread.id, None if post.helpful else post.floor)
            await self._done("push.unmarked" if post.helpful else "push.marked", floor=post.floor)
        elif chosen == "l":
            await screen.stage.go(f"/t/{post.thread}/pushes#{post.floor}")

    async def _say_it(self, post: Post, stance: Stance, before: str) -> None:
        screen = self._screen
        asked = screen.tr(f"push.words_{stance}", most=WORDS_CELLS)
        words = await screen.stage.ask(asked, before, limit=WORDS_CELLS)
        if words is None:
            return
        await screen.forum.pushes.push(screen.actor, post.id, stance, words)
        await self._done("push.said", floor=post.floor)

    # One's own

    async def _edit(self, post: Post) -> None:
        if not is_own(self._screen.actor, post.author, post.official.office if post.official else None):
            self._say("edit.not_yours")
            return
        await self._screen.stage.go(f"/t/{post.thread}/edit#{post.floor}")

    async def _retitle(self, board: Board, thread: Thread) -> None:
        screen = self._screen
        own = is_own(screen.actor, thread.author, thread.official_office)
        if not own and not access.allowed(screen.actor, Verb.THREAD_RETITLE, place=board):
            self._say("retitle.not_yours")
            return
        title = await screen.stage.ask(screen.tr("retitle.ask"), thread.title, limit=TITLE_LIMIT)
        if title is None or title.strip() == thread.title:
            return
        await screen.forum.own.retitle(screen.actor, thread.id, title)
        await self._done("retitle.done")

    async def _crosspost(self, board: Board, post: Post) -> None:
        screen = self._screen
        if post.gone:
            self._say("crosspost.gone")
            return
        to = await ask_board(screen, screen.tr("crosspost.ask", floor=post.floor), Verb.THREAD_START, but=board.slug)
        if to is not None:
            await screen.stage.go(f"/t/{post.thread}/copy/{to.slug}#{post.floor}")

    # Taking away

    async def _delete(self, board: Board, thread: Thread, post: Post) -> None:
        screen = self._screen
        tr = screen.tr
        choices = self._ways(board, thread, post)
        if not choices:
            self._say("delete.not_yours")
            return
        chosen = await screen.stage.choose(tr("delete.ask", floor=post.floor), choices)
        if chosen == "w":
            if await screen.stage.confirm(tr("delete.sure", floor=post.floor)):
                await screen.forum.own.withdraw(screen.actor, post.id)
                await self._done("delete.withdrawn", floor=post.floor)
        elif chosen == "b":
            await screen.forum.own.put_back(screen.actor, post.id)
            await self._done("delete.put_back", floor=post.floor)
        elif chosen == "h":
            await self._hide(post)
        elif chosen == "s":
            await screen.forum.moderation.restore(screen.actor, post.id)
            await self._done("delete.restored", floor=post.floor)
        elif chosen == "l":
            await screen.forum.threads.lock(screen.actor, thread.id, not thread.locked)
            await self._done("delete.unlocked" if thread.locked else "delete.locked")
        elif chosen is not None and chosen in "mxgj":
            await self._with_thread(chosen, board, thread, post)
        elif chosen == "p":
            await screen.forum.threads.pin(screen.actor, thread.id, not thread.pinned)
            await self._done("delete.unpinned" if thread.pinned else "delete.pinned")

    def _ways(self, board: Board, thread: Thread, post: Post) -> list[Choice]:
        tr, actor = self._screen.tr, self._screen.actor
        choices: list[Choice] = []
        if is_own(actor, post.author, post.official.office if post.official else None) and not post.hidden:
            choices.append(Choice("b", tr("delete.b")) if post.withdrawn else Choice("w", tr("delete.w")))
        if access.allowed(actor, Verb.POST_HIDE, place=board) and not post.moved_to:
            choices.append(Choice("s", tr("delete.s")) if post.hidden else Choice("h", tr("delete.h")))
        if access.allowed(actor, Verb.THREAD_LOCK, place=board):
            choices.append(Choice("l", tr("delete.unlock" if thread.locked else "delete.lock")))
        if access.allowed(actor, Verb.THREAD_PIN, place=board):
            choices.append(Choice("p", tr("delete.unpin" if thread.pinned else "delete.pin")))
        if access.allowed(actor, Verb.THREAD_MOVE, place=board):
            choices.append(Choice("m", tr("delete.move")))
        if access.allowed(actor, Verb.THREAD_SPLIT, place=board):
            if post.floor > 1 and not post.gone and post.official is None:
                choices.append(Choice("x", tr("delete.split")))
            if post.moved_to:
                choices.append(Choice("j", tr("delete.rejoin")))
        if access.allowed(actor, Verb.THREAD_MERGE, place=board):
            choices.append(Choice("g", tr("delete.merge")))
        return choices

    async def _with_thread(self, chosen: str, board: Board, thread: Thread, post: Post) -> None:
        acts = ThreadActs(self._screen)
        if chosen == "m":
            said = await acts.move(board, thread)
        elif chosen == "x":
            said = await acts.split(thread, post)
        elif chosen == "g":
            said = await acts.merge(thread)
        else:
            said = await acts.rejoin(post)
        if said:
            await self._say_done(said)

    async def _hide(self, post: Post) -> None:
        screen = self._screen
        reason = await screen.stage.ask(screen.tr("delete.reason", floor=post.floor), limit=REASON_LIMIT)
        if reason is None:
            return
        await screen.forum.moderation.hide(screen.actor, post.id, reason)
        await self._done("delete.hidden", floor=post.floor)

    # Answers

    def _say(self, said: str) -> None:
        self._screen.stage.say(self._screen.tr(said), "message.warn")

    async def _done(self, said: str, **facts: object) -> None:
        await self._say_done(self._screen.tr(said, **facts))

    async def _say_done(self, words: str) -> None:
        self._screen.visit.changes += 1
        await self._after()
        self._screen.stage.say(words, "message.good")
