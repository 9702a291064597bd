"""Reading a thread floor by floor, and walking on through all that is unread."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.forum.posts.posts import Post, ReadState
from bbs.forum.reading.unread import UNREAD_MOST
from bbs.plain.phrases import floor_lines, own_lines, states_of
from bbs.plain.visit import Reading, Visit

WINDOW: Final = 20
"""Floors fetched at once."""
FLOORS_MOST: Final = 60
"""Floors said in one go; `next` goes on."""


async def thread(visit: Visit, number: int, floor: int | None = None) -> None:
    """`/t/N#F`: says what thread it is, then its floors from the first that was not read."""
    board, found = await visit.forum.threads.get(visit.actor, number)
    reading = Reading(board, found)
    visit.arrive(found.route, found.title, reading=reading, board=board)
    await visit.paper.say(thread_head(visit, reading))
    if floor is not None:
        await one_floor(visit, floor)
        return
    first = 1
    if found.state is ReadState.UNREAD and found.read_floor:
        first = min(found.read_floor + 1, found.last_floor)
        await visit.paper.say(visit.tr.plural("plain.begins_at", first - 1, floor=first))
    await floors(visit, first)


async def enter(visit: Visit, number: int, floor: int | None = None, *, must: bool = False) -> None:
    """Be in a thread, at a floor of it, without a word: it is said elsewhere what this is about.

    With `must` a floor that is not there raises NotFound(`floor.not_found`)."""
    board, found = await visit.forum.threads.get(visit.actor, number)
    reading = Reading(board, found)
    if floor is not None:
        posts = await visit.forum.threads.posts(visit.actor, number, floor=floor, limit=1)
        reading.post = posts[0] if posts and posts[0].floor == floor else None
        reading.upto = floor if reading.post is not None else 0
        if must and reading.post is None:
            raise NotFound("floor.not_found", floor=floor)
    before = visit.here
    visit.arrive(found.route, found.title, reading=reading, board=board)
    visit.left(before)


def thread_head(visit: Visit, reading: Reading) -> str:
    """What thread it is: number, board, how long, its marks, its title."""
    tr, found = visit.tr, reading.thread
    parts = [
        tr("plain.thread", thread=found.id),
        visit.board_name(reading.board),
        tr.plural("plain.floors", found.posts),
        *states_of(visit, found),
    ]
    if found.case and tr.has(f"case.state.{found.case}"):
        parts.append(tr("plain.case", state=tr(f"case.state.{found.case}")))
    return tr("plain.titled", head=visit.joined(parts), title=found.title)


async def floors(visit: Visit, first: int) -> None:
    """Say the floors from `first` on; what was said is read."""
    reading = visit.reading()
    blocked = await visit.forum.blocks.names(visit.actor)
    said = 0
    while said < FLOORS_MOST:
        limit = min(WINDOW, FLOORS_MOST - said)
        posts = await visit.forum.threads.posts(visit.actor, reading.thread.id, floor=first, limit=limit)
        for post in posts:
            await say_floor(visit, reading, post, hush=post.author in blocked and post.official is None)
        said += len(posts)
        if len(posts) < limit:
            break
        first = posts[-1].floor + 1
    if reading.upto < reading.thread.last_floor:
        await visit.say("plain.floors_left", floor=reading.upto + 1, last=reading.thread.last_floor)
    else:
        await visit.say("plain.thread_ends", thread=reading.thread.id)


async def say_floor(visit: Visit, reading: Reading, post: Post, *, hush: bool = False) -> None:
    """Say one floor; it is where the words of a thread act from then on."""
    reading.post = post
    last = max(reading.thread.last_floor, post.floor)
    if hush:
        await visit.say("plain.blocked_floor", floor=post.floor, author=post.author)
    else:
        await visit.paper.say_all(await floor_lines(visit, post, last))
    reading.upto = max(reading.upto, post.floor)
    await _seen(visit, reading, post.floor)


async def _seen(visit: Visit, reading: Reading, floor: int) -> None:
    """Keep how far the thread was read, and that what told of it was seen."""
    if visit.actor.is_guest:
        return
    number = reading.thread.id
    await visit.forum.reading.read(visit.actor, number, floor, change=reading.thread.change)
    here = f"/t/{number}#"
    waiting = await visit.forum.inbox.waiting(visit.actor)
    heard = [route for route in waiting if route.startswith(here) and int(route.removeprefix(here)) <= floor]
    await visit.forum.inbox.seen(visit.actor, heard)


async def one_floor(visit: Visit, floor: int) -> None:
    """Say one floor of the thread; NotFound(`floor.not_found`)."""
    reading = visit.reading()
    posts = await visit.forum.threads.posts(visit.actor, reading.thread.id, floor=floor, limit=1)
    if not posts or posts[0].floor != floor:
        raise NotFound("floor.not_found", floor=floor)
    await say_floor(visit, reading, posts[0])
    reading.upto = floor


async def fresh(visit: Visit) -> Reading:
    """The thread that is being read, as it is now."""
    reading = visit.reading()
    reading.board, reading.thread = await visit.forum.threads.get(visit.actor, reading.thread.id)
    if reading.post is not None:
        reading.post = await visit.forum.threads.post(visit.actor, reading.post.id)
    return reading


async def onward(visit: Visit, rest: str) -> None:
    """`next`: the floors that are left, then the next unread thread."""
    if visit.here.reading is not None:
        reading = await fresh(visit)
        if reading.upto < reading.thread.last_floor:
            await floors(visit, reading.upto + 1)
            return
    await skip(visit, rest)


async def skip(visit: Visit, rest: str) -> None:
    """`skip`: the next unread thread, whatever is left of this one."""
    visit.member()
    here = visit.here.reading.thread if visit.here.reading is not None else None
    if here is not None:
        visit.passed.add(here.id)
    found = await visit.forum.unread.after(visit.actor, here, visit.passed)
    if found is None or len(visit.passed) > UNREAD_MOST:
        visit.passed.clear()
        found = await visit.forum.unread.after(visit.actor, here)
    if found is None:
        await visit.say("plain.nothing_unread")
        return
    await visit.go(found.route)


async def previous(visit: Visit, rest: str) -> None:
    """`previous`: the floor before the one heard last."""
    reading, post = visit.floor()
    found = await visit.forum.threads.posts(visit.actor, reading.thread.id, floor=post.floor, limit=1, up=True)
    if not found:
        raise Invalid("plain.first_floor")
    await one_floor(visit, found[-1].floor)


async def last(visit: Visit, rest: str) -> None:
    """`last`: the newest floor of the thread."""
    await one_floor(visit, (await fresh(visit)).thread.last_floor)


async def older(visit: Visit, rest: str) -> None:
    """`older`: the next thread of the board, the one with older news."""
    await _neighbour(visit, 1)


async def newer(visit: Visit, rest: str) -> None:
    """`newer`: the thread before this one in the board."""
    await _neighbour(visit, -1)


async def _neighbour(visit: Visit, direction: int) -> None:
    found = await visit.forum.threads.neighbour(visit.actor, visit.reading().thread.id, direction=direction)
    if found is None:
        raise NotFound("plain.no_neighbour")
    await visit.go(found.route)


async def again(visit: Visit, rest: str) -> None:
    """`again`: what was heard last, once more."""
    if visit.here.reading is not None and visit.here.reading.post is not None:
        await one_floor(visit, visit.here.reading.post.floor)
    else:
        await visit.open(visit, visit.here.route)


async def lines(visit: Visit, rest: str) -> None:
    """`lines`: the floor heard last as it was typed, each line with its number, to be quoted."""
    _, post = visit.floor()
    await visit.say("plain.lines_of", floor=post.floor, author=post.author)
    await visit.paper.say_all(own_lines(visit, post.body))


async def where(visit: Visit, rest: str) -> None:
    """`where`: the place, its address, and what may be done here."""
    here = visit.here
    if here.reading is not None:
        reading = await fresh(visit)
        floor = reading.post.floor if reading.post is not None else 0
        await visit.paper.say(thread_head(visit, reading))
        route = f"{here.route}#{floor}" if floor else here.route
        await visit.say("plain.where_floor", floor=floor, last=reading.thread.last_floor, route=route)
        return
    await visit.say("plain.where", title=here.title, route=here.route)
