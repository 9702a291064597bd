"""live …: interviews announced, asked, sorted, answered, ended, and watched as they go."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows, as_json, as_text
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.forum import Event
from bbs.forum.interviews.questions import InterviewState, QuestionState
from bbs.forum.interviews.rules import Interview, Question, Room, Spoken
from bbs.text.when import full, stamp
from bbs.text.wrap import wrap

PAGE = 50
PAGE_MOST = 200
"""Rows of a page when `--limit` does not say otherwise, and at most."""
_OVER = (InterviewState.ENDED, InterviewState.CANCELLED)


async def list_all(call: Call) -> Answer:
    """Interviews that are live or announced, or with `--past` those that are over."""
    after: str | None = None
    if call.flag("past"):
        limit = min(call.number("limit", PAGE), PAGE_MOST)
        page = await call.forum.interviews.past(call.actor, after=call.text("after") or None, limit=limit)
        found: Sequence[Interview] = page.items
        after = page.after
    else:
        found = await call.forum.interviews.open_ones(call.actor)
    cells = [
        [str(one.id), call.tr(f"live.state.{one.state.value}"), full(one.starts_at, call.zone), _names(one), one.title]
        for one in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "state", "at_here", "guests", "title")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("live.none"))]
    if after:
        parts.append(call.tr("command.more", option=f"--after {after}"))
    return Answer({"items": [shapes.interview(one, call.tr) for one in found], "next": after}, parts)


async def show(call: Call) -> Answer:
    """An interview with its answers and the questions one may see."""
    board, room = await call.forum.interviews.room(call.actor, call.number("id"))
    found = room.interview
    sorts = call.forum.interviews.sorts(call.actor, board, found)
    asked = room.seen_by(call.actor.account_id, sorts=sorts)
    voted = await call.forum.interviews.votes(call.actor, found.id)
    parts: list[str | Rows] = [*_head(call, found), ""]
    for spoken in room.answers:
        parts += _spoken(call, spoken)
    cells = [
        [str(one.id), str(one.votes), _marks(call, one, voted), one.author, call.tr(_STATES[one.state]), one.body]
        for one in asked
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "votes", "mark", "author", "state", "question")]
    parts.append(Rows(titles, cells, call.tr("live.no_questions")))
    document = {
        "interview": shapes.interview(found, call.tr),
        "answers": [shapes.spoken(one, call.tr) for one in room.answers],
        "questions": [_question(call, one, voted) for one in asked],
    }
    return Answer(document, parts)


async def watch(call: Call) -> Answer:
    """Print answers as they come, until it is over; with `--json` one document a line.

    Only what is newest is kept meanwhile: a far end that reads slowly makes this wait, and costs nobody else anything.
    """
    news = asyncio.Event()
    _, seat = await call.forum.interviews.watch(call.actor, call.number("id"), lambda room: news.set())
    rights = asyncio.Event()

    def changed(event: Event) -> None:
        if event.payload.get("id") == call.actor.account_id:
            rights.set()
            news.set()

    stop = call.forum.listen((people.CHANGED,), changed)
    try:
        return await _follow(call, lambda: seat.room, news, rights)
    finally:
        stop()
        seat.close()


async def _follow(call: Call, room_now: Callable[[], Room], news: asyncio.Event, rights: asyncio.Event) -> Answer:
    tell, parts, done = call.around.tell, list[str | Rows](), 0
    state: InterviewState | None = None
    while True:
        news.clear()
        if rights.is_set():
            rights.clear()
            await call.forum.accounts.refresh(call.actor)  # raises when the account was closed
        room = room_now()
        fresh: list[str | Rows] = []
        if state is not room.interview.state:
            state = room.interview.state
            fresh += [*_head(call, room.interview), ""]
        for spoken in room.answers[done:]:
            fresh += _spoken(call, spoken)
        documents = [shapes.spoken(one, call.tr) for one in room.answers[done:]]
        done = len(room.answers)
        if tell is None or state in _OVER:
            parts = fresh if tell is None or not call.flag("json") else []
            break
        if call.flag("json"):
            for document in documents:
                await tell(as_json({"answer": document}))
        elif fresh:
            await tell(as_text(fresh, call.around.columns, colour=call.around.colour))
        await news.wait()
    found = shapes.interview(room.interview, call.tr)
    if tell is None and state not in _OVER:
        parts.append(call.tr("live.watch_by_exec", id=room.interview.id))
    return Answer({"interview": found, "answers": documents}, parts)


async def announce(call: Call) -> Answer:
    """Announce an interview in a board."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    starts = call.date("starts")
    assert starts is not None  # the parameter is required
    found = await call.forum.interviews.announce(
        call.actor,
        board,
        call.text("title"),
        _split(call.text("guests")),
        starts,
        call.date("ends"),
        about=call.text("about"),
        column=call.text("column"),
    )
    return _done(call, found, "live.announced_now")


