"""Canonical JSON: one spelling of a value, so that its hash can be computed again by anybody.

Keys in order of their code points, no spaces, UTF-8 without escapes, strings in NFC, times as ISO 8601 UTC to the
second with `Z`, tuples as arrays, enumerations as their values; floats are refused, since they have no one spelling
(after RFC 8785, which this agrees with for what it accepts).
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from bbs.text.when import iso


def canonical(value: Any) -> str:
    """The one spelling of a value; raises TypeError for what has none."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_text(text: str) -> str:
    """The hash of a text in NFC, as lower-case hexadecimal."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return {_key(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError("keys of a record are strings")
    return unicodedata.normalize("NFC", name)
