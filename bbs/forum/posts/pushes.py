"""Push comments: agreeing, disagreeing or noting something under a post, once a person, changed or taken back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from bbs.errors import Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.boards.boards import Boards
from bbs.forum.boards.places import Board
from bbs.forum.posts import numbered
from bbs.forum.posts.numbered import Numbered
from bbs.forum.posts.posts import Push, Stance
from bbs.forum.posts.pushrows import PUSH_COLUMNS, push_of
from bbs.forum.writing.editing import count_change
from bbs.forum.writing.imitation import imitates
from bbs.store.database import Database, Tx
from bbs.store.paging import Page
from bbs.store.tables import post, push, thread
from bbs.text.clean import clean_line
from bbs.text.when import Clock
from bbs.text.width import width

WORDS_CELLS: Final = 60
"""Cells of the words of a push comment."""
WORDS_LIMIT: Final = 160
"""Characters of them: combining marks take no cells."""
GAP: Final = 2.0
"""Seconds between two push comments of one person."""
_RAW: Final = 1_000  # characters looked at before cleaning
_PEOPLE: Final = 10_000  # accounts whose last push comment is remembered

__all__ = ["WORDS_CELLS", "Push", "Pushes", "Stance"]


class Pushes:
    """The rules of push comments."""

    def __init__(self, db: Database, clock: Clock, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._boards = boards
        self._lately: OrderedDict[int, float] = OrderedDict()

    async def push(self, actor: Actor, number: int, stance: Stance, words: str = "") -> Push:
        """Say it under a post, in place of what one said there before.

        Raises NotFound(`post.not_found`), Forbidden, Conflict(`thread.locked`, `post.is_hidden`, `post.is_withdrawn`,
        `push.own`), Invalid(`push.empty`, `push.long`, `push.imitates`), TryLater(`push.too_fast`, seconds).
        """
        said = _checked(stance, words)
        boards, at = await self._boards.readable(actor), self._clock.now()
        account = _account(actor)
        self._in_time(account)

        def unit(tx: Tx) -> Push:
            place, under = _open(tx, actor, number, boards)
            if under.author_id == account and stance is not Stance.NOTE:
                raise Conflict("push.own")
            old = _mine(tx, number, account)
            keys = {"p": number, "a": account, "stance_": stance.value, "words_": said, "at": at}
            if old is None:
                row = tx.connection.execute(_SAY, keys | {"author_": actor.name}).one()
            else:
                row = tx.connection.execute(_CHANGE, keys).one()
            _count(tx, under, old.stance if old else None, stance)
            if said and (old is None or old.words != said):
                count_change(tx, actor, under.thread_id)  # words are something to read, a number is not
            _tell(tx, place, under, actor, stance.value)
            return push_of(row)

        made = await self._db.write(unit)
        self._remember(account)
        return made

    async def remove(self, actor: Actor, number: int) -> bool:
        """Take back what one said under a post; False when there is nothing. Raises as `push`."""
        boards = await self._boards.readable(actor)
        account = _account(actor)

        def unit(tx: Tx) -> bool:
            place, under = _open(tx, actor, number, boards)
            old = _mine(tx, number, account)
            if old is None:
                return False
            tx.connection.execute(_TAKE_BACK, {"p": number, "a": account})
            _count(tx, under, old.stance, None)
            _tell(tx, place, under, actor, "")
            return True

        return await self._db.write(unit)

    async def mine(self, actor: Actor, number: int) -> Push | None:
        """What one said under a post."""
        account = actor.account_id
        return None if account is None else await self._db.read(lambda tx: _mine(tx, number, account))

    async def list(
        self, actor: Actor, number: int, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[Push]:
        """All that was said under a post, newest first; raises NotFound(`post.not_found`), Invalid(`cursor.bad`).

        Nothing is shown under a post that the actor may not see."""
        boards = await self._boards.readable(actor)
        at = numbered.place(before if after is None else after)

        def unit(tx: Tx) -> Page[Push]:
            under = _under(tx, number)
            if under is None or under.board_id not in boards:
                raise NotFound("post.not_found", post=number)
            gone = under.hidden_at is not None or under.withdrawn_at is not None or under.thread_hidden_at is not None
            if gone and not access.allowed(actor, Verb.POST_HIDDEN, place=boards[under.board_id]):
                raise NotFound("post.not_found", post=number)
            rows = _OF_POST.rows(tx, at, limit, {"p": number})
            return numbered.page(rows, at, limit, lambda row: int(row.id), push_of)

        return await self._db.read(unit)

    def _in_time(self, account: int) -> None:
        wait = self._lately.get(account, float("-inf")) + GAP - self._clock.monotonic()
        if wait > 0:
            raise TryLater("push.too_fast", seconds=ceil(wait))

    def _remember(self, account: int) -> None:
        self._lately[account] = self._clock.monotonic()
        self._lately.move_to_end(account)
        if len(self._lately) > _PEOPLE:
            self._lately.popitem(last=False)


def _checked(stance: Stance, words: str) -> str:
    """The words as one clean line; a note without words says nothing."""
    if len(words) > _RAW:
        raise Invalid("push.long", most=WORDS_CELLS)
    said = clean_line(words)
    if stance is Stance.NOTE and not said:
        raise Invalid("push.empty")
    if len(said) > WORDS_LIMIT or width(said, 2) > WORDS_CELLS:
        raise Invalid("push.long", most=WORDS_CELLS)
    if imitates(said):
        raise Invalid("push.imitates")
    return said


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise Forbidden("access.denied", verb=Verb.POST_PUSH.value)
    return actor.account_id


def _under(tx: Tx, number: int) -> Any:
    return tx.connection.execute(_FOUND, {"p": number}).first()


def _open(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board]) -> tuple[Board, Any]:
    """The post and its board, if something may be said under it now.

    Its row is held on PostgreSQL, so that two who speak at once are both counted."""
    query = _FOUND if tx.dialect == "sqlite" else _FOUND.with_for_update(of=post)
    under = tx.connection.execute(query, {"p": number}).first()
    if under is None or under.board_id not in boards or under.thread_hidden_at is not None:
        raise NotFound("post.not_found", post=number)
    place = boards[under.board_id]
    access.require(actor, Verb.POST_PUSH, place=place)
    if under.moved_to is not None:
        raise Conflict("post.is_moved", post=number, route=under.moved_to)
    if under.hidden_at is not None:
        raise Conflict("post.is_hidden", post=number)
    if under.withdrawn_at is not None:
        raise Conflict("post.is_withdrawn", post=number)
    if under.locked:
        raise Conflict("thread.locked", thread=under.thread_id)
    return place, under


def _mine(tx: Tx, number: int, account: int) -> Push | None:
    row = tx.connection.execute(_MINE, {"p": number, "a": account}).first()
    return None if row is None else push_of(row)


def _count(tx: Tx, under: Any, old: Stance | None, new: Stance | None) -> None:
    """Keep the numbers on the post, and on the thread for its first floor."""
    agrees = (new is Stance.AGREE) - (old is Stance.AGREE)
    disagrees = (new is Stance.DISAGREE) - (old is Stance.DISAGREE)
    if not agrees and not disagrees:
        return
    tx.connection.execute(_COUNT, {"p": under.id, "more": agrees, "less": disagrees})
    if under.floor == 1:
        tx.connection.execute(_VOTES, {"t": under.thread_id, "more": agrees - disagrees})


def _tell(tx: Tx, place: Board, under: Any, actor: Actor, stance: str) -> None:
    tx.emit(
        "push.new" if stance else "push.gone",
        board=place.slug,
        thread=under.thread_id,
        floor=under.floor,
        post=under.id,
        author=actor.name,
        stance=stance,
    )


_FOUND: Final = (
    select(
        post.c.id,
        post.c.thread_id,
        post.c.floor,
        post.c.author_id,
        post.c.hidden_at,
        post.c.withdrawn_at,
        post.c.moved_to,
        thread.c.board_id,
        thread.c.locked,
        thread.c.hidden_at.label("thread_hidden_at"),
    )
    .join(thread, thread.c.id == post.c.thread_id)
    .where(post.c.id == bindparam("p"))
)
_MINE: Final = select(*PUSH_COLUMNS).where(push.c.post_id == bindparam("p"), push.c.account_id == bindparam("a"))
_OF_POST: Final = Numbered(select(*PUSH_COLUMNS).where(push.c.post_id == bindparam("p")), push.c.id)
_SAY: Final = (
    insert(push)
    .values(
        post_id=bindparam("p"),
        account_id=bindparam("a"),
        author=bindparam("author_"),
        stance=bindparam("stance_"),
        words=bindparam("words_"),
        created_at=bindparam("at"),
    )
    .returning(*PUSH_COLUMNS)
)
_CHANGE: Final = (
    update(push)
    .where(push.c.post_id == bindparam("p"), push.c.account_id == bindparam("a"))
    .values(stance=bindparam("stance_"), words=bindparam("words_"), changed_at=bindparam("at"))
    .returning(*PUSH_COLUMNS)
)
_TAKE_BACK: Final = delete(push).where(push.c.post_id == bindparam("p"), push.c.account_id == bindparam("a"))
_COUNT: Final = (
    update(post)
    .where(post.c.id == bindparam("p"))
    .values(agrees=post.c.agrees + bindparam("more"), disagrees=post.c.disagrees + bindparam("less"))
)
_VOTES: Final = update(thread).where(thread.c.id == bindparam("t")).values(votes=thread.c.votes + bindparam("more"))
