"""Help: what can be said here, the words by topic, one word, the pages of the house, and keys in words."""

from __future__ import annotations

from typing import Final

from bbs.errors import NotFound
from bbs.forum.digest.digests import Asked
from bbs.forum.news.bulletins import Bulletin
from bbs.forum.people.letters import Letter
from bbs.forum.people.persons import Card
from bbs.plain import arriving, digestacts, folders, moderating
from bbs.plain.cases import OpenCase
from bbs.plain.keys import KEY_WAYS, contexts, ways_of
from bbs.plain.live import InRoom
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit
from bbs.plain.words import TOPICS, WORDS, find, named
from bbs.terminal.commands import Context

PAGES: Final = ("first", "rules", "commands", "about")
"""Pages of the house that a sysop edits."""
_ALL: Final = frozenset({"all", "全部"})
_THINGS: Final = (
    (OpenCase, "case"),
    (InRoom, "live"),
    (Letter, "letter"),
    (Card, "person"),
    (Bulletin, "bulletin"),
    (Asked, "quote"),
)


def place(visit: Visit) -> str:
    """What kind of place one is at; the message `plain.here.KIND` says what is done there."""
    here = visit.here
    for kind, name in _THINGS:
        if isinstance(here.thing, kind):
            return name
    if here.reading is not None:
        return "thread"
    if digestacts.at(visit):
        return "digest"
    if folders.at(visit):
        return "favourites"
    if moderating.in_library(visit):
        return "library"
    if here.board is not None:
        return "board"
    return _ROUTES.get(here.route, "list")


_ROUTES: Final = {
    "/": "home",
    "/desk": "desk",
    "/cases": "cases",
    "/me/drafts": "drafts",
    "/me": "settings",
    "/mail": "mail",
}


async def help_(visit: Visit, rest: str = "") -> None:
    """`help`: what is done here, and the topics; `help all`, `help TOPIC`, `help WORD`."""
    asked = rest.strip()
    if not asked:
        await visit.paper.own(visit.tr("plain.help_here", words=visit.tr(f"plain.here.{place(visit)}")))
        await visit.say("plain.help_head")
        for topic in TOPICS:
            words = visit.joined([named(visit, word) for word in WORDS if word.topic == topic])
            await visit.paper.own(visit.tr("plain.titled", head=visit.tr(f"plain.topic.{topic}"), title=words))
        await visit.say("plain.help_foot")
    elif asked.casefold() in _ALL:
        for topic in TOPICS:
            await _topic(visit, topic)
    elif (meant := _topic_meant(visit, asked)) is not None:
        await _topic(visit, meant)
    elif asked in PAGES or asked == "tour":
        await page(visit, asked)
    else:
        word = find(asked)
        if word is None:
            raise NotFound("plain.unknown", word=asked[:40])
        await _spell(visit, word.name)


def _topic_meant(visit: Visit, asked: str) -> str | None:
    word = asked.casefold()
    return next((one for one in TOPICS if word in (one, visit.tr(f"plain.topic.{one}").casefold())), None)


async def _topic(visit: Visit, topic: str) -> None:
    await visit.say("plain.section", name=visit.tr(f"plain.topic.{topic}"))
    for word in WORDS:
        if word.topic == topic:
            await _spell(visit, word.name)


async def _spell(visit: Visit, name: str) -> None:
    word = find(name)
    if word is not None:
        await visit.say("plain.help_line", word=named(visit, word), does=visit.tr(f"plain.help.{word.name}"))


async def topics(visit: Visit) -> None:
    """`/help`: the pages of the house and the topics, by number."""
    visit.arrive("/help", visit.tr("help.title"))
    for name in ("tour", *PAGES):
        await visit.say("plain.numbered", number=visit.number(f"/help/{name}"), line=visit.tr(f"help.{name}"))
    await help_(visit)


async def page(visit: Visit, name: str) -> None:
    """`/help/TOPIC`: a page of the house, the tour, or the keys of a kind of screen in words; NotFound."""
    if name == "tour":
        await arriving.tour(visit)
    elif name in set(contexts()):
        await _keys(visit, Context(name))
    elif name == "marks":
        await visit.say("plain.marks_in_words")
    elif (name in PAGES or name.startswith("notice-")) and (text := visit.page(name)):
        visit.arrive(f"/help/{name}", visit.tr(f"help.{name}") if name in PAGES else name)
        await visit.paper.say_all(text_lines(visit, text))
    else:
        raise NotFound("help.no_topic", topic=name[:40])


async def keymap(visit: Visit) -> None:
    """`/me/keymap`: own keys are of the full screen; here every word has its spellings."""
    visit.arrive("/me/keymap", visit.tr("plain.keymap"))
    await visit.say("plain.keymap_how")


async def _keys(visit: Visit, context: Context) -> None:
    """What the keys of a full screen do, each with the words that do it here."""
    await visit.say("plain.keys_in_words")
    for action in ways_of(context):
        spelled = [named(visit, word) for name in KEY_WAYS[action] if (word := find(name)) is not None]
        if spelled:
            await visit.say("plain.titled", head=visit.tr(f"key.{action}"), title=visit.joined(spelled))