async def change(call: Call) -> Answer:
    """Change what is given of an announcement."""
    given = {name: call.values[name] for name in ("title", "about", "column") if call.values.get(name) is not None}
    found = await call.forum.interviews.change(
        call.actor,
        call.number("id"),
        title=str(given["title"]) if "title" in given else None,
        about=str(given["about"]) if "about" in given else None,
        column=str(given["column"]) if "column" in given else None,
        guests=_split(call.text("guests")) if call.text("guests") else None,
        starts_at=call.date("starts"),
        ends_at=call.date("ends"),
    )
    return _done(call, found, "live.changed_now")


async def cancel(call: Call) -> Answer:
    """Call an interview off; those who asked are told why."""
    return _done(
        call,
        await call.forum.interviews.cancel(call.actor, call.number("id"), call.text("reason")),
        "live.cancelled_now",
    )


async def begin(call: Call) -> Answer:
    """Begin an interview."""
    return _done(call, await call.forum.interviews.begin(call.actor, call.number("id")), "live.begun_now")


async def end(call: Call) -> Answer:
    """End an interview; its transcript becomes a thread and a bulletin."""
    found = await call.forum.interviews.end(call.actor, call.number("id"))
    return _done(call, found, "live.ended_now" if found.thread else "live.ended_empty_now")


async def remind(call: Call) -> Answer:
    """Be told when an interview begins, or no longer."""
    on = await call.forum.interviews.listen(call.actor, call.number("id"), not call.flag("off"))
    _, found = await call.forum.interviews.get(call.actor, call.number("id"))
    document = {"interview": shapes.interview(found, call.tr), "told": on}
    return Answer(document, [call.tr("live.listening" if on else "live.not_listening", title=found.title)])


async def ask(call: Call) -> Answer:
    """Ask; the text is a file or standard input."""
    number = await call.forum.interviews.ask(call.actor, call.number("id"), await call.body())
    return await _asked(call, number, "live.asked_now")


async def vote(call: Call) -> Answer:
    """Vote for a question, or take the vote back."""
    number, on = call.number("question"), not call.flag("off")
    await call.forum.interviews.vote(call.actor, number, on)
    return await _asked(call, number, "live.voted_now" if on else "live.unvoted_now")


async def accept(call: Call) -> Answer:
    """Let a question into the queue."""
    await call.forum.interviews.accept(call.actor, call.number("question"))
    return await _asked(call, call.number("question"), "live.accepted_now")


async def leave_out(call: Call) -> Answer:
    """Leave a question out; who asked is told why."""
    await call.forum.interviews.leave_out(call.actor, call.number("question"), call.text("reason"))
    return await _asked(call, call.number("question"), "live.left_out_now")


async def lift(call: Call) -> Answer:
    """Put a question before all others, or back."""
    off = call.flag("off")
    await call.forum.interviews.lift(call.actor, call.number("question"), not off)
    return await _asked(call, call.number("question"), "live.unlifted_now" if off else "live.lifted_now")


async def merge(call: Call) -> Answer:
    """Make a question part of another that asks the same."""
    number, into = call.number("question"), call.number("into")
    await call.forum.interviews.merge(call.actor, number, into)
    return await _asked(call, number, "live.merged_now", into=into)


async def take(call: Call) -> Answer:
    """Take the first question of the queue, or the one named, to be answered."""
    number = await call.forum.interviews.take(call.actor, call.number("id"), call.number("question") or None)
    return await _asked(call, number, "live.taken_now")


async def answer(call: Call) -> Answer:
    """Answer a question under one's office; the text is a file or standard input."""
    number = call.number("question")
    made = await call.forum.interviews.answer(call.actor, number, await call.body())
    _, found, _ = await call.forum.interviews.question(call.actor, number)
    return await _said(call, found, made)


async def say(call: Call) -> Answer:
    """Say something without a question, as a guest."""
    made = await call.forum.interviews.say(call.actor, call.number("id"), await call.body())
    return await _said(call, (await call.forum.interviews.get(call.actor, call.number("id")))[1], made)


# What is answered


def _done(call: Call, found: Interview, said: str) -> Answer:
    words = call.tr(said, title=found.title, route=found.route, when=full(found.starts_at, call.zone))
    parts = [words, call.tr("live.transcript_at", route=f"/t/{found.thread}")] if found.thread else [words]
    return Answer({"interview": shapes.interview(found, call.tr)}, parts)


async def _asked(call: Call, number: int, said: str, **more: object) -> Answer:
    _, found, asked = await call.forum.interviews.question(call.actor, number)
    voted = await call.forum.interviews.votes(call.actor, found.id)
    words = call.tr(said, question=number, title=found.title, votes=asked.votes, **more)
    return Answer({"question": _question(call, asked, voted)}, [words, f"  {asked.body}"])


async def _said(call: Call, found: Interview, number: int) -> Answer:
    _, room = await call.forum.interviews.room(call.actor, found.id)
    made = next(one for one in room.answers if one.id == number)
    return Answer({"answer": shapes.spoken(made, call.tr)}, [call.tr("live.answered_now", floor=made.floor)])


