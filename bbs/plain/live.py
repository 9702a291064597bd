"""Live interviews in plain mode: which there are, and one of them as it stands."""

from __future__ import annotations

from bbs.forum.interviews.questions import Interview, InterviewState, Question, QuestionState, Spoken
from bbs.plain.phrases import text_lines
from bbs.plain.places import PAGE, more_there
from bbs.plain.visit import Visit


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
    visit.arrive(interview.route, interview.title)
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
    for spoken in found.answers:
        await _answer(visit, spoken)
    asked = found.seen_by(actor.account_id, sorts=visit.forum.interviews.sorts(actor, board, interview))
    for one in asked:
        await _question(visit, one)
    if interview.thread is not None:
        route = f"/t/{interview.thread}"
        line = visit.tr("live.transcript_at", route=route)
        await visit.say("plain.numbered", number=visit.number(route), line=line)
    elif interview.state is not InterviewState.CANCELLED and not actor.is_guest:
        await visit.say("live.plain_how", id=interview.id)


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
