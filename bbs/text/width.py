"""Display width in cells, and cutting and padding text to it; wcwidth is the authority."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import wcwidth

Align = Literal["left", "right", "center"]

# One code point is one cluster here: no marks, joiners, jamo, flags or skin tones.
_SINGLE: Final = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25ff\u3000-\u3029\u3041-\u3096"
    "\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d]*"
).fullmatch


def width(text: str, ambiguous: int = 1) -> int:
    """Measure one line of clean text in cells; `ambiguous` (1 or 2) is the width of East Asian ambiguous characters."""
    if text.isascii():
        return len(text)
    cells = wcwidth.wcswidth(text, ambiguous_width=ambiguous)
    if cells >= 0:
        return cells
    return sum(max(0, wcwidth.wcswidth(cluster, ambiguous_width=ambiguous)) for cluster in wcwidth.iter_graphemes(text))


def is_single(text: str) -> bool:
    """Tell whether each code point surely is a grapheme cluster of its own; false when it would need a closer look."""
    return _SINGLE(text) is not None


def graphemes(text: str) -> list[str]:
    """Split text into grapheme clusters (UAX #29)."""
    return list(text) if _SINGLE(text) else list(wcwidth.iter_graphemes(text))


@lru_cache(maxsize=4096)
def cluster_width(cluster: str, ambiguous: int = 1) -> int:
    """Measure one grapheme cluster in cells."""
    return max(0, wcwidth.wcswidth(cluster, ambiguous_width=ambiguous))


def clip(text: str, cells: int, ambiguous: int = 1, ellipsis: str = "") -> str:
    """Cut text to at most `cells`, never through a cluster; `ellipsis` ends it when something was cut and it fits."""
    if cells <= 0:
        return ""
    if text.isascii():
        if len(text) <= cells:
            return text
        tail = ellipsis if width(ellipsis, ambiguous) <= cells else ""
        return text[: cells - width(tail, ambiguous)] + tail
    if len(text) * 2 <= cells or width(text, ambiguous) <= cells:
        return text
    tail = ellipsis if width(ellipsis, ambiguous) <= cells else ""
    return _head(text, cells - width(tail, ambiguous), ambiguous) + tail


def fit(text: str, cells: int, ambiguous: int = 1, align: Align = "left", ellipsis: str = "") -> str:
    """Clip and pad text with spaces to exactly `cells`."""
    text = clip(text, cells, ambiguous, ellipsis)
    missing = cells - width(text, ambiguous)
    if missing <= 0:
        return text
    if align == "left":
        return text + " " * missing
    if align == "right":
        return " " * missing + text
    return " " * (missing // 2) + text + " " * (missing - missing // 2)


def _head(text: str, cells: int, ambiguous: int) -> str:
    used = length = 0
    # No cluster of ordinary text has fewer cells than a fourth of its code points: a long text is not split in full.
    start = text[: cells * 4 + 64]
    for cluster in graphemes(start):
        used += cluster_width(cluster, ambiguous)
        if used > cells:
            return text[:length]
        length += len(cluster)
    return text[:length]