def _question(call: Call, asked: Question, voted: frozenset[int]) -> dict[str, Any]:
    mine = call.actor.account_id is not None and asked.author_id == call.actor.account_id
    return {**shapes.question(asked), "mine": mine, "voted": asked.id in voted}


def _marks(call: Call, asked: Question, voted: frozenset[int]) -> str:
    mine = asked.author_id == call.actor.account_id
    marks = [call.tr("live.mine")] if mine else [call.tr("live.voted")] if asked.id in voted else []
    return " ".join([*marks, *([call.tr("live.lifted")] if asked.lifted else [])])


def _names(found: Interview) -> str:
    return ", ".join(guest.official.name for guest in found.guests)


def _head(call: Call, found: Interview) -> list[str]:
    guests = [
        call.tr("live.guest_line", name=held.name, title=shapes.named(call.tr, held.title_zh, held.title_en))
        for held in (guest.official for guest in found.guests)
    ]
    state = call.tr(f"live.state.{found.state.value}")
    lines = [f"{found.title}  {found.route}", f"{state}  {full(found.starts_at, call.zone)}", *guests]
    room = max(20, call.around.columns - 3)
    lines += [f"  {line}" for line in wrap(found.about, room)] if found.about else []
    if found.thread:
        lines.append(call.tr("live.transcript_at", route=f"/t/{found.thread}"))
    if found.state is InterviewState.CANCELLED:
        lines.append(call.tr("live.why", reason=found.reason) if found.reason else call.tr("live.lapsed"))
    return lines


def _spoken(call: Call, spoken: Spoken) -> list[str]:
    """An answer as posts are printed: heads begin in the first column, and nothing anybody wrote does."""
    held, room = spoken.official, max(20, call.around.columns - 5)
    title = shapes.named(call.tr, held.title_zh, held.title_en)
    when = stamp(spoken.created_at, call.zone, call.forum.clock.now(), call.tr)
    lines = [call.tr("post.head_official", floor=spoken.floor, name=held.name, title=title, when=when)]
    if spoken.question is not None:
        lines += [f"  > {line}" for line in wrap(f"{spoken.asked_by}: {spoken.asked}", room)]
    return [*lines, *(f"  {line}" for line in wrap(spoken.body, room)), ""]


def _split(text: str) -> list[str]:
    return [name.strip() for name in re.split("[,，、;；]", text) if name.strip()]


_STATES = {state: f"live.question.{state.value}" for state in QuestionState}
_ID = argument("id", Kind.NUMBER)
_QUESTION = argument("question", Kind.NUMBER)
_WORDS = (option("about"), option("column", values="columns"))


def _named(name: str, run: Callable[[Call], Awaitable[Answer]], *params: Any, verb: Verb | None = None) -> Command:
    return Command(("live", name), run, params, verb=verb)


COMMANDS = (
    _named("list", list_all, flag("past"), option("after"), option("limit", Kind.NUMBER)),
    _named("show", show, _ID),
    _named("watch", watch, _ID),
    _named("remind", remind, _ID, flag("off"), verb=Verb.INBOX_READ),
    _named("ask", ask, _ID, option("file"), verb=Verb.LIVE_ASK),
    _named("vote", vote, _QUESTION, flag("off"), verb=Verb.LIVE_VOTE),
    _named(
        "announce",
        announce,
        argument("board", values="boards"),
        option("title", required=True),
        option("guests", required=True),
        option("starts", Kind.DATE, required=True),
        option("ends", Kind.DATE),
        *_WORDS,
        verb=Verb.LIVE_HOLD,
    ),
    _named(
        "change",
        change,
        _ID,
        option("title"),
        option("guests"),
        option("starts", Kind.DATE),
        option("ends", Kind.DATE),
        *_WORDS,
        verb=Verb.LIVE_HOLD,
    ),
    _named("cancel", cancel, _ID, option("reason", required=True), verb=Verb.LIVE_HOLD),
    _named("begin", begin, _ID, verb=Verb.LIVE_HOLD),
    _named("end", end, _ID, verb=Verb.LIVE_HOLD),
    _named("accept", accept, _QUESTION, verb=Verb.LIVE_SORT),
    _named("leave-out", leave_out, _QUESTION, option("reason", required=True), verb=Verb.LIVE_SORT),
    _named("lift", lift, _QUESTION, flag("off"), verb=Verb.LIVE_SORT),
    _named("merge", merge, _QUESTION, argument("into", Kind.NUMBER), verb=Verb.LIVE_SORT),
    _named("take", take, _ID, option("question", Kind.NUMBER), verb=Verb.LIVE_SORT),
    _named("answer", answer, _QUESTION, option("file"), verb=Verb.LIVE_ANSWER),
    _named("say", say, _ID, option("file"), verb=Verb.LIVE_ANSWER),
)
