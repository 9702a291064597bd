"""How interviews are told in words: when they are, who is asked, what state they and their questions are in."""

from __future__ import annotations

from datetime import datetime, timedelta

from bbs.forum.interviews.questions import Interview, InterviewState, Question, QuestionState
from bbs.text.spans import Line, Span
from screens.visit import Visit

STATE_STYLES = {
    InterviewState.ANNOUNCED: "badge",
    InterviewState.LIVE: "must",
    InterviewState.ENDED: "hint",
    InterviewState.CANCELLED: "hint",
}


def day_and_time(visit: Visit, moment: datetime) -> str:
    """`today 15:00`, `tomorrow 15:00`, else the date."""
    local, now = moment.astimezone(visit.zone), visit.forum.clock.now().astimezone(visit.zone)
    if local.date() == now.date():
        return visit.tr("live.today", time=f"{local:%H:%M}")
    if local.date() == now.date() + timedelta(days=1):
        return visit.tr("live.tomorrow", time=f"{local:%H:%M}")
    return visit.moment(moment)


def live_words(visit: Visit, found: Interview | None) -> str:
    """What the home screen says of the next interview: when it is, or that it is now."""
    if found is None:
        return ""
    return visit.tr("live.now") if found.state is InterviewState.LIVE else day_and_time(visit, found.starts_at)


def asks(visit: Visit, name: str) -> str:
    """`plum asks: `, ready for what was asked; a Chinese colon brings its own space."""
    words = visit.tr("live.asks", name=name)
    return words if words.endswith("：") else f"{words} "


def guest_names(visit: Visit, found: Interview, *, titles: bool = False) -> str:
    """The guests, with the offices they answer for where there is room."""
    names = []
    for guest in found.guests:
        held = guest.official
        names.append(f"{held.name} {visit.office_title(held)}" if titles else held.name)
    return visit.tr("live.and").join(names)


def state_badge(visit: Visit, found: Interview) -> Span:
    """The state in brackets, so that it is seen without colour."""
    return Span(f"[{visit.tr(f'live.state.{found.state.value}')}]", STATE_STYLES[found.state])


def when_line(visit: Visit, found: Interview) -> str:
    """When it is or was, and until when."""
    tr = visit.tr
    ends = f"{found.ends_at.astimezone(visit.zone):%H:%M}"
    if found.state is InterviewState.ANNOUNCED:
        return tr("live.at", when=day_and_time(visit, found.starts_at), until=ends)
    if found.state is InterviewState.LIVE:
        begun = found.begun_at or found.starts_at
        late = visit.forum.clock.now() > found.ends_at
        return tr("live.since_late" if late else "live.since", when=visit.stamp(begun), until=ends)
    if found.state is InterviewState.CANCELLED:
        return tr("live.why", reason=found.reason) if found.reason else tr("live.lapsed")
    return tr("live.was", when=visit.moment(found.begun_at or found.starts_at))


def question_flags(visit: Visit, asked: Question) -> Line:
    """What is special about a question, for this person."""
    tr = visit.tr
    words: list[tuple[str, str]] = []
    if asked.author_id == visit.actor.account_id and not visit.actor.is_guest:
        words.append((tr("live.yours"), "mark.unread"))
    if asked.state is QuestionState.TAKEN:
        words.append((tr("live.being_answered"), "must"))
    elif asked.state is not QuestionState.QUEUED:
        words.append((tr(f"live.question.{asked.state.value}"), "hint"))
    if asked.lifted and asked.state is QuestionState.QUEUED:
        words.append((tr("live.lifted"), "badge"))
    return tuple(Span(f"{' ' if place else ''}[{word}]", style) for place, (word, style) in enumerate(words))
