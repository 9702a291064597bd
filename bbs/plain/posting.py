"""Replies, threads and changes of one's own posts, written line by line."""

from __future__ import annotations

from bbs.errors import Conflict, Forbidden, Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import TITLE_LIMIT, Post
from bbs.plain.places import board_meant
from bbs.plain.reading import enter, fresh, one_floor
from bbs.plain.visit import Reading, Visit
from bbs.plain.writing import Piece, span, write
from bbs.text.clean import cut


async def reply(visit: Visit, rest: str) -> None:
    """`reply [FLOOR]`: to the floor heard last, or to another of this thread."""
    await _reply(visit, rest.strip(), [])


async def quote(visit: Visit, rest: str) -> None:
    """`quote 2-4`: a reply to the floor heard last that begins with these of its lines."""
    _, post = visit.floor()
    written = post.body.split("\n")
    first, last = span(rest, len(written))
    quoted = [f"> {line}" for line in written[first - 1 : last]]
    await _reply(visit, str(post.floor), [*quoted, ""])


async def _reply(visit: Visit, floor: str, begin: list[str]) -> None:
    visit.member()
    reading = await fresh(visit)
    access.require(visit.actor, Verb.THREAD_REPLY, place=reading.board)
    _open(reading)
    if floor and not (floor.isascii() and floor.isdecimal() and len(floor) < 10):
        raise Invalid("plain.which_floor")
    if floor and (reading.post is None or int(floor) != reading.post.floor):
        await one_floor(visit, int(floor))
    post, thread = reading.post, reading.thread
    to = post if post is not None and (floor or post.floor > 1) else None
    mark = f"#{to.floor}" if to is not None else ""
    tr = visit.tr
    if to is None:
        heading = tr("plain.reply_heading", thread=thread.id, title=thread.title)
    else:
        author = to.official.name if to.official is not None else to.author
        heading = tr("plain.reply_to_heading", floor=to.floor, author=author, thread=thread.id, title=thread.title)

    async def send(piece: Piece) -> str:
        made = await visit.forum.threads.reply(
            visit.actor,
            thread.id,
            piece.body,
            reply_to=None if to is None else to.floor,
            official=_official(visit, reading.board),
            draft_id=piece.draft_id,
        )
        return await posted(visit, made)

    async def quotable(asked: str) -> list[str]:
        floor, _, lines = asked.strip().rpartition(" ")
        number = int(floor) if floor.isascii() and floor.isdecimal() and len(floor) < 10 else 0
        number = number or (1 if to is None else to.floor)
        posts = await visit.forum.threads.posts(visit.actor, thread.id, floor=number, limit=1)
        if not posts or posts[0].floor != number or posts[0].gone:
            raise NotFound("floor.not_found", floor=number)
        written = posts[0].body.split("\n")
        first, last = span(lines, len(written))
        whose = [] if to is not None and number == to.floor else [f"> #{number} {posts[0].author}:"]
        return [*whose, *(f"> {line}" for line in written[first - 1 : last])]

    route = f"{thread.route}/reply{mark}"
    piece = Piece(route, heading, as_whom(visit, reading.board), reach(visit, reading.board), send, lines=begin)
    piece.quotable = quotable
    await write(visit, piece)


def _open(reading: Reading) -> None:
    if reading.thread.locked:
        raise Conflict("thread.locked", thread=reading.thread.id)
    if reading.board.archived:
        raise Conflict("board.archived", board=reading.board.slug)


async def post(visit: Visit, rest: str) -> None:
    """`post [BOARD]`: a new thread here, or in another board."""
    visit.member()
    board = await board_meant(visit, rest) if rest.strip() else visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    if not access.allowed(visit.actor, Verb.THREAD_START, place=board):
        raise Forbidden("board.officers_start")
    place = board

    async def send(piece: Piece) -> str:
        made = await visit.forum.threads.start(
            visit.actor,
            place,
            piece.title or "",
            piece.body,
            official=_official(visit, place),
            draft_id=piece.draft_id,
            also=None if piece.plan is None else visit.forum.polls.beside(visit.actor, place, piece.plan),
        )
        return await posted(visit, made)

    heading = visit.tr("plain.post_heading", board=visit.board_name(board))
    piece = Piece(f"{board.route}/post", heading, as_whom(visit, board), reach(visit, board), send, title="")
    piece.polls = access.allowed(visit.actor, Verb.POLL_MAKE, place=board)
    piece.templates = await visit.forum.templates.list(visit.actor, board)
    await write(visit, piece)


