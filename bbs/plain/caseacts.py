"""What poster and office do with the case one is at: each act asks in words for what it takes."""

from __future__ import annotations

from datetime import date
from typing import Final

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum.actor import Duty
from bbs.forum.cases.table import Act, Need, Outcome, Rating, rules_for
from bbs.forum.cases.values import CaseView
from bbs.plain.asking import ask, choose, number_of
from bbs.plain.cases import OpenCase, case, prepares, state
from bbs.plain.phrases import text_lines
from bbs.plain.posting import as_whom
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write

_OPTIONS: Final = {Need.REASON: "--reason", Need.BELONGS: "--belongs", Need.DATE: "--until", Need.WORDS: "--words"}


async def act(visit: Visit, what: Act, rest: str) -> None:
    """`take`, `extend 2026-12-01`, `rate satisfied`: one act on the case one is at, or on `take 12` another."""
    visit.member()
    opened, rest = await _opened(visit, rest)
    found = opened.view
    if what is Act.RATE and not rest:
        rest = await choose(visit, "plain.ask_rating", _labelled(visit, "case.rating", Rating))
    needs = _needs(found, what)
    parts = ["case", what.value, str(found.case.id)]
    options: list[str] = []
    for need in needs:
        given, rest = rest, ""
        if need is Need.WORDS and parts[-1] == Rating.SATISFIED.value:
            continue
        value = await _ask_for(visit, found, need, given)
        options += [f"{_OPTIONS[need]}={value}"] if need in _OPTIONS else []
        parts += [] if need in _OPTIONS else [value]
    code = ["--code", opened.code] if opened.code else []
    if await visit.run([*parts, *options, "--change", str(found.case.change), *code]) == 0:
        await _freshen(visit, opened)


def _needs(view: CaseView, what: Act) -> tuple[Need, ...]:
    """What the act takes from the reader; a poster who closes says nothing more."""
    rules = [rule for rule in rules_for(what) if view.case.state in rule.sources]
    ways = [rule for rule in rules if not (view.case.mine and what is Act.CLOSE and rule.needs)]
    return ways[0].needs if ways else rules_for(what)[0].needs


async def _ask_for(visit: Visit, view: CaseView, need: Need, given: str) -> str:
    if need is Need.OUTCOME:
        return await choose(visit, "plain.ask_outcome", _labelled(visit, "case.outcome", Outcome), given)
    if need is Need.RATING:
        return await choose(visit, "plain.ask_rating", _labelled(visit, "case.rating", Rating), given)
    if need is Need.OFFICER:
        held = [one for one in view.officers if one.duty is not Duty.LIAISON]
        named = [(one.real_name, f"{one.real_name}, {visit.named(one.title_zh, one.title_en)}") for one in held]
        return await choose(visit, "plain.ask_officer", named, given)
    if need is Need.OFFICE:
        offices = await visit.forum.officers.offices(visit.actor)
        others = [(one.slug, visit.named(one.zh, one.en)) for one in offices if one.slug != view.case.office]
        return await choose(visit, "plain.ask_office", others, given)
    if need is Need.DATE:
        return _day(await ask(visit, "plain.ask_until", given, date=f"{visit.forum.clock.now():%Y}-12-01"))
    return await ask(visit, f"plain.ask_{need.value}", given)


def _day(word: str) -> str:
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        raise Invalid("plain.which_day") from None


def _labelled(visit: Visit, group: str, values: type[Rating] | type[Outcome]) -> list[tuple[str, str]]:
    return [(one.value, visit.tr(f"{group}.{one.value}")) for one in values]


async def _opened(visit: Visit, rest: str) -> tuple[OpenCase, str]:
    """The case one is at, or the one a number names; Invalid(`plain.no_case`)."""
    number, more = number_of(rest)
    here = visit.here.thing
    if isinstance(here, OpenCase):
        view = await visit.forum.cases.get(visit.actor, here.view.case.id, code=here.code)
        if view.case.change != here.view.case.change:
            await visit.say("plain.came_case", state=state(visit, view.case))
        return OpenCase(view, here.code), rest.strip()
    if number is not None:
        return OpenCase(await visit.forum.cases.get(visit.actor, number)), more
    if visit.here.reading is not None:
        found = await visit.forum.cases.of_thread(visit.actor, visit.here.reading.thread.id)
        if found is not None:
            return OpenCase(await visit.forum.cases.get(visit.actor, found.id)), rest.strip()
    raise Invalid("plain.no_case")


