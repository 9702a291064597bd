"""Commands of the opinion digest: draft, edit, hand in, release; and answers of those whose words are asked for."""

from __future__ import annotations

from typing import Any, Final

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.shapes import named
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.digest.digests import Asked, Head, Issue, Topic
from bbs.forum.leading import CaseLine
from bbs.text.due import after, late

_PARTS: Final = ("title-zh", "title-en", "body-zh", "body-en")
_ACTS: Final = ("place", "merge", "split", "leave-out", "take-in")


async def digest_list(call: Call) -> Answer:
    """Issues, the newest week first; drafts for those who work on them."""
    found = await call.forum.digests.list(call.actor, call.number("limit", 50))
    titles = [call.tr(f"column.{name}") for name in ("week", "issue", "status", "topics", "editor", "reviewer")]
    cells = [
        [one.week, str(one.issue), call.tr(f"digest.state.{one.state}"), str(one.topics), one.editor, one.reviewer]
        for one in found
    ]
    document = {"items": [head(one) for one in found], "next": None}
    return Answer(document, [Rows(titles, cells, call.tr("digest.list_none"))])


async def digest_show(call: Call) -> Answer:
    """One issue: its topics with their numbers, or with `--text` the bulletin in the caller's language."""
    found = await call.forum.digests.get(call.actor, call.text("week"))
    if not call.flag("text"):
        return _issue(call, found)
    texts = await call.forum.digests.preview(call.actor, found.head.week, call.tr)
    own = next((text for text in texts if text.lang == call.tr.lang), texts[0])
    return Answer({"issue": issue(found), "title": own.title, "body": own.body}, [f"# {own.title}", "", own.body])


async def digest_draft(call: Call) -> Answer:
    """Count a week that is over and draft its issue; without a week, the last one."""
    return _issue(call, await call.forum.digests.draft(call.actor, call.text("week") or None))


async def digest_edit(call: Call) -> Answer:
    """Change one topic: its words, or its place, its threads, or whether it is listed. Invalid(`digest.one_act`)."""
    week, topic, change = call.text("week"), call.number("topic"), await _change(call)
    words = {name: call.text(name) for name in _PARTS if call.values.get(name) is not None}
    acts = [name for name in _ACTS if call.flag(name) or (call.values.get(name) not in (None, False))]
    if len(acts) + bool(words) != 1:
        raise Invalid("digest.one_act" if acts else "digest.no_act")
    digests = call.forum.digests
    match acts:
        case ["place"]:
            found = await digests.move(call.actor, week, topic, change, call.number("place"))
        case ["merge"]:
            found = await digests.merge(call.actor, week, topic, call.number("merge"), change)
        case ["split"]:
            threads = [int(word) for word in call.text("split").replace(",", " ").split() if word.isdecimal()]
            found = await digests.split(call.actor, week, topic, threads, change)
        case ["leave-out" | "take-in"]:
            found = await digests.leave_out(call.actor, week, topic, change, out=call.flag("leave-out"))
        case _:
            titles = {name[-2:]: text for name, text in words.items() if name.startswith("title")}
            bodies = {name[-2:]: text for name, text in words.items() if name.startswith("body")}
            found = await digests.edit(call.actor, week, topic, change, titles=titles, bodies=bodies)
    return _issue(call, found)


async def digest_submit(call: Call) -> Answer:
    """Hand a draft in for review."""
    found = await call.forum.digests.submit(call.actor, call.text("week"), await _change(call))
    return Answer({"issue": issue(found)}, [call.tr("digest.submitted")])


async def digest_release(call: Call) -> Answer:
    """Release an issue under review as a bulletin in each language; never by the account that edited it."""
    change = await _change(call)
    if not await call.agreed(call.tr("digest.release_ask", week=call.text("week"))):
        return Answer({"released": False}, [call.tr("command.left")])
    found = await call.forum.digests.release(call.actor, call.text("week"), change, call.tr)
    routes = ", ".join(f"/n/{number}" for number in found.head.bulletins.values())
    return Answer({"issue": issue(found)}, [call.tr("digest.released", route=routes)])


async def digest_back(call: Call) -> Answer:
    """Send an issue under review back to its editor, with the reason."""
    digests, change = call.forum.digests, await _change(call)
    found = await digests.send_back(call.actor, call.text("week"), change, call.text("reason"))
    return Answer({"issue": issue(found)}, [call.tr("digest.sent_back")])


async def digest_correct(call: Call) -> Answer:
    """Open a released issue again, with a note of what was wrong."""
    notes = {"zh": call.text("note-zh"), "en": call.text("note-en")}
    found = await call.forum.digests.correct(call.actor, call.text("week"), await _change(call), notes)
    return Answer({"issue": issue(found)}, [call.tr("digest.correcting")])


