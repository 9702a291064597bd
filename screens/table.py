"""The table of routes: every address there is, and the screen it opens."""

from __future__ import annotations

import re
from typing import Final

from bbs.forum.cases.table import Act, CaseKind
from bbs.terminal.view import View
from screens.arriving.firstvisit import FirstVisit
from screens.boards.board import BoardScreen
from screens.boards.boards import BoardsScreen
from screens.boards.details import DetailsScreen
from screens.boards.favourites import FavouritesScreen
from screens.boards.library import LibraryScreen
from screens.boards.notice import NoticeScreen
from screens.boards.poll import PollScreen
from screens.boards.postpages import HistoryScreen, PushesScreen, RevisionScreen
from screens.boards.search import SearchScreen
from screens.boards.thread import ThreadScreen
from screens.boards.unread import UnreadScreen
from screens.cases.case import CaseScreen
from screens.cases.composer import CaseComposer
from screens.cases.desk import DeskScreen
from screens.cases.figures import FiguresScreen
from screens.cases.opening import WAYS, AskScreen, NewCase
from screens.cases.overview import CasesScreen, CodeDoor
from screens.cases.templates import OfficeShelf
from screens.digest.issue import IssueScreen
from screens.digest.issues import DigestsScreen
from screens.digest.quote import QuoteScreen
from screens.digest.topic import TopicScreen, TopicText
from screens.help.screen import Help, topic
from screens.help.tour import Tour
from screens.home.home import HomeScreen
from screens.home.leader import LeaderScreen
from screens.interviews.asking import AnswerLive, AskLive, SayLive
from screens.interviews.calendar import LiveScreen
from screens.interviews.room import RoomScreen
from screens.news.bulletin import BulletinScreen
from screens.news.news import ColumnScreen, News
from screens.officers.stream import OfficersScreen
from screens.people.card import CardScreen
from screens.people.following import FollowingScreen
from screens.people.inbox import InboxScreen
from screens.people.letter import AnswerLetter, ForwardLetter, LetterScreen, WriteLetter
from screens.people.mail import MailScreen
from screens.people.messages import MessagesScreen
from screens.people.owncard import FIELDS, Blocked, OwnCard, OwnText
from screens.people.who import Who
from screens.routes import NUMBER, PATH, SLUG, Opener, Router
from screens.settings.bindings import Bindings
from screens.settings.preferences import Preferences
from screens.settings.sshkeys import SshKeys
from screens.visit import Visit
from screens.writing.compose import NewThread, Reply
from screens.writing.copying import CopyPost
from screens.writing.drafts import DraftsScreen
from screens.writing.edit import EditPost
from screens.writing.shelves import BoardShelf
from screens.writing.templates import TemplatesScreen

_FLOOR: Final = rf"(?:#(?P<floor>{NUMBER}))?"
_THREAD: Final = rf"/t/(?P<thread>{NUMBER})"
_NAME: Final = r"(?P<name>[^/#?]{1,64})"
_MAIL: Final = rf"/m/(?P<mail>{NUMBER})"
_LIVE: Final = rf"/live/(?P<live>{NUMBER})"
_WEEK: Final = r"/digest/(?P<week>[0-9]{4}-?[Ww][0-9]{1,2})"
_TOPIC: Final = rf"{_WEEK}/(?P<topic>{NUMBER})"
_BOARD: Final = rf"/b/(?P<board>{SLUG})"
_CASE: Final = rf"/c/(?P<case>{NUMBER})"
_KIND: Final = rf"(?P<kind>{'|'.join(CaseKind)})(?:/(?P<way>{'|'.join(WAYS)}))?"


def _thread(visit: Visit, match: re.Match[str]) -> View:
    return ThreadScreen(visit, int(match["thread"]), _floor(match))


def _reply(visit: Visit, match: re.Match[str]) -> View:
    return Reply(visit, int(match["thread"]), _floor(match))


def _details(visit: Visit, match: re.Match[str]) -> View:
    return DetailsScreen(visit, int(match["thread"]), _floor(match) or 1)


