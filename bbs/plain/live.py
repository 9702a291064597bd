"""Live interviews in plain mode: which there are, one of them as it stands, asking, voting and answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.boards.places import Board
from bbs.forum.interviews.questions import (
    ANSWER_LIMIT,
    QUESTION_LIMIT,
    Interview,
    InterviewState,
    Question,
    QuestionState,
    Spoken,
)
from bbs.plain.asking import is_off, number_of
from bbs.plain.phrases import text_lines
from bbs.plain.places import PAGE, more_there
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write


@dataclass(slots=True)
class InRoom:
    """The interview one is in, and the last answer that was heard."""

    interview: Interview
    heard: int = 0


async def interviews(visit: Visit) -> None:
    """`/live`: live ones and those announced, then those that are over, newest first."""
    visit.arrive("/live", visit.tr("live.title"))
    found = await visit.forum.interviews.open_ones(visit.actor)
    for one in found:
        await visit.say("plain.numbered", number=visit.number(one.route), line=_phrase(visit, one))

    async def page(after: str | None) -> None:
        rows = await visit.forum.interviews.past(visit.actor, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            await visit.say("plain.numbered", number=visit.number(one.route), line=_phrase(visit, one))
        if not found and not rows.items:
            await visit.say("live.none")
        await more_there(visit)

    await page(None)


def _phrase(visit: Visit, one: Interview) -> str:
    names = [guest.official.name for guest in one.guests]
    parts = [visit.tr(f"live.state.{one.state.value}"), visit.when(one.begun_at or one.starts_at), *names]
    return visit.tr("plain.titled", head=visit.joined(parts), title=one.title)


async def room(visit: Visit, number: int) -> None:
    """`/live/ID`: its answers, then the questions, and how to ask."""
    board, found = await visit.forum.interviews.room(visit.actor, number)
    interview, actor = found.interview, visit.actor
    visit.arrive(interview.route, interview.title, thing=InRoom(interview))
    await visit.paper.say(_phrase(visit, interview))
    if interview.reason:
        await visit.say("live.why", reason=interview.reason)
    elif interview.state is InterviewState.CANCELLED:
        await visit.say("live.lapsed")
    for guest in interview.guests:
        held = guest.official
        await visit.say("live.guest_line", name=held.name, title=visit.named(held.title_zh, held.title_en))
    if interview.about:
        await visit.paper.say_all(text_lines(visit, interview.about))
    await _say_answers(visit, found.answers)
    asked = found.seen_by(actor.account_id, sorts=visit.forum.interviews.sorts(actor, board, interview))
    for one in asked:
        await _question(visit, one)
    if interview.thread is not None:
        route = f"/t/{interview.thread}"
        line = visit.tr("live.transcript_at", route=route)
        await visit.say("plain.numbered", number=visit.number(route), line=line)
    elif interview.state is not InterviewState.CANCELLED and not actor.is_guest:
        await visit.say("plain.live_how")
    if found_acts := _acts(visit, board, interview):
        await visit.say("plain.case_acts", words=visit.joined(found_acts))


def _acts(visit: Visit, board: Board, interview: Interview) -> list[str]:
    """What host, sorter and guest may do here, in words."""
    rules, actor = visit.forum.interviews, visit.actor
    acts: list[str] = []
    if rules.sorts(actor, board, interview):
        acts += ["accept", "leave-out", "merge", "lift", "take"]
    if rules.answers(actor, board, interview):
        acts += ["answer", "say"]
    if rules.holds(actor, board, interview):
        acts += ["begin", "end", "cancel", "change"]
    return [visit.tr(f"plain.live_act.{act}") for act in acts] if interview.is_open else []


async def _say_answers(visit: Visit, answers: Sequence[Spoken]) -> None:
    """Say answers; those that come later are the ones that were not heard."""
    place = visit.here.thing
    for spoken in answers:
        await _answer(visit, spoken)
        if isinstance(place, InRoom):
            place.heard = spoken.floor


async def onward(visit: Visit) -> bool:
    """`next` in an interview: the answers that were not heard; False when there are none."""
    place = visit.here.thing
    if not isinstance(place, InRoom):
        return False
    _, found = await visit.forum.interviews.room(visit.actor, place.interview.id)
    fresh = [one for one in found.answers if one.floor > place.heard]
    await _say_answers(visit, fresh)
    if not fresh:
        await visit.say("plain.no_answers")
    return True


def _here(visit: Visit) -> Interview:
    if not isinstance(visit.here.thing, InRoom):
        raise Invalid("plain.no_interview")
    return visit.here.thing.interview


async def vote(visit: Visit, rest: str) -> None:
    """`vote 12`, `vote 12 off`: for a question of the interview one is in, or no longer."""
    visit.member()
    _here(visit)
    number, more = number_of(rest)
    if number is None:
        raise Invalid("plain.which_question")
    on = not is_off(more)
    await visit.forum.interviews.vote(visit.actor, number, on)
    _, found, asked = await visit.forum.interviews.question(visit.actor, number)
    said = "live.voted_now" if on else "live.unvoted_now"
    await visit.say(said, question=number, title=found.title, votes=asked.votes)


async def ask(visit: Visit, number: int | None = None) -> None:
    """`ask`, `/live/ID/ask`: a question, under one's pen name; a moderator lets it in."""
    visit.member()
    if number is not None:
        await room(visit, number)
    found = _here(visit)
    board, interview = await visit.forum.interviews.get(visit.actor, found.id)
    access.require(visit.actor, Verb.LIVE_ASK, place=board)
    _open(interview)

    async def send(piece: Piece) -> str:
        await visit.forum.interviews.ask(visit.actor, interview.id, piece.body, draft_id=piece.draft_id)
        return visit.tr("live.asked_here")

    guests = visit.tr("live.and").join(guest.official.name for guest in interview.guests)
    heading = visit.tr("live.ask_heading", guests=guests, most=QUESTION_LIMIT)
    whom = visit.tr("plain.as_pen_name", name=visit.actor.name)
    await write(visit, Piece(f"{interview.route}/ask", heading, whom, visit.tr("live.ask_reach"), send))


