"""The access table: verb x role x board policy -> yes or no. Every screen, command and server asks it."""

from __future__ import annotations

from enum import StrEnum

from bbs.forum.actor import Actor


class Verb(StrEnum):
    """What can be done. The value is stable: it is shown in refusals and in the documentation."""

    BOARD_READ = "board.read"
    THREAD_START = "thread.start"
    THREAD_REPLY = "thread.reply"
    POST_OFFICIAL = "post.official"
    POST_EDIT = "post.edit"
    POST_HIDDEN = "post.hidden"
    THREAD_PIN = "thread.pin"
    THREAD_LOCK = "thread.lock"
    COLUMN_READ = "column.read"
    BULLETIN_READ = "bulletin.read"
    BULLETIN_IMPORT = "bulletin.import"
    BULLETIN_LIST_ALL = "bulletin.list-all"
    BULLETIN_PUBLISH = "bulletin.publish"
    BULLETIN_RETRACT = "bulletin.retract"
    WHO_READ = "who.read"
    ACCOUNT_SELF = "account.self"
    ACCOUNT_LIST = "account.list"
    ACCOUNT_INVITE = "account.invite"
    ACCOUNT_ROLE = "account.role"
    ACCOUNT_CREATE = "account.create"
    BOARD_LIST_ALL = "board.list-all"
    BOARD_PLAN = "board.plan"
    BOARD_APPLY = "board.apply"
    OFFICE_LIST = "office.list"
    OFFICE_APPOINT = "office.appoint"
    REGISTER_READ = "register.read"
    REGISTER_VERIFY = "register.verify"
    DOCTOR = "doctor"
    ADMIN_SHELL = "admin.shell"


def allowed(actor: Actor, verb: Verb, *, place: object = None) -> bool:
    """Whether the actor may; `place` is the Board, Column or Bulletin the verb is about, where it is about one."""
    raise NotImplementedError


def require(actor: Actor, verb: Verb, *, place: object = None) -> None:
    """Raises Forbidden(`access.denied`, verb=…)."""
    raise NotImplementedError
