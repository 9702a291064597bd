"""The terms the access table is written in: verbs, who somebody is at a place, and what holds of the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bbs.forum.actor import AccountKind, Actor, Role
from bbs.forum.boards.places import Board, Column
from bbs.forum.news.bulletins import Bulletin, Status


class Verb(StrEnum):
    """What can be done. The value is stable: it is shown in refusals and in the documentation."""

    BOARD_READ = "board.read"
    THREAD_START = "thread.start"
    THREAD_REPLY = "thread.reply"
    POST_OFFICIAL = "post.official"
    POST_EDIT = "post.edit"
    POST_HIDDEN = "post.hidden"
    POST_PUSH = "post.push"
    POST_HIDE = "post.hide"
    THREAD_RETITLE = "thread.retitle"
    THREAD_HELPFUL = "thread.helpful"
    POLL_MAKE = "poll.make"
    POLL_VOTE = "poll.vote"
    THREAD_PIN = "thread.pin"
    THREAD_LOCK = "thread.lock"
    THREAD_MOVE = "thread.move"
    THREAD_SPLIT = "thread.split"
    THREAD_MERGE = "thread.merge"
    THREAD_KEEP = "thread.keep"
    THREAD_DIGEST = "thread.digest"
    TEMPLATE_CHANGE = "template.change"
    LIBRARY_CHANGE = "library.change"
    CASE_READ = "case.read"
    CASE_OPEN = "case.open"
    CASE_FOLLOW = "case.follow"
    CASE_WORK = "case.work"
    CASE_DISPATCH = "case.dispatch"
    COLUMN_READ = "column.read"
    BULLETIN_READ = "bulletin.read"
    BULLETIN_IMPORT = "bulletin.import"
    BULLETIN_LIST_ALL = "bulletin.list-all"
    BULLETIN_PUBLISH = "bulletin.publish"
    BULLETIN_RETRACT = "bulletin.retract"
    DIGEST_READ = "digest.read"
    DIGEST_DRAFT = "digest.draft"
    DIGEST_EDIT = "digest.edit"
    DIGEST_REVIEW = "digest.review"
    DIGEST_QUOTED = "digest.quoted"
    LEADER_PAGE = "leader.page"
    SEARCH = "search"
    WHO_READ = "who.read"
    ACCOUNT_SELF = "account.self"
    INBOX_READ = "inbox.read"
    MAIL_READ = "mail.read"
    MAIL_SEND = "mail.send"
    PAGE_READ = "page.read"
    PAGE_SEND = "page.send"
    PERSON_READ = "person.read"
    PERSON_BLOCK = "person.block"
    ACCOUNT_KEEP = "account.keep"
    ACCOUNT_LIST = "account.list"
    ACCOUNT_INVITE = "account.invite"
    ACCOUNT_ROLE = "account.role"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_RESET = "account.reset"
    ACCOUNT_STATE = "account.state"
    BOARD_LIST_ALL = "board.list-all"
    BOARD_PLAN = "board.plan"
    BOARD_APPLY = "board.apply"
    OFFICE_LIST = "office.list"
    OFFICE_APPOINT = "office.appoint"
    OFFICE_DESK = "office.desk"
    LIVE_HOLD = "live.hold"
    LIVE_SORT = "live.sort"
    LIVE_ASK = "live.ask"
    LIVE_VOTE = "live.vote"
    LIVE_ANSWER = "live.answer"
    REGISTER_READ = "register.read"
    REGISTER_VERIFY = "register.verify"
    DOCTOR = "doctor"
    ADMIN_SHELL = "admin.shell"


class Who(StrEnum):
    """What somebody can be at a place; an actor is several of these at once."""

    GUEST = "guest"
    MEMBER = "member"
    OFFICER = "officer"
    IN_OFFICE = "officer in office"
    ON_STAFF = "officer or liaison of an office"
    MODERATOR = "moderator here"
    EDITOR = "editor here"
    IMPORTER = "importer here"
    LEADER = "leader"
    SYSOP = "sysop"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Place:
    """What the rules need to know of a board, column or bulletin.

    `scope` is the board's or column's slug, `unit` the sub-site that looks after it; `read` is who it is for: public,
    members, or (bulletins) a kind, role or sub-site; `post` who starts threads: members, officers, or nobody ("").
    `nature` is what a board is for; of an interview, `offices` are the board's and its guests'.
    """

    scope: str
    unit: str = ""
    read: str = "members"
    post: str = ""
    archived: bool = False
    offices: tuple[str, ...] = ()
    published: bool = True
    nature: str = ""
    private_cases: bool = False


PUBLIC: Final = "public"
MEMBERS: Final = "members"
OFFICERS: Final = "officers"
INTERVIEWS: Final = "interviews"

TELNET: Final = "telnet"
"""The transport on which everything can be overheard: nobody is more than a member there."""


def place_of(thing: object) -> Place:
    """What a Board, Column or Bulletin is to the rules; raises TypeError for anything else."""
    match thing:
        case Place():
            return thing
        case Board():
            return Place(
                thing.slug,
                thing.unit,
                thing.read,
                thing.post,
                thing.archived,
                thing.offices,
                nature=thing.nature,
                private_cases=thing.tracked and thing.private_cases and bool(thing.offices),
            )
        case Column():
            return Place(thing.slug, thing.subsite, thing.read)
        case Bulletin():
            return Place(thing.column, read=thing.audience, published=thing.status is Status.PUBLISHED)
    raise TypeError(f"the access table knows no place like {type(thing).__name__}")


_OF_KIND: Final = {
    AccountKind.GUEST: Who.GUEST,
    AccountKind.MEMBER: Who.MEMBER,
    AccountKind.OFFICER: Who.OFFICER,
    AccountKind.SYSOP: Who.SYSOP,
    AccountKind.LOCAL: Who.LOCAL,
}

_SCOPED: Final = {Role.MODERATOR: Who.MODERATOR, Role.EDITOR: Who.EDITOR, Role.IMPORTER: Who.IMPORTER}

_EVERYWHERE: Final = {Role.SYSOP: Who.SYSOP, Role.LEADER: Who.LEADER}
"""Roles that hold for the whole site or not at all."""


def standing(actor: Actor, place: Place | None) -> frozenset[Who]:
    """All that the actor is at the place; without one, at any place at all.

    Over telnet roles, offices and the sysop's rights do not count, and officers' and sysops' accounts are guests.
    """
    if actor.transport == TELNET:
        return _PLAIN_MEMBER if actor.kind is AccountKind.MEMBER else _PLAIN_GUEST
    if not actor.grants and not actor.appointments:
        return _ALONE[actor.kind]
    held = {_OF_KIND[actor.kind]}
    if actor.kind is AccountKind.OFFICER and actor.appointments:
        held.add(Who.ON_STAFF)
        if actor.appointment is not None:
            held.add(Who.IN_OFFICE)
    if actor.grants and actor.kind is not AccountKind.GUEST:
        held |= {who for role, who in _EVERYWHERE.items() if actor.holds(role)}
        held |= {who for role, who in _SCOPED.items() if _holds(actor, role, place)}
    return frozenset(held)


_PLAIN_MEMBER: Final = frozenset({Who.MEMBER})
_PLAIN_GUEST: Final = frozenset({Who.GUEST})
_ALONE: Final = {kind: frozenset({who}) for kind, who in _OF_KIND.items()}
"""What accounts are that hold nothing, which most of them do."""


def _holds(actor: Actor, role: Role, place: Place | None) -> bool:
    if place is None:
        return any(grant.role is role for grant in actor.grants)
    return actor.holds(role, place.scope) or actor.holds(role, place.unit)


class Where(StrEnum):
    """What must hold of the place besides; the value is how the documentation says it."""

    ANYWHERE = "anywhere"
    PUBLIC = "where it is public"
    OPEN = "unless it is archived"
    MEMBERS_START = "where members start threads, unless archived"
    PRIVATE_CASES = "where private cases may be opened, unless archived"
    OFFICERS_START = "where members start threads, or where the board names an office held, or none; unless archived"
    INTERVIEWS = "where interviews are held, unless archived"
    INTERVIEWS_OFFICE = "where interviews are held and an office held is named, or none; unless archived"
    INTERVIEWS_STAFF = "where interviews are held and an office served is named, or none; unless archived"
    PUBLISHED_PUBLIC = "published for the public"
    PUBLISHED_MEMBERS = "published for the public or for members"
    PUBLISHED_NAMED = "published for a kind, a role or a sub-site that the actor has"

    def holds(self, actor: Actor, place: Place) -> bool:
        """Whether it holds for this actor at this place."""
        return _HOLDS[self](actor, place)


def _members_start(actor: Actor, place: Place) -> bool:
    return not place.archived and place.post == MEMBERS


def _officers_start(actor: Actor, place: Place) -> bool:
    if place.archived or place.post not in (MEMBERS, OFFICERS):
        return False
    return place.post == MEMBERS or not place.offices or actor.publishes_for(place.offices)


def _interviews(actor: Actor, place: Place) -> bool:
    return place.nature == INTERVIEWS and not place.archived


def _interviews_office(actor: Actor, place: Place) -> bool:
    return _interviews(actor, place) and (not place.offices or actor.publishes_for(place.offices))


def _interviews_staff(actor: Actor, place: Place) -> bool:
    serves = any(held.office in place.offices for held in actor.appointments)
    return _interviews(actor, place) and (not place.offices or serves)


def _named(actor: Actor, place: Place) -> bool:
    if actor.transport == TELNET or not place.published or place.read in (PUBLIC, MEMBERS, ""):
        return False
    return place.read == actor.kind.value or any(
        place.read in (grant.role.value, grant.scope) for grant in actor.grants
    )


_HOLDS: Final[dict[Where, Callable[[Actor, Place], bool]]] = {
    Where.ANYWHERE: lambda actor, place: True,
    Where.PUBLIC: lambda actor, place: place.read == PUBLIC,
    Where.OPEN: lambda actor, place: not place.archived,
    Where.MEMBERS_START: _members_start,
    Where.PRIVATE_CASES: lambda actor, place: place.private_cases and not place.archived,
    Where.OFFICERS_START: _officers_start,
    Where.INTERVIEWS: _interviews,
    Where.INTERVIEWS_OFFICE: _interviews_office,
    Where.INTERVIEWS_STAFF: _interviews_staff,
    Where.PUBLISHED_PUBLIC: lambda actor, place: place.published and place.read == PUBLIC,
    Where.PUBLISHED_MEMBERS: lambda actor, place: place.published and place.read in (PUBLIC, MEMBERS),
    Where.PUBLISHED_NAMED: _named,
}
