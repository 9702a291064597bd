"""What a terminal says of itself, cleaned and clamped: TERM, size, colours, language, encoding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bbs.terminal.canvas import Size

SMALLEST: Final = Size(20, 5)
LARGEST: Final = Size(300, 120)
USUAL: Final = Size(80, 24)

ENVIRONMENT: Final = frozenset({b"LANG", b"LC_ALL", b"COLORTERM"})
"""The only variables that are taken from an SSH client."""
LONGEST_VALUE: Final = 64
"""Bytes of such a variable that are looked at."""

TRUE_COLOUR: Final = 1 << 24

_TERM: Final = re.compile(r"[A-Za-z0-9._+-]{1,32}")
_PLAIN_TERMS: Final = frozenset({"dumb", "unknown", "network", "vt52", "vt100", "vt102", "vt220"})
_RICH_TERMS: Final = ("256color", "kitty", "alacritty", "ghostty", "wezterm", "foot", "iterm")
_LOCALE: Final = re.compile(r"(?P<lang>[a-z]{2})(?:[_-][A-Za-z]+)?(?:\.(?P<charset>[A-Za-z0-9-]+))?(?:@.*)?")
_CHARSETS: Final = {"gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "euccn": "gb18030", "big5": "big5"}


def clean_term(said: str) -> str:
    """The terminal type if it is one, else `dumb`."""
    return said if _TERM.fullmatch(said) else "dumb"


def clamp_size(columns: int, rows: int) -> Size:
    """A size we can draw for; 0 means that the far end does not know, which is taken as 80x24."""
    return Size(
        min(max(columns or USUAL.columns, SMALLEST.columns), LARGEST.columns),
        min(max(rows or USUAL.rows, SMALLEST.rows), LARGEST.rows),
    )


def colours_of(term: str, colorterm: str = "") -> int:
    """Colours the far end can show: 0, 16, 256 or 16777216, by the usual names of TERM and COLORTERM."""
    if colorterm in {"truecolor", "24bit"}:
        return TRUE_COLOUR
    name = term.lower()
    if name in _PLAIN_TERMS:
        return 0
    if "direct" in name or "truecolor" in name:
        return TRUE_COLOUR
    return 256 if any(rich in name for rich in _RICH_TERMS) else 16


def language_of(environment: Mapping[bytes, bytes]) -> str | None:
    """`zh` or `en` by LC_ALL, then LANG; None when neither says."""
    match = _locale(environment)
    return match["lang"] if match is not None and match["lang"] in {"zh", "en"} else None


def encoding_of(environment: Mapping[bytes, bytes]) -> str:
    """The encoding named by LC_ALL, then LANG: `gb18030`, `big5`, else `utf-8`."""
    match = _locale(environment)
    charset = (match["charset"] or "") if match is not None else ""
    return _CHARSETS.get(charset.lower().replace("-", ""), "utf-8")


def _locale(environment: Mapping[bytes, bytes]) -> re.Match[str] | None:
    said = environment.get(b"LC_ALL") or environment.get(b"LANG") or b""
    return _LOCALE.fullmatch(said[:LONGEST_VALUE].decode("ascii", "replace"))
