"""Small things done with the thread just read: push, follow, mute, keep, helpful answers, polls."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.forum.digest.digests import Asked
from bbs.forum.people.persons import Card
from bbs.forum.posts.polls import OPTIONS_MOST, Poll
from bbs.forum.posts.posts import Stance
from bbs.forum.reading.attention import Level
from bbs.plain import digests, people
from bbs.plain.asking import is_off
from bbs.plain.pollplan import ask_plan
from bbs.plain.reading import fresh
from bbs.plain.visit import Visit

_STANCES: Final = {
    "agree": Stance.AGREE, "同意": Stance.AGREE, "赞成": Stance.AGREE, "推": Stance.AGREE,
    "disagree": Stance.DISAGREE, "反对": Stance.DISAGREE, "嘘": Stance.DISAGREE,
    "note": Stance.NOTE, "注": Stance.NOTE,
}  # fmt: skip
_REMOVE: Final = frozenset({"remove", "撤回"})
_NEW: Final = frozenset({"new", "新", "发起"})


async def push(visit: Visit, rest: str) -> None:
    """`push agree [WORDS]`: something small under the floor heard last."""
    visit.member()
    _, post = visit.floor()
    word, _, words = rest.strip().partition(" ")
    if word.casefold() in _REMOVE:
        done = await visit.forum.pushes.remove(visit.actor, post.id)
        await visit.say("plain.push_removed" if done else "plain.push_nothing")
        return
    stance = _STANCES.get(word.casefold())
    if stance is None:
        raise Invalid("plain.push_what")
    await visit.forum.pushes.push(visit.actor, post.id, stance, words.strip())
    await visit.say("plain.pushed", floor=post.floor, author=post.author)


async def agree(visit: Visit, rest: str) -> None:
    """`agree [WORDS]`; where the forum asks for one's own words, yes."""
    if isinstance(visit.here.thing, Asked):
        await digests.answer(visit, visit.here.thing, agree=True)
        return
    await push(visit, f"agree {rest}")


async def disagree(visit: Visit, rest: str) -> None:
    """`disagree [WORDS]`; where the forum asks for one's own words, no."""
    if isinstance(visit.here.thing, Asked):
        await digests.answer(visit, visit.here.thing, agree=False)
        return
    await push(visit, f"disagree {rest}")


async def note(visit: Visit, rest: str) -> None:
    """`note WORDS`."""
    await push(visit, f"note {rest}")


async def follow(visit: Visit, rest: str) -> None:
    """`follow`, `follow off`: be told of what comes in this thread, or no longer; `follow NAME` of a person."""
    await _attend(visit, Level.FOLLOW, rest)


async def mute(visit: Visit, rest: str) -> None:
    """`mute`, `mute off`: this thread is no longer counted as unread, or is again; `mute NAME` of a pen name."""
    await _attend(visit, Level.MUTE, rest)


async def _attend(visit: Visit, level: Level, rest: str) -> None:
    visit.member()
    words = rest.split()
    off = bool(words) and is_off(words[-1])
    name = " ".join(words[:-1] if off else words)
    if isinstance(visit.here.thing, Card) and not name:
        name = visit.here.thing.name
    if name or visit.here.reading is None:
        await people.attend(visit, name, level, off=off)
        return
    thread = (await fresh(visit)).thread
    await visit.forum.attention.thread(visit.actor, thread, None if off else level)
    await visit.say(f"plain.{level.value}{'_off' if off else ''}", thread=thread.id)


async def favourite(visit: Visit, rest: str) -> None:
    """`favourite`, `favourite off`: keep this thread or board at hand, or no longer."""
    visit.member()
    off = is_off(rest)
    if visit.here.reading is not None:
        target, name = visit.here.reading.thread, visit.here.reading.thread.title
        held = await (visit.forum.favourites.drop if off else visit.forum.favourites.add)(visit.actor, target)
    elif visit.here.board is not None:
        board, name = visit.here.board, visit.board_name(visit.here.board)
        held = await (visit.forum.favourites.drop if off else visit.forum.favourites.add)(visit.actor, board)
    else:
        raise Invalid("plain.no_board")
    msgid = "plain.favourite_on" if not off else "plain.favourite_off" if held else "plain.favourite_was_none"
    await visit.say(msgid, name=name)


async def helpful(visit: Visit, rest: str) -> None:
    """`helpful`, `helpful off`: the floor heard last is the answer that helped."""
    visit.member()
    reading, post = visit.floor()
    off = is_off(rest)
    await visit.forum.own.helpful(visit.actor, reading.thread.id, None if off else post.floor)
    msgid = "thread.unhelpful_now" if off else "thread.helpful_now"
    await visit.say(msgid, thread=reading.thread.id, floor=post.floor)


async def poll(visit: Visit, rest: str) -> None:
    """`poll`: the poll of this thread; `poll new` asks one in one's own."""
    number = visit.reading().thread.id
    found = await visit.forum.polls.get(visit.actor, number)
    if found is None and rest.strip().casefold() in _NEW:
        visit.member()
        plan = await ask_plan(visit)
        if plan is None:
            raise Invalid("plain.left")
        found = await visit.forum.polls.make(
            visit.actor, number, plan.question, plan.options, many=plan.many, open_names=plan.open_names, days=plan.days
        )
    if found is None:
        raise NotFound("plain.no_poll")
    await _say_poll(visit, found)


async def vote(visit: Visit, rest: str) -> None:
    """`vote 1 3`: vote in this thread's poll; `vote 0` takes the vote back."""
    visit.member()
    number = visit.reading().thread.id
    words = rest.replace(",", " ").split()
    numbers = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 4]
    if not words or len(numbers) != len(words):
        raise Invalid("poll.choice", most=OPTIONS_MOST)
    found = await visit.forum.polls.vote(visit.actor, number, [] if numbers == [0] else numbers)
    await _say_poll(visit, found)


async def _say_poll(visit: Visit, found: Poll) -> None:
    tr = visit.tr
    await visit.say("plain.poll", question=found.question)
    await visit.say("poll.recorded_shown" if found.open_names else "poll.recorded_hidden")
    for choice in found.choices:
        parts = [choice.text, tr.plural("plain.votes", choice.votes)]
        if choice.number in found.mine:
            parts.append(tr("plain.your_vote"))
        await visit.say("plain.numbered", number=choice.number, line=visit.joined(parts))
    await visit.say("plain.poll_closed" if found.closed else "plain.poll_how")
