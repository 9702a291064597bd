"""Pinyin initials of Chinese names, so that `jgfw` finds 机关服务.

GB 2312 puts its 3,755 common characters in the order of their pinyin (GB 2312-80, level one): the code of a character
tells its initial without a dictionary. Characters beyond those have none.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import Final

_FIRSTS: Final = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
"""The first character of each initial's stretch, in order."""
_LETTERS: Final = "abcdefghjklmnopqrstwxyz"
_CODES: Final = tuple(char.encode("gb2312") for char in _FIRSTS)
_END: Final = bytes((0xD7, 0xFA))
"""Behind the last common character."""


@lru_cache(maxsize=512)
def initials(name: str) -> str:
    """Give the initials of a name in small letters; ASCII letters and digits stay, everything else is left out."""
    return "".join(_initial(char) for char in name)


def _initial(char: str) -> str:
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    try:
        code = char.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    if not _CODES[0] <= code < _END:
        return ""
    return _LETTERS[bisect_right(_CODES, code) - 1]
