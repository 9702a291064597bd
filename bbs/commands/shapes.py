"""The JSON shapes that scripts lean on; more fields may come, none may go."""

from __future__ import annotations

from typing import Any

from bbs.forum.accounts.accounts import Account
from bbs.forum.actor import Appointment
from bbs.forum.boards.boards import Board
from bbs.forum.interviews.rules import Interview, Question, Spoken
from bbs.forum.news.news import Bulletin, ColumnRow
from bbs.forum.officers.officers import Office
from bbs.forum.posts.posts import Push
from bbs.forum.posts.threads import Official, Post, Thread
from bbs.text.catalogue import Translator
from bbs.text.markdown import plain


def named(tr: Translator, zh: str, en: str) -> str:
    """The name in the reader's language, or in the other where there is only one."""
    return (zh or en) if tr.lang.startswith("zh") else (en or zh)


def board(tr: Translator, found: Board, unread: int) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "name": named(tr, found.zh, found.en),
        "section": found.section,
        "unread": unread,
        "threads": found.threads,
        "tracked": found.tracked,
        "route": found.route,
        "zh": found.zh,
        "en": found.en,
        "nature": found.nature,
        "archived": found.archived,
    }


def thread(found: Thread) -> dict[str, Any]:
    return {
        "id": found.id,
        "board": found.board,
        "title": found.title,
        "author": found.author,
        "posts": found.posts,
        "created_at": found.created_at,
        "last_at": found.last_at,
        "pinned": found.pinned,
        "locked": found.locked,
        "case": _case(found),
        "route": found.route,
        "state": found.state.value,
        "read_floor": found.read_floor,
        "votes": found.votes,
        "helpful_floor": found.helpful_floor,
        "copy_of": found.copy_of,
    }


def _case(found: Thread) -> dict[str, Any] | None:
    if found.case is None:
        return None
    return {"state": found.case, "due": found.case_due, "rating": found.case_rating}


def official(found: Official | None, tr: Translator) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"office": found.office, "name": found.name, "title": named(tr, found.title_zh, found.title_en)}


def post(found: Post, tr: Translator) -> dict[str, Any]:
    return {
        "id": found.id,
        "thread": found.thread,
        "floor": found.floor,
        "author": found.author,
        "official": official(found.official, tr),
        "created_at": found.created_at,
        "edited_at": found.edited_at,
        "body": found.body,
        "route": found.route,
        "reply_to": found.reply_to,
        "hidden": found.hidden,
        "moved_to": found.moved_to or None,
        "moved_from": found.moved_from or None,
        "withdrawn": found.withdrawn,
        "revision": found.revision,
        "agrees": found.agrees,
        "disagrees": found.disagrees,
        "helpful": found.helpful,
        "pushes": [push(one) for one in found.pushes],
    }


def push(found: Push) -> dict[str, Any]:
    return {
        "author": found.author,
        "stance": found.stance.value,
        "words": found.words,
        "created_at": found.created_at,
        "changed_at": found.changed_at,
    }


def bulletin(found: Bulletin) -> dict[str, Any]:
    return {
        "id": found.id,
        "column": found.column,
        "title": found.title,
        "lang": found.lang,
        "status": found.status.value,
        "published_at": found.published_at,
        "must_read": found.must_read,
        "body": found.body,
        "route": found.route,
        "source_id": found.source_id,
        "priority": found.priority.value,
        "expires_at": found.expires_at,
        "read": found.read,
    }


def column(tr: Translator, row: ColumnRow) -> dict[str, Any]:
    return {
        "slug": row.column.slug,
        "name": named(tr, row.column.zh, row.column.en),
        "bulletins": row.bulletins,
        "unread": row.unread,
        "newest_at": row.newest_at,
        "route": row.column.route,
    }


def account(found: Account) -> dict[str, Any]:
    return {
        "name": found.name,
        "kind": found.kind.value,
        "state": found.state,
        "roles": sorted(f"{grant.role.value}:{grant.scope}".rstrip(":") for grant in found.grants),
        "offices": list(found.offices),
        "keys": found.keys,
        "has_password": found.has_password,
        "created_at": found.created_at,
    }


def appointment(found: Appointment, tr: Translator) -> dict[str, Any]:
    return {
        "office": found.office,
        "account": found.account,
        "real_name": found.real_name,
        "title": named(tr, found.title_zh, found.title_en),
        "duty": found.duty.value,
        "since": found.since,
        "until": found.until,
        "ended_at": found.ended_at,
    }


def office(found: Office, tr: Translator) -> dict[str, Any]:
    return {
        "slug": found.slug,
        "name": named(tr, found.zh, found.en),
        "route": found.route,
        "appointments": [appointment(held, tr) for held in found.appointments],
    }


def interview(found: Interview, tr: Translator) -> dict[str, Any]:
    return {
        "id": found.id,
        "board": found.board,
        "title": found.title,
        "state": found.state.value,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "begun_at": found.begun_at,
        "ended_at": found.ended_at,
        "host": found.host,
        "guests": [official(guest.official, tr) for guest in found.guests],
        "about": found.about,
        "reason": found.reason,
        "thread": found.thread,
        "bulletins": list(found.bulletins),
        "route": found.route,
    }


def question(found: Question) -> dict[str, Any]:
    return {
        "id": found.id,
        "interview": found.interview,
        "author": found.author,
        "body": found.body,
        "state": found.state.value,
        "reason": found.reason,
        "votes": found.votes,
        "lifted": found.lifted > 0,
        "merged_into": found.merged_into,
        "asked_at": found.asked_at,
    }


def spoken(found: Spoken, tr: Translator) -> dict[str, Any]:
    return {
        "id": found.id,
        "floor": found.floor,
        "official": official(found.official, tr),
        "question": found.question,
        "asked_by": found.asked_by,
        "asked": found.asked,
        "body": found.body,
        "created_at": found.created_at,
    }


def snippet(body: str, limit: int = 200) -> str:
    """The first words of a Markdown text on one line, at most `limit` characters."""
    return plain(body)[:limit]
