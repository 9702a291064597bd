"""Cases read out: the list, one of them with its course, what waits at the desk, and the door of the query code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from bbs.errors import Invalid
from bbs.forum.cases.table import WAITING, Act, CaseKind, CaseState
from bbs.forum.cases.values import Case, CaseView, Message, Sight, Step
from bbs.plain.heads import marked
from bbs.plain.phrases import text_lines
from bbs.plain.places import PAGE, more_there
from bbs.plain.visit import Visit
from bbs.text.due import due

_MINE: Final = frozenset({"mine", "我的"})
_OVERDUE: Final = frozenset({"overdue", "逾期"})
_WAITING: Final = frozenset({"waiting", "待办", "未答复"})


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The case one is at, and the query code it was opened with."""

    view: CaseView
    code: str = ""


async def overview(visit: Visit, narrow: str = "") -> None:
    """`/cases`, `cases mine overdue`: cases, newest first; words narrow the list."""
    tr = visit.tr
    visit.arrive("/cases", tr("plain.cases"))
    asked = await _asked(visit, narrow)

    async def page(after: str | None) -> None:
        rows = await visit.forum.cases.list(visit.actor, after=after, limit=PAGE, **asked)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            await visit.say("plain.numbered", number=visit.number(one.route), line=await phrase(visit, one))
        if not rows.items:
            await visit.say("cases.empty")
        await more_there(visit)

    await page(None)
    await visit.say("plain.cases_foot")


async def _asked(visit: Visit, narrow: str) -> dict[str, Any]:
    """What the words of a line narrow the list to; Invalid(`plain.cases_what`) for any other word."""
    tr = visit.tr
    offices = {one.slug: one for one in await visit.forum.officers.offices(visit.actor)}
    boards = {one.slug: one for one in (await visit.forum.boards.readable(visit.actor)).values()}
    found: dict[str, Any] = {}
    for word in narrow.casefold().split():
        kind = next((one for one in CaseKind if word in (one.value, tr(f"case.kind.{one}").casefold())), None)
        state = next((one for one in CaseState if word in (one.value, tr(f"case.state.{one}").casefold())), None)
        if word in _MINE:
            found["mine"] = True
        elif word in _OVERDUE:
            found["overdue"] = True
        elif word in _WAITING:
            found["states"] = sorted(WAITING)
        elif kind is not None:
            found["kind"] = kind
        elif state is not None:
            found["states"] = [state]
        elif word in offices:
            found["offices"] = [word]
        elif word in boards:
            found["board"] = boards[word]
        else:
            raise Invalid("plain.cases_what", word=word[:40])
    return found


async def desk(visit: Visit) -> None:
    """`/desk`: what waits for one's offices, the most urgent first."""
    queue = await visit.forum.cases.queue(visit.actor)
    visit.arrive("/desk", visit.tr("plain.desk"))
    await visit.paper.say(visit.tr.plural("plain.desk_head", len(queue)) if queue else visit.tr("plain.desk_empty"))
    for one in queue:
        await visit.say("plain.numbered", number=visit.number(one.route), line=await phrase(visit, one))
    if queue:
        await visit.say("plain.desk_foot")


async def phrase(visit: Visit, case: Case) -> str:
    """A case in a list: its number, what and where it is, by when, and its title last."""
    tr = visit.tr
    parts = [
        tr("plain.case_number", case=case.id),
        tr(f"case.kind.{case.kind}"),
        tr("plain.case", state=state(visit, case)),
    ]
    parts.append(await visit.office(case.office))
    parts.append(due_words(visit, case))
    parts += [case.assignee] if case.assignee else []
    if case.sight is not Sight.WHOLE:
        return visit.joined([*parts, tr("plain.case_private")])
    parts += [tr("cases.private")] if case.private else []
    return tr("plain.titled", head=visit.joined([*parts, _poster(visit, case)]), title=case.title)


def state(visit: Visit, case: Case) -> str:
    """Where a case stands, with what is most worth knowing of it."""
    words = visit.tr(f"case.state.{case.state}")
    if case.merged_into is not None:
        return visit.tr("cases.merged_into", case=case.merged_into)
    return words if case.outcome is None else visit.joined([words, visit.tr(f"case.outcome.{case.outcome}")])