def _copy(visit: Visit, match: re.Match[str]) -> View:
    return CopyPost(visit, int(match["thread"]), _floor(match) or 1, match["board"])


def _edit(visit: Visit, match: re.Match[str]) -> View:
    return EditPost(visit, int(match["thread"]), _floor(match) or 1)


def _pushes(visit: Visit, match: re.Match[str]) -> View:
    return PushesScreen(visit, int(match["thread"]), _floor(match) or 1)


def _history(visit: Visit, match: re.Match[str]) -> View:
    return HistoryScreen(visit, int(match["thread"]), _floor(match) or 1)


def _revision(visit: Visit, match: re.Match[str]) -> View:
    return RevisionScreen(visit, int(match["thread"]), _floor(match) or 1, int(match["revision"]))


def _topic_text(visit: Visit, match: re.Match[str]) -> View:
    return TopicText(visit, match["week"], int(match["topic"]), match["lang"])


def _new_case(visit: Visit, match: re.Match[str]) -> View:
    return NewCase(visit, match["board"], CaseKind(match["kind"]), match["way"] or WAYS[0])


def _say_in_case(visit: Visit, match: re.Match[str]) -> View:
    return CaseComposer(visit, int(match["case"]), Act(match["act"]))


def _library(visit: Visit, match: re.Match[str]) -> View:
    return LibraryScreen(visit, match["board"], match["path"] or "")


def _favourites(visit: Visit, match: re.Match[str]) -> View:
    return FavouritesScreen(visit, int(match["folder"]) if match["folder"] is not None else None)


def _floor(match: re.Match[str]) -> int | None:
    return int(match["floor"]) if match["floor"] is not None else None


