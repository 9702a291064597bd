"""The JSON shapes of cases and their figures, and how a case is shown line by line."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from bbs.commands import shapes
from bbs.commands.answer import Rows
from bbs.commands.call import Call
from bbs.forum.cases.figures import COLUMNS, Figures, Report, value
from bbs.forum.cases.rules import Case, CaseView, Message, Step
from bbs.text.when import stamp
from bbs.text.wrap import wrap

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell of a spreadsheet must not begin with: it would be taken for a formula."""


def case(found: Case) -> dict[str, Any]:
    return {
        "id": found.id,
        "thread": found.thread,
        "board": found.board,
        "kind": found.kind.value,
        "state": found.state.value,
        "title": found.title or None,
        "private": found.private,
        "poster": found.poster or None,
        "office": found.office,
        "assignee": found.assignee or None,
        "opened_at": found.opened_at,
        "acknowledge_by": found.acknowledge_by,
        "acknowledged_at": found.acknowledged_at,
        "answer_by": found.answer_by,
        "answered_at": found.answered_at,
        "answered_floor": found.answered_floor,
        "closed_at": found.closed_at,
        "due": found.due,
        "overdue": found.overdue,
        "outcome": found.outcome.value if found.outcome else None,
        "reason": found.reason or None,
        "belongs": found.belongs or None,
        "merged_into": found.merged_into,
        "extended_at": found.extended_at,
        "extension": found.extension or None,
        "reopened_at": found.reopened_at,
        "reopening": found.reopening or None,
        "rating": found.rating.value if found.rating else None,
        "rating_words": found.rating_words or None,
        "mine": found.mine,
        "change": found.change,
        "route": found.route,
    }


def view(call: Call, found: CaseView) -> dict[str, Any]:
    """A case with its steps and messages, what may be done with it, and for its office the prepared answer."""
    return {
        "case": case(found.case),
        "steps": [_step(one) for one in found.steps],
        "messages": [_message(call, one) for one in found.messages],
        "acts": sorted(act.value for act in found.acts),
        "prepared": None if found.prepared is None else {"body": found.prepared.body, "by": found.prepared.by},
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "at": one.at,
        "act": one.act.value,
        "state": one.state.value,
        "actor": one.actor or None,
        "office": one.office,
        "reason": one.reason or None,
        "facts": dict(one.facts),
    }


def _message(call: Call, one: Message) -> dict[str, Any]:
    return {
        "id": one.id,
        "author": one.author or None,
        "official": shapes.official(one.official, call.tr),
        "created_at": one.created_at,
        "body": one.body,
    }


# In lines


def rows(call: Call, found: list[Case]) -> Rows:
    """Cases as a table."""
    cells = [
        [
            str(one.id),
            call.tr(f"case.kind.{one.kind.value}"),
            call.tr(f"case.state.{one.state.value}"),
            due(call, one),
            one.office,
            one.title or call.tr("case.private_title"),
        ]
        for one in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "kind", "state", "due", "office", "title")]
    return Rows(titles, cells, call.tr("case.none"))


def due(call: Call, found: Case) -> str:
    """The day of the next date, marked when it has passed."""
    if found.due is None:
        return ""
    local, today = found.due.astimezone(call.zone), call.forum.clock.now().astimezone(call.zone)
    day = f"{local:%m-%d}" if local.year == today.year else local.date().isoformat()
    return call.tr("case.due_over", day=day) if found.overdue else day


def lines(call: Call, found: CaseView) -> list[str | Rows]:
    """A case for a person: what it is, where it stands, what happened, and what was said."""
    one = found.case
    title = one.title or call.tr("case.private_title")
    state = call.tr(f"case.state.{one.state.value}")
    kind = call.tr(f"case.kind.{one.kind.value}")
    parts: list[str | Rows] = [
        f"{title}  {one.route}",
        call.tr("case.line", kind=kind, state=state, office=one.office, due=due(call, one) or "-"),
    ]
    if one.thread is not None:
        parts.append(call.tr("case.in_thread", route=f"/t/{one.thread}"))
    steps = [
        [_when(call, step.at), call.tr(f"case.act.{step.act.value}"), step.actor, step.office or "", _said(step)]
        for step in found.steps
    ]
    titles = [call.tr(f"column.{name}") for name in ("when", "what", "actor", "office", "details")]
    parts += ["", Rows(titles, steps)]
    for message in found.messages:
        parts += ["", *_said_privately(call, message)]
    if found.prepared is not None:
        parts += ["", call.tr("case.prepared_by", who=found.prepared.by), *_body(call, found.prepared.body)]
    return parts


def _said(step: Step) -> str:
    facts = [f"{name}: {fact}" for name, fact in step.facts.items() if name not in ("post", "message", "reminder")]
    return "; ".join(part for part in (step.reason, *facts) if part)


def _said_privately(call: Call, message: Message) -> list[str]:
    when = _when(call, message.created_at)
    if message.official is not None:
        title = shapes.named(call.tr, message.official.title_zh, message.official.title_en)
        head = call.tr("case.head_official", name=message.official.name, title=title, when=when)
    else:
        head = call.tr("case.head", author=message.author or call.tr("case.nameless"), when=when)
    return [head, *_body(call, message.body)]


def _body(call: Call, body: str) -> list[str]:
    # Indented, as bodies of posts are: no text of a member can pass for the head line of an officer.
    return [f"  {line}" for line in wrap(body, max(20, call.around.columns - 3))]


def _when(call: Call, moment: datetime) -> str:
    return stamp(moment, call.zone, call.forum.clock.now(), call.tr)


# Figures


def report(found: Report) -> dict[str, Any]:
    """All figures as a document. Rates are numbers of per cent with one decimal, cut; times are hours."""
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "as_of": found.as_of,
        "total": figures(found.total),
        "offices": [figures(one) for one in found.offices],
        "boards": [figures(one) for one in found.boards],
        "kinds": [figures(one) for one in found.kinds],
        "months": [figures(one) for one in found.months],
    }


def figures(found: Figures) -> dict[str, Any]:
    numbers = {name: value(found, name) for name in COLUMNS}
    for name, share in (("rate", found.rate), ("satisfaction", found.satisfaction)):
        numbers[name] = None if share.tenths is None else share.tenths / 10
    return {"key": found.key, **numbers, "due": found.due, "satisfied": found.satisfied}


def sheet(found: Report) -> str:
    """All figures as CSV, one group a row: `group`, `key`, then the figures by name."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["group", "key", *COLUMNS])
    groups = (
        ("total", (found.total,)),
        ("office", found.offices),
        ("board", found.boards),
        ("kind", found.kinds),
        ("month", found.months),
    )
    for name, members in groups:
        for one in members:
            numbers = [value(one, column) for column in COLUMNS]
            writer.writerow([name, harmless(one.key), *("" if number is None else number for number in numbers)])
    return file.getvalue().rstrip("\n")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell
