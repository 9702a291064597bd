"""The table of routes: every address there is, and the screen it opens."""

from __future__ import annotations

import re
from typing import Final

from bbs.terminal.view import View
from screens.bindings import Bindings
from screens.board import BoardScreen
from screens.boards import BoardsScreen
from screens.bulletin import BulletinScreen
from screens.compose import NewThread, Reply
from screens.details import DetailsScreen
from screens.help import Help, topic
from screens.home import HomeScreen
from screens.news import ColumnScreen, News
from screens.notice import NoticeScreen
from screens.officers import OfficersScreen
from screens.preferences import Preferences
from screens.routes import NUMBER, SLUG, Opener, Router
from screens.sshkeys import SshKeys
from screens.thread import ThreadScreen
from screens.unread import UnreadScreen
from screens.visit import Visit
from screens.who import Who

_FLOOR: Final = rf"(?:#(?P<floor>{NUMBER}))?"
_THREAD: Final = rf"/t/(?P<thread>{NUMBER})"
_BOARD: Final = rf"/b/(?P<board>{SLUG})"


def _thread(visit: Visit, match: re.Match[str]) -> View:
    return ThreadScreen(visit, int(match["thread"]), _floor(match))


def _reply(visit: Visit, match: re.Match[str]) -> View:
    return Reply(visit, int(match["thread"]), _floor(match))


def _details(visit: Visit, match: re.Match[str]) -> View:
    return DetailsScreen(visit, int(match["thread"]), _floor(match) or 1)


def _floor(match: re.Match[str]) -> int | None:
    return int(match["floor"]) if match["floor"] is not None else None


ROUTES: Final[list[tuple[str, Opener]]] = [
    (r"/", lambda visit, match: HomeScreen(visit)),
    (r"/b", lambda visit, match: BoardsScreen(visit)),
    (_BOARD, lambda visit, match: BoardScreen(visit, match["board"])),
    (rf"{_BOARD}/notice", lambda visit, match: NoticeScreen(visit, match["board"])),
    (rf"{_BOARD}/post", lambda visit, match: NewThread(visit, match["board"])),
    (_THREAD + _FLOOR, _thread),
    (rf"{_THREAD}/reply{_FLOOR}", _reply),
    (rf"{_THREAD}/details{_FLOOR}", _details),
    (r"/new", lambda visit, match: UnreadScreen(visit)),
    (r"/officers", lambda visit, match: OfficersScreen(visit)),
    (rf"/o/(?P<office>{SLUG})", lambda visit, match: OfficersScreen(visit, match["office"])),
    (r"/news", lambda visit, match: News(visit)),
    (rf"/news/(?P<column>{SLUG})", lambda visit, match: ColumnScreen(visit, match["column"])),
    (rf"/n/(?P<bulletin>{NUMBER})", lambda visit, match: BulletinScreen(visit, int(match["bulletin"]))),
    (r"/who", lambda visit, match: Who(visit)),
    (r"/me", lambda visit, match: Preferences(visit)),
    (r"/me/keys", lambda visit, match: SshKeys(visit)),
    (r"/me/keymap", lambda visit, match: Bindings(visit)),
    (r"/help", lambda visit, match: Help(visit)),
    (rf"/help/(?P<topic>{SLUG})", lambda visit, match: topic(visit, match["topic"])),
]
"""Patterns of whole routes, asked in this order."""


def router() -> Router:
    """The router of all screens; holds nothing of a visit, so one serves all."""
    return Router(ROUTES)
