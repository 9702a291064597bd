"""Lines of the house and lines of members, told apart by eye and by ear.

By eye what members wrote is indented. Nobody hears an indentation, so a line of a member's that begins as the house
begins its own is announced as text; look-alikes of other scripts and widths are seen through.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from bbs.text.clean import gate
from bbs.text.names import fold
from bbs.text.wrap import wrap

HANGING: Final = 2
"""Spaces before the second and later rows of a long line."""
_HEAD: Final = 64
"""Characters of a line that are looked at."""
_SIGNS: Final = re.compile(r"^\W+")
_NUMBERED: Final = ("floor", "thread", "letter", "bulletin", "主题", "公告", "站内信")
_SPOKEN: Final = ("official", "pushcomment", "endof", "quote:", "text:", "command:", "more?", "实名", "官方", "点评")
_SPOKEN_TOO: Final = ("引文", "原文", "命令", "还有下文")


def like_a_head(line: str) -> bool:
    """Whether a line begins as the house begins its own, as far as eye or ear can tell."""
    head = fold(_SIGNS.sub("", line[:_HEAD]))
    return _patterns().match(head) is not None


@cache
def _patterns() -> re.Pattern[str]:
    numbered = "|".join(re.escape(fold(word)) for word in _NUMBERED)
    spoken = "|".join(re.escape(fold(word)) for word in (*_SPOKEN, *_SPOKEN_TOO))
    return re.compile(rf"(?:{numbered})[\dlo]|{spoken}|第[\dlo一二三四五六七八九十百]+楼")


def marked(line: str, mark: str) -> str:
    """A line of a member's; `mark` is put before what begins like the house's own."""
    return f"{mark}{line.lstrip()}" if like_a_head(line) else line


def laid_out(text: str, columns: int, mark: str) -> list[str]:
    """Words of the house, which may hold a title or a name, as rows of at most `columns` cells."""
    rows: list[str] = []
    for line in gate(text).split("\n"):
        first, *rest = wrap(line, columns)
        if not rest:
            rows.append(first)
            continue
        room = columns - HANGING - len(mark) * 2
        first, *_ = wrap(line, room)
        rest = wrap(line[len(first) :].lstrip(" "), room)
        rows += [first, *(" " * HANGING + marked(row, mark) for row in rest)]
    return rows