async def digest_export(call: Call) -> Answer:
    """The whole text of an issue in every language; who took it out is recorded."""
    texts = await call.forum.digests.export(call.actor, call.text("week"), call.tr)
    document = {"items": [{"lang": one.lang, "title": one.title, "body": one.body} for one in texts], "next": None}
    return Answer(document, [line for one in texts for line in (f"# {one.title}", "", one.body, "")])


async def digest_quote(call: Call) -> Answer:
    """Have the authors of some words asked whether they may be quoted; who they are is told to nobody."""
    digests, change = call.forum.digests, await _change(call)
    found = await digests.ask(call.actor, call.text("week"), call.number("topic"), call.text("words"), change)
    return Answer({"issue": issue(found)}, [call.tr("digest.quote_sent")])


async def digest_questions(call: Call) -> Answer:
    """Words of one's own that may be quoted or not."""
    found = await call.forum.digests.asked(call.actor)
    titles = [call.tr(f"column.{name}") for name in ("id", "week", "words", "status")]
    cells = [[str(one.id), one.week, one.words, call.tr(f"quoted.state.{one.state}")] for one in found]
    document = {"items": [question(one) for one in found], "next": None}
    return Answer(document, [Rows(titles, cells, call.tr("quoted.none"))])


async def digest_answer(call: Call) -> Answer:
    """Say whether one's words may be quoted; it may be changed until the release."""
    agree = call.text("answer") == "agree"
    found = await call.forum.digests.answer(call.actor, call.number("id"), agree=agree)
    return Answer({"question": question(found)}, [call.tr("quoted.agreed" if agree else "quoted.refused")])


async def leader(call: Call) -> Answer:
    """The newest digest, overdue cases, what is hot and what was answered this week."""
    tr, page = call.tr, await call.forum.leading.page(call.actor)
    offices = {slug: named(tr, zh, en) for slug, (zh, en) in page.offices.items()}
    document = {
        "digest": None if page.digest is None else head(page.digest),
        "overdue": [_case(one) for one in page.overdue],
        "overdue_count": page.overdue_count,
        "private_overdue": page.private_overdue,
        "hot": [
            {
                "thread": one.thread,
                "title": one.title,
                "board": one.board,
                "accounts": one.accounts,
                "posts": one.posts,
                "route": one.route,
            }
            for one in page.hot
        ],
        "answered": [_case(one) for one in page.answered],
        "answered_count": page.answered_count,
    }
    lines: list[str | Rows] = [tr("leader.no_digest")]
    if page.digest is not None:
        lines = [tr("leader.digest_line", week=page.digest.week, topics=page.digest.topics)]
    lines.append(tr.plural("leader.overdue", page.overdue_count) if page.overdue else tr("leader.none_overdue"))
    lines += [
        f"  {one.route}  {one.title}  {offices.get(one.office, one.office)}  {late(one.days, tr)}"
        for one in page.overdue
    ]
    lines.append(tr("leader.hot" if page.hot else "leader.none_hot"))
    lines += [
        f"  {one.route}  {one.title}  {tr('leader.hot_line', accounts=one.accounts, posts=one.posts)}"
        for one in page.hot
    ]
    lines.append(tr.plural("leader.answered", page.answered_count) if page.answered else tr("leader.none_answered"))
    lines += [
        f"  {one.route}  {one.title}  {offices.get(one.office, one.office)}  {after(one.days, tr)}"
        for one in page.answered
    ]
    return Answer(document, lines)


def _case(one: CaseLine) -> dict[str, Any]:
    return {
        "case": one.case,
        "thread": one.thread,
        "title": one.title,
        "office": one.office,
        "by": one.by or None,
        "days": one.days,
        "route": one.route,
    }


async def _change(call: Call) -> int:
    """The change an act is meant for: the one given, or the newest."""
    if call.values.get("change") is not None:
        return int(call.text("change")) if call.text("change").isdecimal() else -1
    return (await call.forum.digests.get(call.actor, call.text("week"))).head.change


def _issue(call: Call, found: Issue) -> Answer:
    tr, top, whole = call.tr, found.head, found.whole
    state = tr(f"digest.state.{top.state}")
    lines = [tr("digest.line", issue=top.issue, state=state, editor=tr("digest.edited_by", name=top.editor))]
    if whole.accounts is not None:
        lines.append(tr("digest.whole", accounts=whole.accounts, posts=whole.posts))
    titles = [tr(f"column.{name}") for name in ("id", "title", "accounts", "posts", "before", "shown")]
    cells = [_cells(call, one) for one in found.topics]
    return Answer({"issue": issue(found)}, [*lines, Rows(titles, cells, tr("digest.no_topics"))])


