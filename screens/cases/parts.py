"""How a case is laid out to be read: what it is, its course step by step, and what was said in a private one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bbs.forum.cases.table import Act
from bbs.forum.cases.values import Case, CaseView, Message, Sight, Step
from bbs.terminal.reader import Head
from bbs.text.due import spell
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.cases.words import day_of, day_or_time, poster_of, state_words, step_words, title_of, turn_words
from screens.parts.floors import official_head
from screens.parts.leaf import LABEL_CELLS, fact
from screens.visit import Visit


@dataclass(frozen=True, slots=True)
class Part:
    """One block of the reader: the case itself, or one thing that was said."""

    id: int
    floor: int
    head: Head | None = None
    lines: tuple[Line, ...] = ()
    body: str = ""


def parts_of(visit: Visit, view: CaseView, offices: Mapping[str, str], board: str) -> list[Part]:
    """All blocks of a case, in the order they are read."""
    case = view.case
    lines = [
        (Span(f"#{case.id}  ", "number"), Span(title_of(visit, case), "md.heading")),
        (),
        *_facts(visit, view, offices, board),
        (),
        (Span(visit.tr("cases.course"), "md.heading"),),
        *(_step(visit, case, step, offices) for step in view.steps),
    ]
    if view.prepared is not None:
        lines += [(), (Span(visit.tr("cases.prepared", who=view.prepared.by), "md.heading"),)]
    body = view.prepared.body if view.prepared is not None else ""
    whole = [Part(0, 1, None, tuple(lines), body)]
    return whole + [_message(visit, one, number) for number, one in enumerate(view.messages, 2)]


def hanging(line: Line, cells: int, ambiguous: int = 1) -> list[Line]:
    """A line in rows of at most `cells`; what a label says stands in one column under itself."""
    if not line or line[0].style != "field.label" or cells < 2 * LABEL_CELLS:
        return wrap_line(line, cells, ambiguous)
    label, *rest = line
    rows = wrap_line(tuple(rest), cells - LABEL_CELLS - 2, ambiguous)
    blank = Span(" " * (LABEL_CELLS + 2))
    return [(blank if at else label, *row) for at, row in enumerate(rows)]


def _facts(visit: Visit, view: CaseView, offices: Mapping[str, str], board: str) -> list[Line]:
    tr, case = visit.tr, view.case
    label, office = fact(tr("cases.fact.state"), "")[0], offices.get(case.office, case.office)
    turn = turn_words(visit, view, office)
    late = case.due is not None and (case.overdue or case.due <= visit.forum.clock.now())
    who = f"{office}  (/o/{case.office})"
    asked = poster_of(visit, case) if case.sight is Sight.WHOLE else tr("cases.not_told")
    lines: list[Line] = [
        (label, Span(state_words(visit, case), "case"), Span(f"   {turn}", "must" if late else "md.strong")),
        fact(tr("cases.fact.kind"), f"{tr(f'case.kind.{case.kind}')}   {board}".rstrip()),
        fact(tr("cases.fact.office"), f"{who}   {case.assignee}".rstrip()),
        fact(tr("cases.fact.asked"), f"{asked}   {day_or_time(visit, case, case.opened_at)}"),
        fact(tr("cases.fact.acknowledged"), _kept(visit, case, acknowledge=True)),
        fact(tr("cases.fact.answer"), _kept(visit, case, acknowledge=False)),
    ]
    more = {
        "extension": case.extension,
        "reason": case.reason,
        "belongs": case.belongs,
        "reopening": case.reopening,
    }
    lines += [fact(tr(f"cases.fact.{name}"), words) for name, words in more.items() if words]
    if case.rating is not None:
        rated = f"{tr(f'case.rating.{case.rating}')}   {case.rating_words}".rstrip()
        lines.append(fact(tr("cases.fact.rating"), rated))
    if case.thread is not None:
        floor = f"#{case.answered_floor}" if case.answered_floor is not None else ""
        lines.append(fact(tr("cases.fact.thread"), f"/t/{case.thread}{floor}"))
    if case.private:
        lines.append(fact(tr("cases.fact.readers"), tr(_READERS[case.sight])))
    return lines


_READERS: Final = {Sight.WHOLE: "cases.readers.whole", Sight.EXISTS: "cases.readers.exists"}


def _kept(visit: Visit, case: Case, *, acknowledge: bool) -> str:
    """Whether a date was kept: when, how long it took, and until when it had time."""
    tr = visit.tr
    done = case.acknowledged_at if acknowledge else case.answered_at
    until = case.acknowledge_by if acknowledge else case.answer_by
    if done is None or (case.waiting and not acknowledge):  # one that is open again is to be answered again
        return tr("cases.by", date=day_of(visit, until)) if case.waiting else tr("cases.never")
    long = spell((done - case.opened_at).total_seconds(), tr)
    kept = "cases.kept" if done <= until or case.sight is not Sight.WHOLE else "cases.kept_late"
    return tr(kept, when=day_or_time(visit, case, done), long=long, date=day_of(visit, until))


def _step(visit: Visit, case: Case, step: Step, offices: Mapping[str, str]) -> Line:
    office = offices.get(step.office or "", step.office or "")
    who = step.actor
    if who and office and who != case.poster and step.act in _BY_OFFICE:
        who = visit.tr("cases.of_office", name=who, office=office)
    elif not who and step.act in _BY_OFFICE and case.sight is Sight.EXISTS:
        who = office
    elif not who and step.act in _BY_POSTER and case.anonymous:
        who = visit.tr("cases.nameless")
    when = day_or_time(visit, case, step.at)
    spans = [Span(f"{when}  ", "date")]
    if who:
        spans.append(Span(f"{who}  ", "author"))
    return (*spans, Span(step_words(visit, step, offices)))


_BY_POSTER: Final = frozenset({Act.OPEN, Act.FOLLOW_UP, Act.RATE, Act.REOPEN, Act.CLOSE})
_BY_OFFICE: Final = frozenset(Act) - {Act.OPEN, Act.RATE, Act.REOPEN, Act.REMIND, Act.OVERDUE}


def _message(visit: Visit, message: Message, floor: int) -> Part:
    when = visit.moment(message.created_at)
    if message.official is not None:
        title = visit.office_title(message.official)
        head = official_head(visit, message.official.name, title, "", (Span(when, "official"),))
    else:
        name = message.author or visit.tr("cases.nameless")
        head = Head((Span(name, "floor.author"),), (Span(when, "floor"),))
    return Part(message.id, floor, head, (), message.body)
