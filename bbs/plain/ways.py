"""Addresses in plain mode: the same ones as everywhere, each with what says it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import unquote

from bbs.errors import NotFound
from bbs.forum.cases.table import Act, CaseKind
from bbs.plain import (
    about,
    acts,
    arriving,
    caseacts,
    cases,
    digestacts,
    digests,
    drafts,
    figures,
    finding,
    helping,
    keeping,
    live,
    mail,
    messages,
    news,
    opening,
    own,
    people,
    places,
    posting,
    reading,
    settings,
)
from bbs.plain.visit import Visit

ROUTE_LIMIT: Final = 200
"""Characters of a route; longer ones are not looked at."""

_SLUG: Final = r"(?P<slug>[a-z0-9][a-z0-9-]{0,31})"
_NUMBER: Final = r"(?P<number>[1-9][0-9]{0,8})"
_FLOOR: Final = r"(?:#(?P<floor>[1-9][0-9]{0,8}))?"
_NAME: Final = r"(?P<name>[^/#?]{1,64})"
_WEEK: Final = r"/digest/(?P<week>[0-9]{4}-?[Ww][0-9]{1,2})"
_KIND: Final = rf"(?P<kind>{'|'.join(CaseKind)})(?:/(?P<way>{'|'.join(opening.WAYS)}))?"
_PATH: Final = r"(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)"

Opener = Callable[[Visit, "re.Match[str]"], Awaitable[None]]


def _thread(visit: Visit, match: re.Match[str]) -> Awaitable[None]:
    floor = match["floor"]
    return reading.thread(visit, int(match["number"]), int(floor) if floor else None)


def _number(match: re.Match[str], name: str = "number") -> int:
    return int(match[name] or 0)


def _new_case(visit: Visit, match: re.Match[str]) -> Awaitable[None]:
    return opening.new(visit, match["slug"], CaseKind(match["kind"]), match["way"] or opening.PUBLIC)


async def _reply(visit: Visit, match: re.Match[str]) -> None:
    await reading.enter(visit, _number(match), int(match["floor"]) if match["floor"] else None)
    await posting.reply(visit, match["floor"] or "")


async def _edit(visit: Visit, match: re.Match[str]) -> None:
    await reading.enter(visit, _number(match), int(match["floor"] or 1), must=True)
    await posting.edit(visit, "")


async def _copy(visit: Visit, match: re.Match[str]) -> None:
    await reading.enter(visit, _number(match), int(match["floor"] or 1), must=True)
    await posting.copy(visit, match["slug"])


def _about(visit: Visit, match: re.Match[str]) -> Awaitable[None]:
    revision = match.groupdict().get("revision")
    return about.at(visit, _number(match), int(match["floor"] or 1), match["what"], int(revision) if revision else None)


async def _poll(visit: Visit, match: re.Match[str]) -> None:
    await reading.enter(visit, _number(match))
    await acts.poll(visit, "")


async def _answer_letter(visit: Visit, match: re.Match[str]) -> None:
    await mail.letter(visit, _number(match))
    await mail.answer(visit)


async def _forward_letter(visit: Visit, match: re.Match[str]) -> None:
    await mail.letter(visit, _number(match))
    await mail.forward(visit, match["name"])


def _favourites(visit: Visit, match: re.Match[str]) -> Awaitable[None]:
    return keeping.favourites(visit, int(match["number"]) if match["number"] else None)


_TABLE: Final[list[tuple[str, Opener]]] = [
    (r"/", lambda visit, match: places.home(visit)),
    (r"/b", lambda visit, match: places.boards(visit)),
    (rf"/b/{_SLUG}", lambda visit, match: places.board(visit, match["slug"])),
    (
        rf"/b/{_SLUG}/library(?:/{_PATH})?",
        lambda visit, match: keeping.library(visit, match["slug"], match["path"] or ""),
    ),
    (rf"/t/{_NUMBER}{_FLOOR}", _thread),
    (rf"/b/{_SLUG}/notice", lambda visit, match: places.notice(visit, match["slug"])),
    (rf"/b/{_SLUG}/templates", lambda visit, match: places.templates(visit, match["slug"])),
    (rf"/b/{_SLUG}/post", lambda visit, match: posting.post(visit, match["slug"])),
    (rf"/b/{_SLUG}/ask", lambda visit, match: opening.ask(visit, match["slug"])),
    (rf"/b/{_SLUG}/post/{_KIND}", _new_case),
    (r"/cases", lambda visit, match: cases.overview(visit)),
    (r"/cases/code", lambda visit, match: cases.lookup(visit)),
    (rf"/cases/figures(?:/{_SLUG})?", lambda visit, match: figures.figures(visit, match["slug"] or "")),
    (rf"/c/{_NUMBER}", lambda visit, match: cases.case(visit, int(match["number"]))),
    (
        rf"/c/{_NUMBER}/(?P<act>answer|follow-up)",
        lambda visit, match: caseacts.write_at(visit, int(match["number"]), Act(match["act"])),
    ),
    (r"/desk", lambda visit, match: cases.desk(visit)),
    (rf"/t/{_NUMBER}/reply{_FLOOR}", _reply),
    (rf"/t/{_NUMBER}/edit{_FLOOR}", _edit),
    (rf"/t/{_NUMBER}/copy/{_SLUG}{_FLOOR}", _copy),
    (rf"/t/{_NUMBER}/(?P<what>details|pushes|history){_FLOOR}", _about),
    (rf"/t/{_NUMBER}/(?P<what>history)/(?P<revision>[1-9][0-9]{{0,8}}){_FLOOR}", _about),
    (rf"/t/{_NUMBER}/poll", _poll),
    (r"/new", lambda visit, match: places.unread(visit)),
    (rf"/fav(?:/{_NUMBER})?", _favourites),
    (r"/news", lambda visit, match: news.columns(visit)),
    (rf"/news/{_SLUG}", lambda visit, match: news.column(visit, match["slug"])),
    (rf"/n/{_NUMBER}", lambda visit, match: news.bulletin(visit, int(match["number"]))),
    (r"/officers", lambda visit, match: news.officers(visit)),
    (rf"/o/{_SLUG}/templates", lambda visit, match: caseacts.templates(visit, match["slug"])),
    (rf"/o/{_SLUG}", lambda visit, match: news.officers(visit, match["slug"])),
    (r"/live", lambda visit, match: live.interviews(visit)),
    (rf"/live/{_NUMBER}", lambda visit, match: live.room(visit, int(match["number"]))),
    (rf"/live/{_NUMBER}/ask", lambda visit, match: live.ask(visit, int(match["number"]))),
    (rf"/live/{_NUMBER}/say", lambda visit, match: live.speak(visit, None, int(match["number"]))),
    (
        rf"/live/{_NUMBER}/answer/(?P<question>[1-9][0-9]{{0,8}})",
        lambda visit, match: live.speak(visit, int(match["question"]), int(match["number"])),
    ),
    (r"/digest", lambda visit, match: digests.issues(visit)),
    (rf"/digest/quote/{_NUMBER}", lambda visit, match: digests.question(visit, int(match["number"]))),
    (_WEEK, lambda visit, match: digests.issue(visit, match["week"])),
    (rf"{_WEEK}/{_NUMBER}", lambda visit, match: digestacts.topic(visit, match["week"], int(match["number"]))),
    (
        rf"{_WEEK}/{_NUMBER}/(?P<lang>zh|en)",
        lambda visit, match: digestacts.write_text(visit, match["week"], int(match["number"]), match["lang"]),
    ),
    (r"/leader", lambda visit, match: digests.leader(visit)),
    (r"/inbox", lambda visit, match: mail.inbox(visit)),
    (r"/mail", lambda visit, match: mail.box(visit)),
    (rf"/m/{_NUMBER}", lambda visit, match: mail.letter(visit, int(match["number"]))),
    (r"/pages", lambda visit, match: messages.messages(visit)),
    (rf"/mail/to/{_NAME}", lambda visit, match: mail.send(visit, match["name"])),
    (rf"/m/{_NUMBER}/reply", _answer_letter),
    (rf"/m/{_NUMBER}/forward/{_NAME}", _forward_letter),
    (r"/who", lambda visit, match: people.who(visit)),
    (rf"/u/{_NAME}", lambda visit, match: people.person(visit, match["name"])),
    (r"/search(?:\?q=(?P<query>.*))?", lambda visit, match: finding.search(visit, match["query"] or "")),
    (r"/me", lambda visit, match: settings.settings(visit)),
    (r"/me/card", lambda visit, match: own.card(visit)),
    (rf"/me/card/(?P<part>{'|'.join(own.PARTS)})", lambda visit, match: own.part(visit, match["part"])),
    (r"/me/following", lambda visit, match: own.following(visit)),
    (r"/me/blocked", lambda visit, match: own.blocked(visit)),
    (r"/me/drafts", lambda visit, match: drafts.drafts(visit)),
    (r"/me/keys", lambda visit, match: own.keys(visit)),
    (r"/me/keymap", lambda visit, match: helping.keymap(visit)),
    (r"/welcome", lambda visit, match: arriving.welcome(visit)),
    (r"/help", lambda visit, match: helping.topics(visit)),
    (rf"/help/{_SLUG}", lambda visit, match: helping.page(visit, match["slug"])),
]
_WAYS: Final = [(re.compile(pattern), opener) for pattern, opener in _TABLE]


def way(route: str) -> tuple[Opener, re.Match[str]] | None:
    """What says a tidied address, None where there is nothing."""
    found = ((opener, pattern.fullmatch(route)) for pattern, opener in _WAYS)
    return next(((opener, match) for opener, match in found if match is not None), None)


async def open_route(visit: Visit, route: str) -> None:
    """Say what is at an address; raises NotFound(`route.not_found`)."""
    clean = unquote(route.strip())[:ROUTE_LIMIT]
    head, mark, floor = clean.partition("#")
    clean = (head.rstrip("/") or "/") + mark + floor
    found = way(clean)
    if found is None:
        raise NotFound("route.not_found", route=clean[:60])
    opener, match = found
    await opener(visit, match)
