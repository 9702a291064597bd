"""case open|take|assign|…: what offices and posters do with cases.

The state of the case decides what can be done, and `bbs.forum.cases.table` says by whom; `--change` refuses an act on a
case that has moved on since a script looked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bbs.commands import case_shapes
from bbs.commands.answer import Answer
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, Param, argument, flag, option
from bbs.errors import Invalid, NotFound
from bbs.forum.access import Verb
from bbs.forum.cases.rules import Case
from bbs.forum.cases.table import Act, CaseKind, Outcome, Rating

Run = Callable[[Call], Awaitable[Answer]]
_CHANGE_DIGITS = 9


async def open_case(call: Call) -> Answer:
    """Start a thread on a tracked board, or open a case that only the office reads, with or without a name."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    kind, title = CaseKind(call.text("kind") or CaseKind.QUESTION), call.text("title")
    nameless = call.flag("nameless")
    if not call.flag("private") and not nameless:
        made = await call.forum.threads.start(call.actor, board, title, await call.body(), kind=kind)
        found = await call.forum.cases.of_thread(call.actor, made.thread)
        if found is None:
            raise NotFound("case.untracked", board=board.slug)
        return _done(call, found, Act.OPEN)
    opened = await call.forum.cases.open_private(
        call.actor, board, kind, title, await call.body(), nameless=nameless, office=call.text("office")
    )
    found = (await call.forum.cases.get(call.actor, opened.case, code=opened.code)).case
    parts = [call.tr("case.opened", case=found.id, route=found.route)]
    if opened.code:
        parts.append(call.tr("case.code", code=opened.code))
    return Answer({"case": case_shapes.case(found), "code": opened.code or None}, parts)


async def take(call: Call) -> Answer:
    """Take a case on oneself."""
    return _done(call, await call.forum.cases.take(call.actor, _id(call), change=_change(call)), Act.TAKE)


async def assign(call: Call) -> Answer:
    """Give a case to an officer of the office."""
    done = await call.forum.cases.assign(call.actor, _id(call), call.text("officer"), change=_change(call))
    return _done(call, done, Act.ASSIGN)


async def transfer(call: Call) -> Answer:
    """Hand a case to another office."""
    done = await call.forum.cases.transfer(
        call.actor, _id(call), call.text("office"), call.text("reason"), change=_change(call)
    )
    return _done(call, done, Act.TRANSFER)


async def answer(call: Call) -> Answer:
    """Answer for the office, from a file, standard input or a reply template."""
    name = call.text("template")
    body = await _template(call, name) if name else await call.body()
    return _done(call, await call.forum.cases.answer(call.actor, _id(call), body, change=_change(call)), Act.ANSWER)


async def _template(call: Call, name: str) -> str:
    """The text of a template of the office that has the case."""
    office = (await call.forum.cases.get(call.actor, _id(call))).case.office
    for one in await call.forum.office_templates.list(call.actor, office):
        if one.name == name:
            return one.body
    raise NotFound("office_template.not_found", name=name[:40])


async def prepare(call: Call) -> Answer:
    """Leave an answer for a colleague to send; the one that was there is replaced."""
    view = await call.forum.cases.get(call.actor, _id(call))
    seen = view.prepared.body if view.prepared is not None else ""
    await call.forum.cases.prepare(call.actor, _id(call), await call.body(), seen=seen)
    return Answer({"case": case_shapes.case(view.case)}, [call.tr("case.prepared_now", case=view.case.id)])


async def extend(call: Call) -> Answer:
    """Move the answer date, once, with a reason."""
    until = call.date("until")
    assert until is not None
    day = until.astimezone(call.zone).date()
    done = await call.forum.cases.extend(call.actor, _id(call), day, call.text("reason"), change=_change(call))
    return _done(call, done, Act.EXTEND)


async def give_back(call: Call) -> Answer:
    """Give a case back to its poster, saying where it belongs."""
    done = await call.forum.cases.return_(
        call.actor, _id(call), call.text("reason"), call.text("belongs"), change=_change(call)
    )
    return _done(call, done, Act.RETURN)


async def merge(call: Call) -> Answer:
    """Let a case go on as part of another."""
    done = await call.forum.cases.merge(call.actor, _id(call), call.number("into"), change=_change(call))
    return _done(call, done, Act.MERGE)


async def decline(call: Call) -> Answer:
    """Say that it will not be done, and why."""
    done = await call.forum.cases.decline(call.actor, _id(call), call.text("reason"), change=_change(call))
    return _done(call, done, Act.DECLINE)


async def close(call: Call) -> Answer:
    """End a case: the office with how it ended, its poster without."""
    outcome = call.text("outcome")
    done = await call.forum.cases.close(
        call.actor, _id(call), Outcome(outcome) if outcome else None, change=_change(call), code=call.text("code")
    )
    return _done(call, done, Act.CLOSE)


async def reopen(call: Call) -> Answer:
    """Have it looked at again, once."""
    done = await call.forum.cases.reopen(
        call.actor, _id(call), call.text("reason"), change=_change(call), code=call.text("code")
    )
    return _done(call, done, Act.REOPEN)


async def rate(call: Call) -> Answer:
    """Say whether one is satisfied."""
    done = await call.forum.cases.rate(
        call.actor,
        _id(call),
        Rating(call.text("rating")),
        call.text("words"),
        change=_change(call),
        code=call.text("code"),
    )
    return _done(call, done, Act.RATE)


async def follow_up(call: Call) -> Answer:
    """Add something to one's case, or ask back as the office."""
    done = await call.forum.cases.follow_up(
        call.actor, _id(call), await call.body(), change=_change(call), code=call.text("code")
    )
    return _done(call, done, Act.FOLLOW_UP)


def _id(call: Call) -> int:
    return call.number("id")


def _change(call: Call) -> int | None:
    """The change a script saw; Invalid(`command.number`)."""
    text = call.text("change")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > _CHANGE_DIGITS:
        raise Invalid("command.number", name="change", value=text[:40])
    return int(text)


def _done(call: Call, found: Case, act: Act) -> Answer:
    state = call.tr(f"case.state.{found.state.value}")
    done = call.tr(f"case.act.{act.value}")
    due = case_shapes.due(call, found)
    words = call.tr("case.done_due" if due else "case.done", case=found.id, done=done, state=state, due=due)
    return Answer({"case": case_shapes.case(found)}, [words])


def _act(name: str, run: Run, *params: Param, verb: Verb = Verb.CASE_READ, code: bool = False) -> Command:
    last = (option("change"), option("code")) if code else (option("change"),)
    return Command(("case", name), run, (argument("id", Kind.NUMBER), *params, *last), verb=verb)


_REASON = option("reason", required=True)
_FILE = option("file")

COMMANDS = (
    Command(
        ("case", "open"),
        open_case,
        (
            argument("board", values="boards"),
            option("title", required=True),
            option("kind", choices=[kind.value for kind in CaseKind]),
            flag("private"),
            flag("nameless"),
            option("office", values="offices"),
            _FILE,
        ),
        verb=Verb.CASE_OPEN,
    ),
    _act("take", take, verb=Verb.CASE_WORK),
    _act("assign", assign, argument("officer"), verb=Verb.OFFICE_DESK),
    _act("transfer", transfer, argument("office", values="offices"), _REASON),
    _act("answer", answer, _FILE, option("template"), verb=Verb.CASE_WORK),
    Command(("case", "prepare"), prepare, (argument("id", Kind.NUMBER), _FILE), verb=Verb.OFFICE_DESK),
    _act("extend", extend, option("until", Kind.DATE, required=True), _REASON, verb=Verb.CASE_WORK),
    _act("return", give_back, _REASON, option("belongs", required=True), verb=Verb.CASE_WORK),
    _act("merge", merge, argument("into", Kind.NUMBER)),
    _act("decline", decline, _REASON, verb=Verb.CASE_WORK),
    _act("close", close, argument("outcome", required=False, choices=[one.value for one in Outcome]), code=True),
    _act("reopen", reopen, _REASON, verb=Verb.CASE_FOLLOW, code=True),
    _act(
        "rate",
        rate,
        argument("rating", choices=[one.value for one in Rating]),
        option("words"),
        verb=Verb.CASE_FOLLOW,
        code=True,
    ),
    _act("follow-up", follow_up, _FILE, code=True),
)