ROUTES: Final[list[tuple[str, Opener]]] = [
    (r"/", lambda visit, match: HomeScreen(visit)),
    (r"/b", lambda visit, match: BoardsScreen(visit)),
    (_BOARD, lambda visit, match: BoardScreen(visit, match["board"])),
    (rf"{_BOARD}/templates", lambda visit, match: TemplatesScreen(visit, BoardShelf(visit, match["board"]))),
    (rf"{_BOARD}/notice", lambda visit, match: NoticeScreen(visit, match["board"])),
    (rf"{_BOARD}/library(?:/(?P<path>{PATH}))?", _library),
    (rf"{_BOARD}/post", lambda visit, match: NewThread(visit, match["board"])),
    (rf"{_BOARD}/ask", lambda visit, match: AskScreen(visit, match["board"])),
    (rf"{_BOARD}/post/{_KIND}", _new_case),
    (r"/cases", lambda visit, match: CasesScreen(visit)),
    (r"/cases/code", lambda visit, match: CodeDoor(visit)),
    (r"/cases/figures", lambda visit, match: FiguresScreen(visit)),
    (rf"/cases/figures/(?P<office>{SLUG})", lambda visit, match: FiguresScreen(visit, match["office"])),
    (_CASE, lambda visit, match: CaseScreen(visit, int(match["case"]))),
    (rf"{_CASE}/(?P<act>answer|follow-up)", _say_in_case),
    (r"/desk", lambda visit, match: DeskScreen(visit)),
    (_THREAD + _FLOOR, _thread),
    (rf"{_THREAD}/reply{_FLOOR}", _reply),
    (rf"{_THREAD}/details{_FLOOR}", _details),
    (rf"{_THREAD}/edit{_FLOOR}", _edit),
    (rf"{_THREAD}/copy/(?P<board>{SLUG}){_FLOOR}", _copy),
    (rf"{_THREAD}/poll", lambda visit, match: PollScreen(visit, int(match["thread"]))),
    (rf"{_THREAD}/pushes{_FLOOR}", _pushes),
    (rf"{_THREAD}/history{_FLOOR}", _history),
    (rf"{_THREAD}/history/(?P<revision>{NUMBER}){_FLOOR}", _revision),
    (rf"/fav(?:/(?P<folder>{NUMBER}))?", _favourites),
    (r"/new", lambda visit, match: UnreadScreen(visit)),
    (r"/officers", lambda visit, match: OfficersScreen(visit)),
    (
        rf"/o/(?P<office>{SLUG})/templates",
        lambda visit, match: TemplatesScreen(visit, OfficeShelf(visit, match["office"])),
    ),
    (rf"/o/(?P<office>{SLUG})", lambda visit, match: OfficersScreen(visit, match["office"])),
    (r"/live", lambda visit, match: LiveScreen(visit)),
    (_LIVE, lambda visit, match: RoomScreen(visit, int(match["live"]))),
    (rf"{_LIVE}/ask", lambda visit, match: AskLive(visit, int(match["live"]))),
    (rf"{_LIVE}/say", lambda visit, match: SayLive(visit, int(match["live"]))),
    (
        rf"{_LIVE}/answer/(?P<question>{NUMBER})",
        lambda visit, match: AnswerLive(visit, int(match["live"]), int(match["question"])),
    ),
    (r"/news", lambda visit, match: News(visit)),
    (rf"/news/(?P<column>{SLUG})", lambda visit, match: ColumnScreen(visit, match["column"])),
    (rf"/n/(?P<bulletin>{NUMBER})", lambda visit, match: BulletinScreen(visit, int(match["bulletin"]))),
    (r"/search(?:\?q=(?P<query>.*))?", lambda visit, match: SearchScreen(visit, match["query"] or "")),
    (r"/digest", lambda visit, match: DigestsScreen(visit)),
    (rf"/digest/quote/(?P<quote>{NUMBER})", lambda visit, match: QuoteScreen(visit, int(match["quote"]))),
    (_WEEK, lambda visit, match: IssueScreen(visit, match["week"])),
    (_TOPIC, lambda visit, match: TopicScreen(visit, match["week"], int(match["topic"]))),
    (rf"{_TOPIC}/(?P<lang>zh|en)", _topic_text),
    (r"/leader", lambda visit, match: LeaderScreen(visit)),
    (r"/who", lambda visit, match: Who(visit)),
    (r"/pages", lambda visit, match: MessagesScreen(visit)),
    (r"/inbox", lambda visit, match: InboxScreen(visit)),
    (r"/mail", lambda visit, match: MailScreen(visit)),
    (rf"/mail/to/{_NAME}", lambda visit, match: WriteLetter(visit, match["name"])),
    (_MAIL, lambda visit, match: LetterScreen(visit, int(match["mail"]))),
    (rf"{_MAIL}/reply", lambda visit, match: AnswerLetter(visit, int(match["mail"]))),
    (rf"{_MAIL}/forward/{_NAME}", lambda visit, match: ForwardLetter(visit, int(match["mail"]), match["name"])),
    (rf"/u/{_NAME}", lambda visit, match: CardScreen(visit, match["name"])),
    (r"/me/card", lambda visit, match: OwnCard(visit)),
    (rf"/me/card/(?P<part>{'|'.join(FIELDS)})", lambda visit, match: OwnText(visit, match["part"])),
    (r"/me/following", lambda visit, match: FollowingScreen(visit)),
    (r"/me/blocked", lambda visit, match: Blocked(visit)),
    (r"/me/drafts", lambda visit, match: DraftsScreen(visit)),
    (r"/me", lambda visit, match: Preferences(visit)),
    (r"/me/keys", lambda visit, match: SshKeys(visit)),
    (r"/me/keymap", lambda visit, match: Bindings(visit)),
    (r"/welcome", lambda visit, match: FirstVisit(visit)),
    (r"/help/tour", lambda visit, match: Tour(visit)),
    (r"/help", lambda visit, match: Help(visit)),
    (rf"/help/(?P<topic>{SLUG})", lambda visit, match: topic(visit, match["topic"])),
]
"""Patterns of whole routes, asked in this order."""


def router() -> Router:
    """The router of all screens; holds nothing of a visit, so one serves all."""
    return Router(ROUTES)
