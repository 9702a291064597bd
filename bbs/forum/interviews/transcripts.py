"""The end of an interview: its transcript as a thread, where each answer is an official floor, and as a bulletin.

All of it is one unit with the end itself: whatever happens in the middle, there is either no transcript and an
interview that goes on, or one transcript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people
from bbs.forum.actor import LOCAL, AccountKind, Actor, Appointment, Duty
from bbs.forum.boards.places import Board
from bbs.forum.interviews import rows as interview_rows
from bbs.forum.interviews.hosting import askers, told_state, touched
from bbs.forum.interviews.questions import Act, Guest, Interview, InterviewState, Room, Spoken
from bbs.forum.news.bulletins import BulletinItem, Stored
from bbs.forum.people.inbox import notify
from bbs.forum.posts.posts import BODY_LIMIT
from bbs.forum.posts.posts import TITLE_LIMIT as THREAD_TITLE_LIMIT
from bbs.forum.proof import register
from bbs.forum.writing import posting
from bbs.forum.writing.posting import Writing
from bbs.store.database import Tx
from bbs.store.tables import account, appointment, interview, thread
from bbs.text.clean import cut
from bbs.text.when import full

BULLETIN_MOST: Final = 60_000
"""Characters of questions and answers in a bulletin; what does not fit is in the thread, and the bulletin says so."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "title": "访谈实录：{title}",
        "time": "时间：{begun} 至 {ended}",
        "guests": "嘉宾：{names}",
        "host": "主持：{host}",
        "counts": "提问 {questions} 个，答复 {answers} 条。",
        "qa": "问与答",
        "asks": "{name} 问：",
        "says": "{name}（{title}）：",
        "more": "其余问答见 {route}。",
        "thread": "全文见 {route}，可以跟帖。",
        "join": "、",
        "guest": "{name}（{title}）",
    },
    "en": {
        "title": "Transcript: {title}",
        "time": "Time: {begun} to {ended}",
        "guests": "Guests: {names}",
        "host": "Host: {host}",
        "counts": "Questions: {questions}. Answers: {answers}.",
        "qa": "Questions and answers",
        "asks": "{name} asks:",
        "says": "{name} ({title}):",
        "more": "The other questions and answers are in {route}.",
        "thread": "The thread is {route}; replies are open.",
        "join": ", ",
        "guest": "{name} ({title})",
    },
}
"""Headings of what is stored in both languages at once, so that no reader's catalogue can word them."""


@dataclass(frozen=True, slots=True)
class Press:
    """Where and how the transcript appears: the column (None where there is none), the site's language and zone."""

    column: str | None
    audience: str
    language: str
    zone: ZoneInfo
    store: Callable[[Tx, Sequence[BulletinItem]], list[Stored]]


def end(tx: Tx, actor: Actor, number: int, boards: Mapping[int, Board], press: Press, now: datetime) -> None:
    """End an interview and write its transcript; nothing is done to one that has ended.

    Without a single answer there is nothing to write down. Raises as `touched`, Forbidden."""
    before = interview_rows.one(tx, number)
    if before is not None and before.board_id in boards and before.state is InterviewState.ENDED:
        return
    found, place = touched(tx, actor, number, boards, Act.END)
    access.require(actor, Verb.LIVE_HOLD, place=found.place(place))
    _finish(tx, actor, found, place, press, now)


def end_forgotten(tx: Tx, number: int, boards: Mapping[int, Board], press: Press, now: datetime) -> None:
    """End what nobody ended, in the same way. Raises as `touched`."""
    found, place = touched(tx, LOCAL, number, boards, Act.END)
    _finish(tx, LOCAL, found, place, press, now)


def _finish(tx: Tx, actor: Actor, found: Interview, place: Board, press: Press, now: datetime) -> None:
    number = found.id
    room = interview_rows.room(tx, number)
    assert room is not None
    values: dict[str, object] = {"state": InterviewState.ENDED.value, "ended_at": now}
    made: int | None = None
    if room.answers:
        made = _thread(tx, actor, place, room, press, now)
        values["thread_id"] = made
        values["bulletins"] = [one.id for one in _bulletins(tx, room, place, press, made, now)]
    tx.connection.execute(update(interview).where(interview.c.id == number).values(values))
    record = {"interview": number, "title": found.title, "answers": len(room.answers), "thread": made}
    register.append(tx, now, "live.end", actor, found.route, record)
    kind = "live-ended" if room.answers else "live-ended-bare"
    notify(tx, askers(tx, number, actor), kind, found.route, now, title=found.title)
    told_state(tx, found)


# The thread


def _thread(tx: Tx, actor: Actor, place: Board, room: Room, press: Press, now: datetime) -> int:
    found = room.interview
    opener, held = _opener(tx, actor, found, place, now)
    begun = found.begun_at or now
    words = _WORDS[press.language]
    title = cut(words["title"].format(title=found.title), THREAD_TITLE_LIMIT)
    body = cut(_introduction(room, press, now), BODY_LIMIT)
    first = posting.start(tx, Writing(opener, body, begun, held is not None, None, quiet=True, held=held), place, title)
    for spoken in room.answers:
        guest, under = _speaker(tx, spoken)
        writing = Writing(guest, _floor(spoken), spoken.created_at, True, None, quiet=True, held=under)
        posting.reply(tx, writing, first.thread, {place.id: place}, None)
    tx.connection.execute(update(thread).where(thread.c.id == first.thread).values(kept=True))
    return first.thread