async def _freshen(visit: Visit, opened: OpenCase) -> None:
    """The case one is at is now another: later acts carry its newest change."""
    if isinstance(visit.here.thing, OpenCase):
        view = await visit.forum.cases.get(visit.actor, opened.view.case.id, code=opened.code)
        visit.here.thing = OpenCase(view, opened.code)


async def say(visit: Visit, what: Act, rest: str) -> None:
    """`answer`, `add`: a text in the case; what cannot be sent because a colleague was faster stays."""
    visit.member()
    opened, _ = await _opened(visit, rest)
    view, code = opened.view, opened.code
    ready = what is Act.ANSWER and prepares(view)
    if what not in view.acts and not ready:
        raise Conflict("cases.cannot", case=view.case.id, state=state(visit, view.case))
    number, tr, cases = view.case.id, visit.tr, visit.forum.cases
    seen = view.prepared.body if view.prepared is not None else ""

    async def send(piece: Piece) -> str:
        draft = piece.draft_id
        try:
            if ready:
                await cases.prepare(visit.actor, number, piece.body, seen=seen)
                await visit.forum.drafts.drop(visit.actor, draft)
                return tr("cases.kept_draft", case=number)
            change = opened.view.case.change
            if what is Act.ANSWER:
                await cases.answer(visit.actor, number, piece.body, change=change, draft_id=draft)
            else:
                await cases.follow_up(visit.actor, number, piece.body, change=change, draft_id=draft, code=code)
        except (Conflict, Forbidden):
            await _freshen(visit, opened)
            raise
        await _freshen(visit, opened)
        return tr("cases.sent", case=number)

    said = "prepare" if ready else "answer" if what is Act.ANSWER else "follow_up"
    poster = view.case.poster or tr("cases.nameless")
    heading = tr(f"cases.heading.{said}", case=number, title=view.case.title, poster=poster)
    piece = Piece(f"/c/{number}/{what.value}", heading, "", _reach(visit, view, ready=ready), send, unkept=bool(code))
    board = await visit.forum.boards.get(visit.actor, view.case.board)
    piece.as_whom = tr("cases.as_liaison") if ready else tr("cases.as_nobody") if code else as_whom(visit, board)
    if what is Act.ANSWER and seen:
        piece.lines = seen.split("\n")
        await visit.say("case.prepared_by", who=view.prepared.by if view.prepared else "")
        await visit.paper.say_all(text_lines(visit, seen))
        piece.revising = True
    elif what is Act.ANSWER:
        await _begin_with(visit, piece, view.case.office)
    await write(visit, piece)


async def _begin_with(visit: Visit, piece: Piece, office: str) -> None:
    """Offer the reply templates of the office."""
    piece.templates = await visit.forum.office_templates.list(visit.actor, office)


async def templates(visit: Visit, office: str) -> None:
    """`/o/OFFICE/templates`: the reply templates of one's office."""
    offered = await visit.forum.office_templates.list(visit.actor, office)
    visit.arrive(f"/o/{office}/templates", await visit.office(office))
    for number, one in enumerate(offered, 1):
        await visit.say("plain.numbered", number=number, line=one.name)
        await visit.paper.say_all(text_lines(visit, one.body))
    await visit.say("plain.office_templates_foot" if offered else "plain.office_templates_none")


def _reach(visit: Visit, view: CaseView, *, ready: bool) -> str:
    if ready:
        return visit.tr("cases.reach_office")
    return visit.tr("cases.reach_private" if view.case.private else "plain.reach_case")


async def write_at(visit: Visit, number: int, what: Act) -> None:
    """`/c/ID/answer`, `/c/ID/follow-up`: the case, and then the text."""
    await case(visit, number)
    await say(visit, what, "")
