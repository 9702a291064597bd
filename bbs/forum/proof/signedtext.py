"""The exact texts that are signed: a post by the forum, a post by its officer beforehand, the register's head.

Each is UTF-8 in NFC with LF line ends, no white space at the end of a line, and one LF at its end: a first line that
says what it is, `name: value` lines in a fixed order, and for posts an empty line and the body. docs/signatures.md says
it for people who check by hand.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bbs.errors import Invalid
from bbs.text.when import iso

POST: Final = "mingtan-post v1"
STATEMENT: Final = "mingtan-statement v1"
ANSWER: Final = "mingtan-answer v1"
"""A statement that answers a case."""
HEAD: Final = "mingtan-register-head v1"

_POST_FIELDS: Final = (
    *("site", "forum", "board", "thread", "post", "floor", "revision", "written", "revised"),
    *("office", "name", "title-zh", "title-en", "thread-title"),
)
_STATEMENT_FIELDS: Final = (
    *("site", "forum", "draft", "prepared", "board", "thread", "reply-to"),
    *("office", "name", "title-zh", "title-en", "thread-title"),
)
_ANSWER_FIELDS: Final = (
    *("site", "forum", "draft", "prepared", "board", "thread", "reply-to", "case", "change"),
    *("office", "name", "title-zh", "title-en", "thread-title"),
)
_HEAD_FIELDS: Final = ("site", "forum", "seq", "hash", "at")
_FIELDS: Final = {POST: _POST_FIELDS, STATEMENT: _STATEMENT_FIELDS, ANSWER: _ANSWER_FIELDS, HEAD: _HEAD_FIELDS}
NONE: Final = "-"
"""Stands for what there is not: no revision yet, no thread yet."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed text taken apart."""

    kind: str
    fields: Mapping[str, str]
    body: str

    def __getitem__(self, name: str) -> str:
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class Where:
    """Whose forum it is: its name, and the fingerprint of its key."""

    site: str
    forum: str


def post_text(
    where: Where,
    *,
    board: str,
    thread: int,
    post: int,
    floor: int,
    revision: int,
    written: datetime,
    revised: datetime | None,
    office: str,
    name: str,
    title_zh: str,
    title_en: str,
    thread_title: str,
    body: str,
) -> str:
    """What the forum signs of an official post."""
    values = (where.site, where.forum, board, thread, post, floor, revision, iso(written), _moment(revised))
    return _text(POST, _POST_FIELDS, (*values, office, name, title_zh, title_en, thread_title), body)


def statement_text(
    where: Where,
    *,
    draft: str,
    prepared: datetime,
    board: str,
    thread: int | None,
    reply_to: int | None,
    case: tuple[int, int] | None = None,
    office: str,
    name: str,
    title_zh: str,
    title_en: str,
    thread_title: str,
    body: str,
) -> str:
    """What an officer signs before the post has a number: the draft's id, used once, ties it to one post.

    With `case`, its number and the `change` that was seen, it is the office's answer to that case.
    """
    kind, names = (STATEMENT, _STATEMENT_FIELDS) if case is None else (ANSWER, _ANSWER_FIELDS)
    values = (where.site, where.forum, draft, iso(prepared), board, thread or NONE, reply_to or NONE, *(case or ()))
    return _text(kind, names, (*values, office, name, title_zh, title_en, thread_title), body)


def head_text(where: Where, *, seq: int, hash: str, at: datetime) -> str:
    """What the forum signs of its register: that the entry `seq`, with all before it, has this hash."""
    return _text(HEAD, _HEAD_FIELDS, (where.site, where.forum, seq, hash, iso(at)), None)


def parse(text: str) -> Signed:
    """Take a text apart; raises Invalid(`signed.form`) when it is not exactly as it would be made here."""
    head, gap, body = text.partition("\n\n")
    kind, *lines = head.split("\n")
    names = _FIELDS.get(kind)
    if names is None:
        raise Invalid("signed.form")
    if kind == HEAD and lines and lines[-1] == "":
        lines.pop()
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
    if tuple(fields) != names or _text(kind, names, tuple(fields.values()), body if gap else None) != text:
        raise Invalid("signed.form")
    return Signed(kind, fields, body.removesuffix("\n"))


def canonical_body(body: str) -> str:
    """A body as it is signed: NFC, no white space at the ends of lines, no empty lines at its start or end."""
    lines = unicodedata.normalize("NFC", body).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _text(kind: str, names: tuple[str, ...], values: tuple[object, ...], body: str | None) -> str:
    lines = [kind]
    for name, value in zip(names, values, strict=True):
        said = " ".join(unicodedata.normalize("NFC", str(value)).split())
        lines.append(f"{name}: {said}".rstrip())
    if body is not None:
        lines += ["", canonical_body(body)]
    return "\n".join(lines) + "\n"


def _moment(at: datetime | None) -> str:
    return NONE if at is None else iso(at)
