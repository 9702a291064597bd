"""Pen names: what may be one, and when two are the same to the eye (after UTS #39, Unicode Security Mechanisms)."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bbs.errors import Invalid
from bbs.text.clean import clean_line
from bbs.text.width import width

MIN_CELLS: Final = 2
MAX_CELLS: Final = 16
"""Cells a pen name takes, least and most: lists give it a column of that size."""

_MAX_TYPED: Final = 200
"""Code points of a name that are looked at at all."""

_SHAPE: Final = re.compile(r"[^\W\d_](?:[\w.-]*[^\W_])?")
"""A letter or Chinese character first, a letter or digit last, `_ - .` between."""

_BOTH: Final = frozenset({"HAN", "LATIN"})
"""The scripts that may stand in one name; any other stands alone."""

RESERVED: Final = frozenset(
    """
    admin administrator sysop sys system systems sysadmin root superuser su operator owner master webmaster postmaster
    hostmaster moderator mod mods staff team support helpdesk service security official officer leader leadership
    secretary mingtan bbs board forum new guest register login logout anonymous nobody daemon git sftp scp ssh telnet
    local import export go help me you self all everyone here none null nil undefined unknown deleted erased removed
    test
    管理员 系统管理员 管理 管理组 管理者 系统 系统消息 系统通知 官方 官方账号 站长 站务 站务组 版主 斑竹 坛主 总版主
    超级管理员 超管
    运维 客服 小秘书 领导 书记 党委 机关党委 纪委 办公室 组织 明坛 论坛 来宾 访客 游客 新用户 匿名 匿名用户
    已注销 已删除 所有人 全体成员 大家
    管理員 系統 系統管理員 官方帳號 站長
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of strings
)
"""Words that would speak for the house, or that the door understands as commands; compared by their folds."""

_SPEAKING: Final = ("管理员", "管理員", "官方", "站长", "版主", "sysop", "moderator", "official")
"""Words that speak for the house wherever they stand in a name."""

# Digits and letters that are one shape in many fonts. `i` joins `l` because capital I does.
_SHAPES: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l"})
PAIRS: Final = (("rn", "m"), ("vv", "w"))
# Digits read as letters, for reserved words only: a name may well end in 3 or 5.
_LEET: Final = str.maketrans({"3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"})
# Chinese characters told apart only by a second look.
_HAN: Final = str.maketrans("菅宫糸洺壇論員統長號帳", "管官系明坛论员统长号账")
_SEPARATORS: Final = re.compile(r"[\W_]+")


def fold(name: str) -> str:
    """Reduce a name to what the eye sees: equal folds mean names that can be taken for each other.

    Case, width, accents, invisible characters, separators, look-alikes of other scripts and the pairs `0 o`, `1 i l`,
    `rn m`, `vv w` make no difference.
    """
    return fold_pairs(_seen(clean_line(name, _MAX_TYPED)))


def fold_pairs(text: str) -> str:
    """Write pairs of letters that look like one as that one: the last step of a fold."""
    for pair, single in PAIRS:
        text = text.replace(pair, single)
    return text


@lru_cache(maxsize=16384)
def fold_char(char: str) -> str:
    """What the eye sees of one character: no or several letters; pairs of neighbours are left as they are."""
    return _seen(char)


def _seen(text: str) -> str:
    text = _bare(text)
    # Capitals are looked up before case is folded: Cyrillic `Н` looks like H, its small form like nothing else.
    text = _bare(text.translate(_look_alikes()).casefold()).translate(_look_alikes()).casefold()
    return _SEPARATORS.sub("", text).translate(_SHAPES).translate(_HAN)


def _bare(text: str) -> str:
    """Take compatibility forms (full width, ligatures) and accents away."""
    letters = [char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char)[0] != "M"]
    return unicodedata.normalize("NFC", "".join(letters))


def is_reserved(name: str) -> bool:
    """Tell whether a name is, or can be taken for, a word that speaks for the house, also with digits after it."""
    seen = fold(name)
    bare = fold(name.rstrip(string.digits + "_-. "))
    reserved = _reserved_folds()
    forms = {seen, bare, seen.translate(_LEET), bare.translate(_LEET)}
    return not forms.isdisjoint(reserved) or any(word in form for word in _speaking_folds() for form in forms)


def check_pen_name(name: str) -> str:
    """Return a pen name in its clean form.

    Raises Invalid `name.empty`, `name.length`, `name.characters`, `name.reserved`.
    """
    cleaned = unicodedata.normalize("NFKC", clean_line(name[:_MAX_TYPED]))
    if not cleaned:
        raise Invalid("name.empty")
    if not MIN_CELLS <= width(cleaned) <= MAX_CELLS:
        raise Invalid("name.length", least=MIN_CELLS, most=MAX_CELLS)
    if not _SHAPE.fullmatch(cleaned) or not _one_hand(cleaned):
        raise Invalid("name.characters")
    if is_reserved(cleaned):
        raise Invalid("name.reserved", name=cleaned)
    return cleaned


def _one_hand(name: str) -> bool:
    """Whether a name is letters and ASCII digits of one script, or of Chinese and Latin."""
    scripts: set[str] = set()
    for char in name:
        if char in "_-." or "0" <= char <= "9":
            continue
        if unicodedata.category(char)[0] != "L" and char != "〇":
            return False
        scripts.add(_script(char))
    return len(scripts) == 1 or scripts <= _BOTH


def _script(char: str) -> str:
    """The script of a letter by its Unicode name, which begins with it."""
    word = unicodedata.name(char, "HAN ").partition(" ")[0]
    return "HAN" if word in {"CJK", "IDEOGRAPHIC"} or char in "〇々" else word


@cache
def _look_alikes() -> dict[int, str]:
    """Map letters of other scripts to the ASCII letter or digit they look like (Unicode confusables.txt)."""
    data = (files("confusable_homoglyphs") / "confusables.json").read_text(encoding="utf-8")
    table: dict[int, str] = {}
    for char, others in json.loads(data).items():
        if len(char) != 1 or char.isascii() or unicodedata.category(char)[0] not in "LN":
            continue
        target = next((other["c"] for other in others if len(other["c"]) == 1 and other["c"] in _TARGETS), None)
        if target:
            table[ord(char)] = target
    return table


_TARGETS: Final = frozenset(string.ascii_letters + string.digits)


@cache
def _reserved_folds() -> frozenset[str]:
    return frozenset(map(fold, RESERVED))


@cache
def _speaking_folds() -> tuple[str, ...]:
    return tuple(map(fold, _SPEAKING))