def due_words(visit: Visit, case: Case) -> str:
    """By when the office owes something, or how late it is; "" when it owes nothing."""
    if case.due is None:
        return ""
    now = visit.forum.clock.now()
    late = visit.forum.community.site.calendar.working_time(case.due, now).days
    return due(case.due, now, visit.zone, visit.tr, over=late)


def _poster(visit: Visit, case: Case) -> str:
    return visit.tr("plain.by", author=case.poster) if case.poster else visit.tr("cases.nameless")


async def case(visit: Visit, number: int, code: str = "") -> None:
    """`/c/ID`: what it is, where it stands, what happened, what was said, and what one may do."""
    await _read_out(visit, await visit.forum.cases.get(visit.actor, number, code=code), code)


async def lookup(visit: Visit, code: str = "") -> None:
    """`/cases/code`, `code ABCD`: the private case that a query code opens."""
    code = code.strip() or ((await visit.paper.ask(visit.tr("plain.ask_code"))) or "").strip()
    await _read_out(visit, await visit.forum.cases.lookup(visit.actor, code), code)


async def _read_out(visit: Visit, view: CaseView, code: str) -> None:
    tr, one = visit.tr, view.case
    title = one.title if one.sight is Sight.WHOLE else tr("plain.case_private")
    visit.arrive(one.route, title, thing=OpenCase(view, code), untold=bool(code))
    await visit.paper.say(await phrase(visit, one))
    if one.thread is not None:
        route = f"/t/{one.thread}"
        await visit.say("plain.numbered", number=visit.number(route), line=tr("plain.case_thread", thread=one.thread))
    for label, words in (("reason", one.reason), ("belongs", one.belongs), ("extension", one.extension)):
        if words:
            await visit.say(f"plain.case_{label}", words=words)
    for step in view.steps:
        await _say_step(visit, step)
    for message in view.messages:
        await _say_message(visit, message)
    if view.prepared is not None:
        await visit.say("case.prepared_by", who=view.prepared.by)
        await visit.paper.say_all(text_lines(visit, view.prepared.body))
    await visit.say("plain.case_ends", case=one.id)
    await visit.forum.inbox.seen(visit.actor, [one.route])
    acts = [act for act in Act if act in view.acts or (act is Act.ANSWER and prepares(view))]
    if acts:
        await visit.say("plain.case_acts", words=visit.joined([tr(f"plain.act.{act.value}") for act in acts]))


def prepares(view: CaseView) -> bool:
    """Whether the reader may only get an answer ready for those who may send it."""
    return Act.ANSWER not in view.acts and view.case.staff and view.case.waiting


async def _say_step(visit: Visit, step: Step) -> None:
    tr = visit.tr
    facts: dict[str, object] = {"officer": "", "to": "", "until": "", "belongs": "", "case": "", **step.facts}
    for name in ("from", "to"):
        if facts.get(name):
            facts[name] = await visit.office(str(facts[name]))
    facts["until"] = str(facts["until"])[:10]
    done = tr(f"cases.step.{step.act}", **facts)
    if step.act is Act.RATE and "rating" in facts:
        done = tr("cases.step.rated", rating=tr(f"case.rating.{facts['rating']}"))
    elif step.act is Act.CLOSE and facts.get("outcome"):
        done = tr("cases.step.closed_as", outcome=tr(f"case.outcome.{facts['outcome']}"))
    said = visit.joined([visit.when(step.at), step.actor, done])
    await visit.paper.say(tr("plain.titled", head=said, title=step.reason) if step.reason else said)


async def _say_message(visit: Visit, message: Message) -> None:
    tr, when = visit.tr, visit.when(message.created_at)
    if message.official is not None:
        held = message.official
        title = visit.named(held.title_zh, held.title_en)
        office = await visit.office(held.office)
        await visit.say("plain.message_official", name=held.name, title=title, office=office, when=when)
    else:
        author = marked(message.author or tr("case.nameless"), tr("plain.text_mark"))
        await visit.say("plain.message", author=author, when=when)
    await visit.paper.say_all(text_lines(visit, message.body))
