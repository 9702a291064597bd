"""Working on an issue of the digest: its topics written, moved, merged and left out; handed in, released, sent back."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.forum import access
from bbs.forum.access import Place, Verb
from bbs.forum.digest.digests import Issue, State, Topic
from bbs.plain.asking import ask
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write

PLACE: Final = Place("digest")
LANGUAGES: Final = ("zh", "en")
_TOPIC_ACTS: Final = ("title-zh", "title-en", "place", "merge", "split", "leave-out", "take-in", "quote")


def steps(visit: Visit, issue: Issue) -> list[str]:
    """The words that do what is open to this person now."""
    edits = access.allowed(visit.actor, Verb.DIGEST_EDIT, place=PLACE)
    reviews = access.allowed(visit.actor, Verb.DIGEST_REVIEW, place=PLACE)
    state, found = issue.head.state, list[str]()
    if state is State.DRAFT and edits:
        found += ["change", "submit"]
    if state is State.REVIEW and reviews:
        found += ["release"] if issue.head.editor != visit.actor.name else []
        found.append("send-back")
    if state is State.RELEASED and edits:
        found.append("correct")
    return found


async def topic(visit: Visit, week: str, number: int) -> None:
    """`/digest/WEEK/TOPIC`: what is said of it, its numbers, what offices did."""
    issue = await visit.forum.digests.get(visit.actor, week)
    found = issue.topic(number)
    if found is None:
        raise NotFound("digest.no_topic", topic=number, week=week)
    tr, names = visit.tr, visit.named
    visit.arrive(f"{issue.head.route}/{number}", names(found.titles["zh"], found.titles["en"]), thing=(issue, found))
    await visit.say("plain.topic", number=number, title=names(found.titles["zh"], found.titles["en"]))
    if found.shown:
        await visit.say("leader.hot_line", accounts=found.accounts, posts=found.posts)
    else:
        await visit.say(f"digest.why.{found.why_not}")
    await visit.paper.say_all(text_lines(visit, names(found.bodies["zh"], found.bodies["en"])))
    for thread in found.threads:
        await visit.say("plain.numbered", number=visit.number(f"/t/{thread}"), line=tr("plain.thread", thread=thread))
    for side in found.sides:
        office = await visit.office(side.office)
        state = f"case.state.{side.state}"
        words = visit.joined([office, tr(state) if tr.has(state) else "", side.by, side.on])
        route = f"/c/{side.case}" if side.case is not None else visit.here.route
        await visit.say("plain.numbered", number=visit.number(route), line=words)
    for quote in found.quotes:
        await visit.paper.say_all(text_lines(visit, f"> {quote}"))
    if steps(visit, issue):
        await visit.say("plain.topic_how")


async def write_text(visit: Visit, week: str, number: int, lang: str) -> None:
    """`/digest/WEEK/TOPIC/LANG`: the text of a topic in one language, written anew."""
    issue = await visit.forum.digests.get(visit.actor, week)
    found = issue.topic(number)
    if found is None:
        raise NotFound("digest.no_topic", topic=number, week=week)
    access.require(visit.actor, Verb.DIGEST_EDIT, place=PLACE)

    async def send(piece: Piece) -> str:
        change = (await visit.forum.digests.get(visit.actor, week)).head.change
        bodies = {lang: piece.body}
        await visit.forum.digests.edit(visit.actor, week, number, change, titles={}, bodies=bodies)
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("plain.topic_kept")

    heading = visit.tr("plain.topic_text", number=number, lang=visit.tr(f"digest.lang.{lang}"))
    whom = visit.tr("plain.as_pen_name", name=visit.actor.name)
    piece = Piece(f"/digest/{issue.head.week}/{number}/{lang}", heading, whom, visit.tr("plain.topic_reach"), send)
    text = found.bodies[lang]
    piece.lines, piece.revising = (text.split("\n"), True) if text else ([], False)
    await write(visit, piece)


async def draft(visit: Visit, rest: str) -> None:
    """`count`, `count 2026-W46`: count a week that is over, and draft its issue."""
    issue = await visit.forum.digests.draft(visit.actor, rest.strip() or None)
    await visit.go(issue.head.route)


async def act(visit: Visit, what: str, rest: str) -> None:
    """`submit`, `release`, `send-back`, `correct`: the next step of the issue one is at."""
    week = _issue(visit).head.week
    parts = ["digest", "back" if what == "send-back" else what, week]
    if what == "send-back":
        parts.append(f"--reason={await ask(visit, 'digest.ask_reason', rest)}")
    elif what == "correct":
        for lang in LANGUAGES:
            note = await ask(visit, "digest.ask_note", lang=visit.tr(f"digest.lang.{lang}"))
            parts.append(f"--note-{lang}={note}")
    await visit.run(parts)


async def change(visit: Visit, rest: str) -> None:
    """`change title-en WORDS`, `change text-zh`, `change merge 3`: one thing of the topic one is at."""
    issue, found = _topic(visit)
    what, _, value = rest.strip().partition(" ")
    if what in ("text-zh", "text-en"):
        await write_text(visit, issue.head.week, found.id, what[-2:])
        return
    if what not in _TOPIC_ACTS:
        raise Invalid("plain.topic_what")
    parts = ["digest", "edit", issue.head.week, str(found.id)]
    if what == "quote":
        parts = ["digest", "quote", issue.head.week, str(found.id), await ask(visit, "plain.ask_quote", value)]
    elif what in ("leave-out", "take-in"):
        parts.append(f"--{what}")
    else:
        parts.append(f"--{what}={await ask(visit, 'plain.ask_value', value)}")
    await visit.run(parts)


def _issue(visit: Visit) -> Issue:
    thing = visit.here.thing
    if isinstance(thing, tuple) and isinstance(thing[0], Issue):
        return thing[0]
    if not isinstance(thing, Issue):
        raise Invalid("plain.no_issue")
    return thing


def _topic(visit: Visit) -> tuple[Issue, Topic]:
    thing = visit.here.thing
    if not (isinstance(thing, tuple) and isinstance(thing[1], Topic)):
        raise Invalid("plain.no_topic")
    return thing[0], thing[1]


def at(visit: Visit) -> bool:
    """Whether one is at an issue or at one of its topics."""
    thing = visit.here.thing
    return isinstance(thing, Issue) or (isinstance(thing, tuple) and isinstance(thing[0], Issue))
