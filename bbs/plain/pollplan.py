"""Asking for a poll line by line: the question, the options, and how it is held."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid
from bbs.forum.posts.polls import DAYS_MOST, OPTIONS_LEAST, OPTIONS_MOST, Plan, checked
from bbs.plain.visit import Visit

_NOT: Final = frozenset({"none", "无", "没有"})


async def ask_plan(visit: Visit, before: Plan | None = None) -> Plan | None:
    """What is asked for, checked; None when an empty question says that there shall be no poll. Raises Invalid."""
    tr, paper = visit.tr, visit.paper
    await visit.say("poll.form_about", name=visit.actor.name)
    if before is not None:
        await say_plan(visit, before)
    question = ((await paper.ask(tr("plain.poll_question"))) or "").strip()
    if not question:
        return before
    if question.casefold() in _NOT:
        return None
    options: list[str] = []
    while len(options) < OPTIONS_MOST:
        enough = "plain.poll_option_or_end" if len(options) >= OPTIONS_LEAST else "plain.poll_option"
        option = ((await paper.ask(tr(enough, number=len(options) + 1))) or "").strip()
        if not option:
            break
        options.append(option)
    many = await paper.yes(tr("plain.poll_many"))
    names = await paper.yes(tr("plain.poll_names"))
    days = ((await paper.ask(tr("plain.poll_days", most=DAYS_MOST))) or "").strip()
    if days and not (days.isascii() and days.isdecimal() and len(days) < 4):
        raise Invalid("poll.days", most=DAYS_MOST)
    plan = Plan(question, tuple(options), many, names, int(days) if days else None)
    return checked(visit.actor, plan)


async def say_plan(visit: Visit, plan: Plan) -> None:
    """A poll that is planned, in words."""
    await visit.say("plain.poll", question=plan.question)
    for number, option in enumerate(plan.options, 1):
        await visit.say("plain.numbered", number=number, line=option)
    how = [visit.tr("poll.several" if plan.many else "poll.one_only")]
    how.append(visit.tr("poll.shown" if plan.open_names else "poll.hidden"))
    if plan.days:
        how.append(visit.tr.plural("plain.poll_for", plan.days))
    await visit.paper.say(visit.joined(how))
