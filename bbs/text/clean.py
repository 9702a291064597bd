"""Cleaning: what a member types becomes text that no terminal can mistake for a control.

An allowlist by Unicode category, with NFC (UAX #15). The order is fixed: clean first, cut second, between grapheme
clusters. All functions are linear in their input, and `clean(clean(x)) == clean(x)` holds for each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import wcwidth
from wcwidth.table_grapheme import EXTENDED_PICTOGRAPHIC
from wcwidth.table_vs16 import VS16_NARROW_TO_WIDE
from wcwidth.table_wide import WIDE_EASTASIAN

MAX_MARKS: Final = 8
"""Combining marks kept after one base character; alacritty keeps 9, VS Code's terminal hung at 100."""

MAX_LINE: Final = 2000
"""Code points in one line of stored text; longer lines are split."""

TAB: Final = 4
"""Cells between the tab stops that a tab in a body is spread to."""

_STREAM_SAFE: Final = 30
"""Marks looked at before normalising (UAX #15, stream-safe text): sorting an unbounded run is quadratic."""

_LOOK_BACK: Final = 64
"""Code points searched backwards for a grapheme boundary when text is cut."""

_NO_LIMIT: Final = 1 << 60

# Escape sequences that are complete go as a whole, so that pasted coloured output leaves its words; whatever is left of
# broken ones loses its control characters below. No class contains a character that starts a sequence: linear.
_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9b-\x9f\n]*(?:\x07|\x1b\\|\x9c)"
)
_HAS_CONTROL: Final = re.compile(r"[\x1b\x80-\x9f]")
_LINE_BREAK: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES: Final = re.compile("\n(?:[ \u3000]*\n){3,}")
_SPACES: Final = re.compile(r"\s+")

# Characters that need no look at all: printable, never composing with a neighbour, neither marks nor invisible.
_PLAIN: Final = (
    " -~\u00a1-\u00ac\u00ae-\u02ff\u038e-\u03a1\u03a3-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
    "\u20a0-\u20bf\u2100-\u2125\u2127-\u2129\u212c-\u218b\u2190-\u22ff\u2460-\u27ff\u3000-\u3029\u3030-\u303f"
    "\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001f64f"
)
_SAFE: Final = re.compile(f"[\n{_PLAIN}]*").fullmatch

_NEWER_HAN: Final = ((0x2EBF0, 0x2EE5D), (0x31350, 0x323AF))
"""Extensions I and H (Unicode 15): rare characters of people's names that Python 3.11 calls unassigned."""

# Printable by their category, yet nothing is seen (default-ignorable fillers and selectors).
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffc"
    + "".join(map(chr, range(0xFE00, 0xFE0F)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_ZWNJ: Final = "\u200c"
_ZWJ: Final = "\u200d"
_VS16: Final = "\ufe0f"
_BRAILLE_BLANK: Final = "\u2800"


def _char_class(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges)


_VS16_TABLE: Final = next(iter(VS16_NARROW_TO_WIDE.values()))
_LONE_VS16: Final = re.compile(f"(?<![{_char_class(_VS16_TABLE)}]){_VS16}")
_PICTURE: Final = f"[{_char_class(EXTENDED_PICTOGRAPHIC)}](?:{_VS16}|[\U0001f3fb-\U0001f3ff])?"
_EMOJI_SEQUENCE: Final = re.compile(f"({_PICTURE}(?:{_ZWJ}{_PICTURE}){{1,7}})|{_ZWJ}")

# Scripts whose spelling needs ZWNJ: Arabic and its relations, the scripts of India, Khmer, Mongolian.
_JOINING: Final = "\u0620-\u07ff\u08a0-\u08ff\u0900-\u0dff\u1780-\u17d3\u1820-\u18aa"
_LONE_ZWNJ: Final = re.compile(f"(?<![{_JOINING}]){_ZWNJ}|{_ZWNJ}(?![{_JOINING}])")


def clean_text(text: str, limit: int | None = None) -> str:
    """Clean a body of several lines: LF kept, other line breaks made LF, tabs made spaces, at most `limit` code points.

    Blank lines around the text go; more than two in a row become two; lines over `MAX_LINE` are split.
    """
    bound = _NO_LIMIT if limit is None else limit
    text = _LINE_BREAK.sub("\n", _strip_sequences(text))
    if "\t" in text:
        text = text.expandtabs(TAB)
    if not _SAFE(text):
        text = _allow(text)
    text = _BLANK_LINES.sub("\n\n\n", text)
    if len(text) > MAX_LINE:
        text = "\n".join(_short_lines(text))
    text = _trim(text)
    while len(text) > bound:
        text = _trim(cut(text, bound))
    return text


def clean_line(text: str, limit: int | None = None) -> str:
    """Clean a name, title or other single line: no line break, single spaces, no blank look-alikes, trimmed.

    At most `limit` code points are kept, `MAX_LINE` when there is no limit.
    """
    bound = MAX_LINE if limit is None else limit
    text = _strip_sequences(text)
    if _BRAILLE_BLANK in text:
        text = text.replace(_BRAILLE_BLANK, " ")
    text = _SPACES.sub(" ", _LINE_BREAK.sub(" ", text))
    if not _SAFE(text):
        text = _SPACES.sub(" ", _allow(text))
        if text.startswith(" "):
            text = _allow(text[1:])  # a mark may have stood on that space
    text = text.strip(" ")
    return cut(text, bound).strip(" ") if len(text) > bound else text


def gate(text: str) -> str:
    """Pass text on its way to any screen, log or pipe: clean text at once, other text cleaned, not cut or trimmed."""
    if _SAFE(text):
        return text
    return _allow(_LINE_BREAK.sub("\n", _strip_sequences(text)).replace("\t", " "))


def show_controls(text: str, *, newlines: bool = True) -> str:
    """Make controls visible for moderators and logs (`^[`, `^?`, `<9b>`); without `newlines` LF as `^J`."""
    shown = {ord(char): _visible(char) for char in set(text) if not _is_allowed(char)}
    if newlines:
        shown.pop(0x0A, None)
    return gate(text.translate(shown))


def cut(text: str, limit: int) -> str:
    """Cut clean text to at most `limit` code points between two grapheme clusters."""
    return text if len(text) <= limit else text[: _boundary(text, limit)].rstrip(_ZWNJ + _ZWJ)


def _strip_sequences(text: str) -> str:
    return _SEQUENCE.sub("", text) if _HAS_CONTROL.search(text) else text


def _trim(text: str) -> str:
    """Take blank lines from the start and white space from the end; the first line keeps its indentation."""
    text = text.rstrip()
    start = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, start) + 1 :]