def _cells(call: Call, one: Topic) -> list[str]:
    shown = "+" if one.shown else call.tr(f"digest.why.{one.why_not}")
    before = "" if one.accounts_before is None else str(one.accounts_before)
    counts = [str(one.accounts), str(one.posts)] if one.shown else ["", ""]
    return [str(one.id), named(call.tr, one.titles["zh"], one.titles["en"]), *counts, before, shown]


def head(one: Head) -> dict[str, Any]:
    """An issue in a list."""
    return {
        "week": one.week,
        "issue": one.issue,
        "state": one.state.value,
        "change": one.change,
        "topics": one.topics,
        "accounts": one.accounts,
        "editor": one.editor,
        "reviewer": one.reviewer,
        "updated_at": one.updated_at,
        "released_at": one.released_at,
        "bulletins": dict(one.bulletins),
        "route": one.route,
    }


def topic(one: Topic) -> dict[str, Any]:
    """A topic; what is not shown has no numbers."""
    return {
        "id": one.id,
        "title_zh": one.titles["zh"],
        "title_en": one.titles["en"],
        "body_zh": one.bodies["zh"],
        "body_en": one.bodies["en"],
        "words": list(one.words),
        "boards": list(one.boards),
        "accounts": one.accounts if one.shown else None,
        "posts": one.posts if one.shown else None,
        "accounts_before": one.accounts_before,
        "shown": one.shown,
        "why_not": one.why_not or None,
        "threads": list(one.threads),
        "quotes": list(one.quotes),
        "asked": one.asked,
        "offices": [
            {
                "case": side.case,
                "office": side.office,
                "state": side.state,
                "by": side.by or None,
                "answered_on": side.on or None,
                "days": side.days,
                "overdue": side.overdue,
            }
            for side in one.sides
        ],
    }


def issue(found: Issue) -> dict[str, Any]:
    """An issue with its topics."""
    whole = found.whole
    return {
        **head(found.head),
        "topics": [topic(one) for one in found.topics],
        "week_accounts": whole.accounts,
        "week_posts": whole.posts,
        "boards": [
            {
                "board": one.board,
                "accounts": one.accounts,
                "posts": one.posts,
                "accounts_before": one.accounts_before,
            }
            for one in whole.boards
        ],
        "cases": dict(whole.cases),
        "private_cases": whole.private,
        "notes": [dict(note) for note in found.notes],
        "counted_at": found.counted_at,
    }


def question(one: Asked) -> dict[str, Any]:
    """Words of one's own that are asked for."""
    return {"id": one.id, "week": one.week, "words": one.words, "state": one.state, "route": one.route}


_WEEK: Final = argument("week")
_TOPIC: Final = argument("topic", Kind.NUMBER)
_SEEN: Final = option("change")
COMMANDS: Final = (
    Command(("digest", "list"), digest_list, (option("limit", Kind.NUMBER),), Verb.DIGEST_READ, "digest"),
    Command(("digest", "show"), digest_show, (_WEEK, flag("text")), Verb.DIGEST_READ, "digest"),
    Command(("digest", "draft"), digest_draft, (option("week"),), Verb.DIGEST_DRAFT, "digest"),
    Command(
        ("digest", "edit"),
        digest_edit,
        (
            _WEEK,
            _TOPIC,
            *(option(name) for name in _PARTS),
            option("place", Kind.NUMBER),
            option("merge", Kind.NUMBER),
            option("split"),
            flag("leave-out"),
            flag("take-in"),
            _SEEN,
        ),
        Verb.DIGEST_EDIT,
        "digest",
    ),
    Command(("digest", "submit"), digest_submit, (_WEEK, _SEEN), Verb.DIGEST_EDIT, "digest"),
    Command(("digest", "release"), digest_release, (_WEEK, _SEEN), Verb.DIGEST_REVIEW, "digest"),
    Command(
        ("digest", "back"), digest_back, (_WEEK, option("reason", required=True), _SEEN), Verb.DIGEST_REVIEW, "digest"
    ),
    Command(
        ("digest", "correct"),
        digest_correct,
        (_WEEK, option("note-zh"), option("note-en"), _SEEN),
        Verb.DIGEST_EDIT,
        "digest",
    ),
    Command(("digest", "export"), digest_export, (_WEEK,), Verb.DIGEST_READ, "digest"),
    Command(("digest", "quote"), digest_quote, (_WEEK, _TOPIC, argument("words"), _SEEN), Verb.DIGEST_EDIT, "digest"),
    Command(("leader",), leader, (), Verb.LEADER_PAGE, "digest"),
    Command(("digest", "questions"), digest_questions, (), Verb.DIGEST_QUOTED, "digest"),
    Command(
        ("digest", "answer"),
        digest_answer,
        (argument("id", Kind.NUMBER), argument("answer", choices=("agree", "refuse"))),
        Verb.DIGEST_QUOTED,
        "digest",
    ),
)