def _opener(tx: Tx, actor: Actor, found: Interview, place: Board, now: datetime) -> tuple[Actor, Appointment | None]:
    """Who opens the thread: officially who ends it or who announced it, if in office now; else the host, plainly."""
    for number in dict.fromkeys((actor.account_id, found.host_id)):
        if number is None:
            continue
        mine = [one for one in people.appointments_in_force(tx, now, account_id=number) if one.duty is not Duty.LIAISON]
        offices = found.place(place).offices
        held = next((one for one in mine if one.office in offices), None)
        if held is not None:
            return _as_officer(number, held), held
    return Actor(found.host, AccountKind.MEMBER, found.host_id), None


def _speaker(tx: Tx, spoken: Spoken) -> tuple[Actor, Appointment]:
    """Who said it, under the appointment held then."""
    row = tx.connection.execute(_APPOINTMENT, {"p": spoken.appointment_id}).one()
    held = people.appointment_from(row)
    return _as_officer(spoken.author_id, held), held


def _as_officer(number: int, held: Appointment) -> Actor:
    return Actor(held.account, AccountKind.OFFICER, number, appointments=(held,))


def _introduction(room: Room, press: Press, now: datetime) -> str:
    """The first floor: what it was, in the site's language and then in the other."""
    languages = sorted(_WORDS, key=lambda one: one != press.language)
    parts = [room.interview.about] if room.interview.about else []
    # Another mark makes another list (CommonMark 5.3): one language after the other, not one long list.
    for mark, language in zip("-*", languages, strict=True):
        parts.append("\n".join(f"{mark} {line}" for line in _facts(room, language, press.zone, now)))
    return "\n\n".join(parts)


def _facts(room: Room, language: str, zone: ZoneInfo, now: datetime) -> list[str]:
    words, found = _WORDS[language], room.interview
    names = words["join"].join(_named(guest, language) for guest in found.guests)
    return [
        words["time"].format(begun=full(found.begun_at or now, zone), ended=full(now, zone)[-5:]),
        words["guests"].format(names=names),
        words["host"].format(host=found.host),
        words["counts"].format(questions=len(room.questions), answers=len(room.answers)),
    ]


def _named(guest: Guest, language: str) -> str:
    held = guest.official
    title = held.title_zh if language == "zh" else held.title_en
    return _WORDS[language]["guest"].format(name=held.name, title=title)


def _floor(spoken: Spoken) -> str:
    """A floor of the thread: the question as a quotation, and what was said."""
    return f"{_quoted(spoken)}\n\n{spoken.body}" if spoken.question is not None else spoken.body


def _quoted(spoken: Spoken) -> str:
    lines = f"{spoken.asked_by}: {spoken.asked}".split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


# The bulletin


def _bulletins(tx: Tx, room: Room, place: Board, press: Press, made: int, now: datetime) -> list[Stored]:
    if press.column is None:
        return []
    found = room.interview
    items = [
        BulletinItem(
            source_id=f"live-{found.id}",
            column=press.column,
            title=_WORDS[language]["title"].format(title=found.title),
            title_en=_WORDS["en"]["title"].format(title=found.title) if language == "zh" else "",
            body=_report(room, language, press.zone, made, now),
            lang=language,
            source=place.zh if language == "zh" else place.en,
            author=_WORDS[language]["join"].join(guest.official.name for guest in found.guests)[:100],
            published_at=now,
            audience=press.audience,
            must_read=False,
        )
        for language in sorted(_WORDS, key=lambda one: one != press.language)
    ]
    return press.store(tx, items)


def _report(room: Room, language: str, zone: ZoneInfo, made: int, now: datetime) -> str:
    words = _WORDS[language]
    parts = [room.interview.about] if room.interview.about else []
    parts.append("\n".join(f"- {line}" for line in _facts(room, language, zone, now)))
    parts.append(f"## {words['qa']}")
    size = 0
    for spoken in room.answers:
        block = _exchange(spoken, language)
        size += len(block)
        if size > BULLETIN_MOST:
            parts.append(words["more"].format(route=f"/t/{made}"))
            break
        parts.append(block)
    else:
        parts.append(words["thread"].format(route=f"/t/{made}"))
    return "\n\n".join(parts)


def _exchange(spoken: Spoken, language: str) -> str:
    words, held = _WORDS[language], spoken.official
    title = held.title_zh if language == "zh" else held.title_en
    says = f"**{words['says'].format(name=held.name, title=title)}**\n\n{spoken.body}"
    if spoken.question is None:
        return says
    asked = "\n".join(f"> {line}".rstrip() for line in spoken.asked.split("\n"))
    return f"> {words['asks'].format(name=spoken.asked_by)}\n{asked}\n\n{says}"


_APPOINTMENT: Final = (
    select(appointment, account.c.name)
    .join(account, account.c.id == appointment.c.account_id)
    .where(appointment.c.id == bindparam("p"))
)