def _is_allowed(char: str) -> bool:
    if char.isprintable():
        return char not in _INVISIBLE
    return char in "\u3000\u200c\u200d" or _is_newer(ord(char))


def _is_newer(point: int) -> bool:
    """Whether a code point is assigned in a newer Unicode than this Python knows: rare Han and wide emoji."""
    if any(low <= point <= high for low, high in _NEWER_HAN):
        return True
    return 0x1F000 <= point < 0x20000 and _in(point, EXTENDED_PICTOGRAPHIC) and _in(point, _WIDE)


_WIDE: Final = next(iter(WIDE_EASTASIAN.values()))


def _in(point: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= point <= high for low, high in ranges)


def _replacement(char: str) -> str:
    """What stands for a character that may not pass: a space for other spaces, nothing for the rest."""
    return " " if char == "\t" or unicodedata.category(char) == "Zs" else ""


def _visible(char: str) -> str:
    point = ord(char)
    if point < 0x20:
        return f"^{chr(point + 0x40)}"
    if point == 0x7F:
        return "^?"
    return f"<{point:02x}>"


def _allow(text: str) -> str:
    """Keep what is on the allowlist, in NFC, with bounded runs of marks; LF stays."""
    present = set(text)
    refused = {
        ord(char): _replacement(char)
        for char in present
        if char != "\n" and not (char.isascii() and char.isprintable()) and not _is_allowed(char)
    }
    if refused:
        text = text.translate(refused)
    if _VS16 in present:
        text = _LONE_VS16.sub("", text)
    if _ZWJ in present:
        text = _EMOJI_SEQUENCE.sub(lambda match: match[1] or "", text)
    marks = _marks_in(text)
    if marks:
        text = _cap_marks(text, marks, _STREAM_SAFE)
    if _ZWNJ in present:
        text = _LONE_ZWNJ.sub("", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        marks = _marks_in(text)
    if marks:
        text = _cap_marks(text, marks, MAX_MARKS)
    return _LONE_ZWNJ.sub("", text) if _ZWNJ in present else text


def _marks_in(text: str) -> frozenset[str]:
    return frozenset(char for char in set(text) if not char.isascii() and unicodedata.category(char)[0] == "M")


def _cap_marks(text: str, marks: frozenset[str], most: int) -> str:
    """Keep at most `most` marks after each base, and none at the start of a line, where they would join the chrome."""
    kept: list[str] = []
    run = most
    for char in text:
        if char in marks:
            run += 1
            if run > most:
                continue
        elif char == "\n":
            run = most
        elif char not in "\u200c\u200d":
            run = 0
        kept.append(char)
    return "".join(kept)


def _short_lines(text: str) -> Iterable[str]:
    for line in text.split("\n"):
        while len(line) > MAX_LINE:
            end = _boundary(line, MAX_LINE)
            yield line[:end].rstrip(_ZWNJ + _ZWJ)
            line = line[end:]
        yield line


def _boundary(text: str, limit: int) -> int:
    """Find the last grapheme boundary up to `limit`; in a cluster without end, the last place not before a mark."""
    start = _window_start(text, limit)
    end = last = start
    for cluster in wcwidth.iter_graphemes(text[start : limit + 1]):
        last, end = end, end + len(cluster)
    if start < last <= limit:
        return last
    end = limit
    while end > 1 and _is_extending(text[end]):
        end -= 1
    return end


def _window_start(text: str, limit: int) -> int:
    """Go back from `limit` to a character that surely begins a cluster, so that flags are counted in pairs."""
    start = max(0, limit - _LOOK_BACK)
    floor = max(0, start - _LOOK_BACK * 4)
    while start > floor and not _SAFE(text[start]):
        start -= 1
    return start


def _is_extending(char: str) -> bool:
    return char in "\u200c\u200d" or unicodedata.category(char)[0] == "M" or "\U0001f3fb" <= char <= "\U0001f3ff"
