"""Addresses in plain mode: the same ones as everywhere, each with what says it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import unquote

from bbs.errors import NotFound
from bbs.plain import digests, finding, keeping, live, mail, news, people, places, reading, settings
from bbs.plain.visit import Visit

ROUTE_LIMIT: Final = 200
"""Characters of a route; longer ones are not looked at."""

_SLUG: Final = r"(?P<slug>[a-z0-9][a-z0-9-]{0,31})"
_NUMBER: Final = r"(?P<number>[1-9][0-9]{0,8})"
_FLOOR: Final = r"(?:#(?P<floor>[1-9][0-9]{0,8}))?"
_PATH: Final = r"(?P<path>[a-z0-9-]+(?:/[a-z0-9-]+)*)"

Opener = Callable[[Visit, "re.Match[str]"], Awaitable[None]]


def _thread(visit: Visit, match: re.Match[str]) -> Awaitable[None]:
    floor = match["floor"]
    return reading.thread(visit, int(match["number"]), int(floor) if floor else None)


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
    (r"/new", lambda visit, match: places.unread(visit)),
    (rf"/fav(?:/{_NUMBER})?", _favourites),
    (r"/news", lambda visit, match: news.columns(visit)),
    (rf"/news/{_SLUG}", lambda visit, match: news.column(visit, match["slug"])),
    (rf"/n/{_NUMBER}", lambda visit, match: news.bulletin(visit, int(match["number"]))),
    (r"/officers", lambda visit, match: news.officers(visit)),
    (rf"/o/{_SLUG}", lambda visit, match: news.officers(visit, match["slug"])),
    (r"/live", lambda visit, match: live.interviews(visit)),
    (rf"/live/{_NUMBER}", lambda visit, match: live.room(visit, int(match["number"]))),
    (r"/digest", lambda visit, match: digests.issues(visit)),
    (rf"/digest/quote/{_NUMBER}", lambda visit, match: digests.question(visit, int(match["number"]))),
    (r"/digest/(?P<week>[0-9]{4}-W[0-9]{2})", lambda visit, match: digests.issue(visit, match["week"])),
    (r"/leader", lambda visit, match: digests.leader(visit)),
    (r"/inbox", lambda visit, match: mail.inbox(visit)),
    (r"/mail", lambda visit, match: mail.box(visit)),
    (rf"/m/{_NUMBER}", lambda visit, match: mail.letter(visit, int(match["number"]))),
    (r"/who", lambda visit, match: people.who(visit)),
    (r"/u/(?P<name>[^/#?]{1,64})", lambda visit, match: people.person(visit, match["name"])),
    (r"/search\?q=(?P<query>.+)", lambda visit, match: finding.search(visit, match["query"])),
    (r"/me", lambda visit, match: settings.settings(visit)),
]
_WAYS: Final = [(re.compile(pattern), opener) for pattern, opener in _TABLE]


async def open_route(visit: Visit, route: str) -> None:
    """Say what is at an address; raises NotFound(`route.not_found`)."""
    clean = unquote(route.strip())[:ROUTE_LIMIT]
    head, mark, floor = clean.partition("#")
    clean = (head.rstrip("/") or "/") + mark + floor
    for pattern, opener in _WAYS:
        match = pattern.fullmatch(clean)
        if match is not None:
            await opener(visit, match)
            return
    raise NotFound("route.not_found", route=clean[:60])