async def copy(visit: Visit, rest: str) -> None:
    """`copy BOARD`: the floor heard last quoted in a new thread of another board, under words of one's own."""
    visit.member()
    reading, post = visit.floor()
    if not rest.strip():
        raise Invalid("plain.copy_where")
    board = await board_meant(visit, rest)
    access.require(visit.actor, Verb.THREAD_START, place=board)
    found = await visit.forum.crossposts.original(visit.actor, post.id)

    async def send(piece: Piece) -> str:
        title = piece.title or ""
        made = await visit.forum.crossposts.make(
            visit.actor, found.post, board, title, piece.body, draft_id=piece.draft_id
        )
        return await posted(visit, made)

    name = visit.board_name(board)
    heading = visit.tr("crosspost.heading", floor=found.floor, title=found.title, board=name)
    route = f"{reading.thread.route}/copy/{board.slug}#{post.floor}"
    piece = Piece(route, heading, as_whom(visit, board), reach(visit, board), send, title=cut(found.title, TITLE_LIMIT))
    await visit.say("crosspost.hint", floor=found.floor, author=found.author)
    await write(visit, piece)


async def edit(visit: Visit, rest: str) -> None:
    """`edit`: change the floor heard last, if it is one's own; what it said before stays in its history."""
    visit.member()
    reading, found = visit.floor()
    own = await visit.forum.threads.editable(visit.actor, found.id)

    async def send(piece: Piece) -> str:
        made = await visit.forum.threads.edit(visit.actor, own.id, piece.body)
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("post.edited_now", post=made.id)

    heading = visit.tr("plain.edit_heading", floor=own.floor, thread=own.thread, title=reading.thread.title)
    piece = Piece(
        f"{reading.thread.route}/edit#{own.floor}",
        heading,
        as_whom(visit, reading.board),
        reach(visit, reading.board),
        send,
        lines=own.body.split("\n"),
        revising=True,
    )
    await write(visit, piece)


async def withdraw(visit: Visit, rest: str) -> None:
    """`withdraw`, `withdraw undo`: take back the floor heard last, if it is one's own."""
    visit.member()
    reading, found = visit.floor()
    if rest.strip().casefold() in ("undo", "撤销"):
        await visit.forum.own.put_back(visit.actor, found.id)
        await visit.say("post.put_back_now", post=found.id)
        return
    await visit.forum.threads.editable(visit.actor, found.id)
    if await visit.paper.yes(visit.tr("plain.withdraw_ask", floor=found.floor, title=reading.thread.title)):
        await visit.forum.own.withdraw(visit.actor, found.id)
        await visit.say("post.withdrawn_now", post=found.id)


async def retitle(visit: Visit, rest: str) -> None:
    """`retitle NEW TITLE`: give one's own thread another title."""
    visit.member()
    number = visit.reading().thread.id
    title = await visit.forum.own.retitle(visit.actor, number, rest)
    await visit.say("thread.retitled_now", thread=number, title=title)


def _official(visit: Visit, board: Board) -> bool:
    return access.allowed(visit.actor, Verb.POST_OFFICIAL, place=board)


def as_whom(visit: Visit, board: Board | None) -> str:
    """Under which name something will stand, in words."""
    actor, tr = visit.actor, visit.tr
    if board is not None and access.allowed(actor, Verb.POST_OFFICIAL, place=board):
        held = actor.appointment_for(board.offices)
        if held is not None:
            title = visit.named(held.title_zh, held.title_en)
            return tr("plain.as_officer", name=held.real_name, title=title)
    return tr("plain.as_pen_name", name=actor.name)


def reach(visit: Visit, board: Board) -> str:
    """Who will be able to read it, in words."""
    return visit.tr("plain.to_whom", reach=visit.tr(f"compose.reach_{board.read}", board=visit.board_name(board)))


async def posted(visit: Visit, made: Post) -> str:
    """Be at what was just posted; one's own words need not be heard again."""
    reading = visit.here.reading
    if reading is None or reading.thread.id != made.thread:
        await enter(visit, made.thread, made.floor)
    else:
        reading.post = made
        if reading.upto == made.floor - 1:
            reading.upto = made.floor
    return visit.tr("plain.posted", floor=made.floor, thread=made.thread, route=made.route)