async def speak(visit: Visit, question: int | None = None, number: int | None = None) -> None:
    """`answer 12`, `say`: as a guest, to a question or of one's own accord."""
    if number is not None:
        await room(visit, number)
    board, interview = await visit.forum.interviews.get(visit.actor, _here(visit).id)
    rules = visit.forum.interviews
    if not rules.answers(visit.actor, board, interview):
        raise Forbidden("live.not_guest")
    _open(interview)
    heading, route = visit.tr("live.say_heading", title=interview.title), f"{interview.route}/say"
    if question is not None:
        _, _, asked = await rules.question(visit.actor, question)
        heading, route = visit.tr("live.answer_heading", name=asked.author), f"{interview.route}/answer/{question}"
        await visit.paper.say_all(text_lines(visit, asked.body))

    async def send(piece: Piece) -> str:
        if question is not None:
            await rules.answer(visit.actor, question, piece.body, draft_id=piece.draft_id)
        else:
            await rules.say(visit.actor, interview.id, piece.body, draft_id=piece.draft_id)
        return visit.tr("live.answered_here")

    mine = {one.appointment_id for one in interview.guests if one.account_id == visit.actor.account_id}
    held = next(one for one in visit.actor.appointments if one.id in mine)
    title = visit.named(held.title_zh, held.title_en)
    whom = visit.tr("plain.as_officer", name=held.real_name, title=title)
    await visit.say("plain.at_most", most=ANSWER_LIMIT)
    await write(visit, Piece(route, heading, whom, visit.tr(f"live.answer_reach_{board.read}"), send))


def _open(interview: Interview) -> None:
    if not interview.is_open:
        raise Conflict(f"live.is_{interview.state.value}", title=interview.title)


async def _answer(visit: Visit, spoken: Spoken) -> None:
    held = spoken.official
    title = visit.named(held.title_zh, held.title_en)
    when = visit.when(spoken.created_at)
    await visit.say("live.plain_answer", floor=spoken.floor, name=held.name, title=title, when=when)
    if spoken.question is not None:
        await visit.say("live.plain_to", name=spoken.asked_by)
        await visit.paper.say_all(text_lines(visit, spoken.asked))
        await visit.say("live.plain_says")
    await visit.paper.say_all(text_lines(visit, spoken.body))


async def _question(visit: Visit, asked: Question) -> None:
    tr = visit.tr
    parts = [
        tr("live.plain_question", question=asked.id, name=asked.author),
        tr.plural("live.plain_votes", asked.votes),
    ]
    if asked.state is not QuestionState.QUEUED:
        parts.append(tr(f"live.question.{asked.state.value}"))
    if asked.author_id == visit.actor.account_id:
        parts.append(tr("live.mine"))
    await visit.paper.say(visit.joined(parts))
    await visit.paper.say_all(text_lines(visit, asked.body))
    if asked.reason:
        await visit.say("live.why", reason=asked.reason)
