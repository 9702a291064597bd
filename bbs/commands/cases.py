"""cases, case, cases stats, and the reply templates of offices: reading what became of questions."""

from __future__ import annotations

import re
from datetime import date

from bbs.commands import case_shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.member import PAGE, PAGE_MOST
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.cases.figures import Figures, value
from bbs.forum.cases.table import WAITING, CaseKind, CaseState

WAITS = "waiting"
"""The word for both states in which an office owes an answer."""
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_SHOWN = ("received", "answered", "rate", "answer_median", "answer_ninety", "satisfaction", "open", "overdue")
"""The figures of the table in lines; `--json` and `--csv` have all."""
_SHORT = {"answer_median": "short_median", "answer_ninety": "short_ninety", "satisfaction": "short_satisfaction"}
"""Shorter words for the heads of that table."""


async def cases(call: Call) -> Answer:
    """A page of cases, newest first."""
    board = call.text("board")
    state, kind = call.text("state"), call.text("kind")
    states = sorted(WAITING) if state == WAITS else [CaseState(state)] if state else []
    office = await _office(call)
    page = await call.forum.cases.list(
        call.actor,
        mine=call.flag("mine"),
        offices=[office] if office else [],
        overdue=call.flag("overdue"),
        board=await call.forum.boards.get(call.actor, board) if board else None,
        kind=CaseKind(kind) if kind else None,
        states=states,
        after=call.text("after") or None,
        limit=min(call.number("limit", PAGE), PAGE_MOST),
    )
    parts: list[str | Rows] = [case_shapes.rows(call, list(page.items))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": [case_shapes.case(one) for one in page.items], "next": page.after}, parts)


async def _office(call: Call) -> str:
    """The office that was named, "" where none was; raises NotFound(`office.not_found`)."""
    slug = call.text("office")
    return (await call.forum.officers.office(call.actor, slug)).slug if slug else ""


async def case(call: Call) -> Answer:
    """One case with all that happened to it."""
    found = await call.forum.cases.get(call.actor, call.number("id"), code=call.text("code"))
    return Answer(case_shapes.view(call, found), case_shapes.lines(call, found))


async def lookup(call: Call) -> Answer:
    """The private case that a query code opens; without `--code` it is read from standard input."""
    code = call.text("code") or (await call.stdin_bytes(200)).decode("utf-8", "replace")
    found = await call.forum.cases.lookup(call.actor, code)
    return Answer(case_shapes.view(call, found), case_shapes.lines(call, found))


async def queue(call: Call) -> Answer:
    """What waits for one's office, the most urgent first."""
    found = await call.forum.cases.queue(call.actor)
    document = {"items": [case_shapes.case(one) for one in found], "next": None}
    return Answer(document, [case_shapes.rows(call, found)])


async def stats(call: Call) -> Answer:
    """The figures of cases, with their definitions."""
    month, since, until = (_month(call.text(name)) for name in ("month", "since", "until"))
    board, kind = call.text("board"), call.text("kind")
    found = await call.forum.case_figures.report(
        call.actor,
        since=month or since,
        until=month or until,
        office=await _office(call),
        board=await call.forum.boards.get(call.actor, board) if board else None,
        kind=CaseKind(kind) if kind else None,
    )
    if call.flag("csv"):
        return Answer(case_shapes.report(found), [case_shapes.sheet(found)])
    parts: list[str | Rows] = [call.tr("case.stats_span", since=found.since.isoformat(), until=found.until.isoformat())]
    groups = (("office", found.offices), ("board", found.boards), ("kind", found.kinds), ("month", found.months))
    for name, members in groups:
        if name == "month":
            members = tuple(one for one in members if one.received)
        parts += ["", _table(call, name, (*members, found.total) if name == "office" else members)]
    parts += ["", call.tr("means.span"), *(call.tr(f"means.{name}") for name in _SHOWN), call.tr("means.withheld")]
    return Answer(case_shapes.report(found), parts)


def _table(call: Call, name: str, groups: tuple[Figures, ...]) -> Rows:
    titles = [call.tr(f"column.{name}"), *(call.tr(f"figure.{_SHORT.get(figure, figure)}") for figure in _SHOWN)]
    cells = [
        [_key(call, name, one.key), *("-" if (cell := value(one, figure)) is None else str(cell) for figure in _SHOWN)]
        for one in groups
    ]
    return Rows(titles, cells)


def _key(call: Call, name: str, key: str) -> str:
    if not key:
        return call.tr("case.all")
    return call.tr(f"case.kind.{key}") if name == "kind" else key


def _month(text: str) -> date | None:
    if not text:
        return None
    match = _MONTH.fullmatch(text)
    if match is None or not 1970 <= int(match[1]) <= 9000 or not 1 <= int(match[2]) <= 12:
        raise Invalid("figures.month")
    return date(int(match[1]), int(match[2]), 1)


async def template(call: Call) -> Answer:
    """The reply templates of one's office: all of them, one, a new text for one, or one thrown away."""
    kept, office, name = call.forum.office_templates, call.text("office"), call.text("name")
    if name and call.flag("drop"):
        await kept.drop(call.actor, office, name)
        return Answer({"removed": True}, [call.tr("office_template.dropped", name=name)])
    if name and call.text("file"):
        made = await kept.set(call.actor, office, name, await call.body())
        document = {"template": {"office": office, "name": made.name, "body": made.body}}
        return Answer(document, [call.tr("office_template.kept", name=made.name)])
    found = [one for one in await kept.list(call.actor, office) if name in ("", one.name)]
    items = [{"name": one.name, "body": one.body, "changed_by": one.changed_by} for one in found]
    cells = [[one.name, one.changed_by, one.body if name else one.body[:60]] for one in found]
    titles = [call.tr(f"column.{title}") for title in ("name", "actor", "text")]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("office_template.none"))])


_OFFICE = option("office", values="offices")
_BOARD = option("board", values="boards")
_KIND = option("kind", choices=[kind.value for kind in CaseKind])

COMMANDS = (
    Command(
        ("cases",),
        cases,
        (
            flag("mine"),
            _OFFICE,
            flag("overdue"),
            _BOARD,
            option("state", choices=(WAITS, *(state.value for state in CaseState))),
            _KIND,
            option("after"),
            option("limit", Kind.NUMBER),
        ),
        verb=Verb.CASE_READ,
    ),
    Command(
        ("cases", "stats"),
        stats,
        (option("month"), option("since"), option("until"), _OFFICE, _BOARD, _KIND, flag("csv")),
        verb=Verb.CASE_READ,
    ),
    Command(("cases", "queue"), queue, verb=Verb.OFFICE_DESK),
    Command(("case",), case, (argument("id", Kind.NUMBER), option("code")), verb=Verb.CASE_READ),
    Command(("case", "lookup"), lookup, (option("code"),), verb=Verb.CASE_FOLLOW),
    Command(
        ("office", "template"),
        template,
        (argument("office", values="offices"), argument("name", required=False), option("file"), flag("drop")),
        verb=Verb.OFFICE_DESK,
    ),
)
