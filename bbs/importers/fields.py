"""The fields of a bulletin as files write them, turned into an item; each mistake names the key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import Any, Final

from bbs.errors import BbsError, Invalid
from bbs.forum.news.bulletins import BulletinItem, Status
from bbs.text.clean import clean_line
from bbs.text.when import parse_iso

KEYS: Final = (
    "id",
    "column",
    "title",
    "title_en",
    "lang",
    "source",
    "author",
    "published_at",
    "expires_at",
    "priority",
    "must_read",
    "audience",
    "supersedes",
    "tags",
)
_YES: Final = frozenset({"true", "yes", "on"})
_NO: Final = frozenset({"false", "no", "off"})
_LANG_SUFFIX: Final = re.compile(r"(?P<stem>.+)\.(?P<lang>zh|en)")


class Wrong(Exception):
    """A field that cannot be taken: its key, and why."""

    def __init__(self, key: str, reason: BbsError) -> None:
        super().__init__(key)
        self.key = key
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a file does not say: `column` overrides what files say, the rest fills gaps."""

    column: str | None
    lang: str
    zone: tzinfo
    status: Status | None


def item_of(fields: Mapping[str, Any], body: str, stem: str, defaults: Defaults) -> BulletinItem:
    """An item of the fields of one file; raises Wrong.

    The name of the file without its ending is the identity where `id` is not given; a further ending `.zh` or `.en` is
    the language then, so that a pair of translations shares the identity.
    """
    for key in fields:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1)
            right = near[0] if near else ", ".join(KEYS)
            raise Wrong(key, Invalid("import.unknown_key", key=clean_line(key, 40), right=right))
    by_name = _LANG_SUFFIX.fullmatch(stem)
    named = _text(fields, "id") or (by_name["stem"] if by_name else stem)
    if not clean_line(named):
        raise Wrong("id", Invalid("import.id_needed"))
    return BulletinItem(
        source_id=clean_line(named, 800),
        column=defaults.column or _needed(fields, "column"),
        title=_needed(fields, "title"),
        body=body,
        lang=_text(fields, "lang") or (by_name["lang"] if by_name and not _text(fields, "id") else defaults.lang),
        title_en=_text(fields, "title_en"),
        source=_text(fields, "source"),
        author=_text(fields, "author"),
        published_at=_moment(fields, "published_at", defaults.zone),
        expires_at=_moment(fields, "expires_at", defaults.zone),
        priority=_text(fields, "priority") or "normal",
        must_read=_switch(fields, "must_read"),
        audience=_text(fields, "audience") or None,
        supersedes=_text(fields, "supersedes") or None,
        tags=_tags(fields),
        status=defaults.status,
    )


def _text(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong(key, Invalid("import.not_text", key=key))
    return value.strip()


def _needed(fields: Mapping[str, Any], key: str) -> str:
    value = _text(fields, key)
    if not value:
        raise Wrong(key, Invalid("import.missing_key", key=key))
    return value


def _moment(fields: Mapping[str, Any], key: str, zone: tzinfo) -> datetime | None:
    """A moment in ISO 8601; without an offset it is meant in the site's zone, and a date alone is its first minute."""
    value = _text(fields, key)
    if not value:
        return None
    try:
        return parse_iso(value, zone)
    except Invalid as error:
        raise Wrong(key, Invalid("import.not_a_date", key=key, value=clean_line(value, 40))) from error


def _switch(fields: Mapping[str, Any], key: str) -> bool | None:
    value = fields.get(key)
    if value is None or value == "" or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    word = value.lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise Wrong(key, Invalid("import.not_yes_no", key=key))
    return word in _YES


def _tags(fields: Mapping[str, Any]) -> tuple[str, ...]:
    value = fields.get("tags")
    if value is None or value == "":
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Wrong("tags", Invalid("import.not_a_list", key="tags"))
    return tuple(value)


# What the rules say of a finished item names no line; this says which key they mean.
_KEY_OF: Final = {
    "column.unknown": "column",
    "bulletin.lang": "lang",
    "bulletin.priority": "priority",
    "bulletin.audience": "audience",
    "bulletin.expires_first": "expires_at",
    "bulletin.supersedes_itself": "supersedes",
    "bulletin.tags": "tags",
    "bulletin.twice": "id",
}


def key_of(reason: Exception) -> str | None:
    """The key that an error of the rules is about; None where it is about the whole."""
    if not isinstance(reason, BbsError):
        return None
    name = reason.params.get("name")
    return _KEY_OF.get(reason.code) or (name if isinstance(name, str) else None)
