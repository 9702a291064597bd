"""A text file with a head: lines of YAML between two lines `---`, then the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bbs.errors import BbsError, Invalid
from bbs.forum.boards import yamlfile
from bbs.forum.boards.yamlfile import Broken, Document
from bbs.text.clean import clean_line

SIZE_LIMIT: Final = 1024 * 1024
"""Bytes of one file."""
_CLOSING: Final = ("---", "...")


class Refused(Exception):
    """Something in a file that cannot be taken, with its line (from 1)."""

    def __init__(self, reason: BbsError, line: int | None = None) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Parted:
    """A file in its two parts; `body_line` is the line the body begins in."""

    head: Document
    body: str
    body_line: int


def decoded(data: bytes) -> str:
    """The text of a file; raises Refused (`import.too_large`, `import.binary`, `import.not_utf8`)."""
    if len(data) > SIZE_LIMIT:
        raise Refused(Invalid("import.too_large", limit=SIZE_LIMIT // 1024))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        code = "import.binary" if b"\0" in data else "import.not_utf8"
        raise Refused(Invalid(code), data.count(b"\n", 0, error.start) + 1) from error
    if "\0" in text:
        raise Refused(Invalid("import.binary"), text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def part(text: str) -> Parted:
    """Part a text into head and body; raises Refused (`import.no_head`, `import.head_open`, `yaml.…`)."""
    if not text.startswith("---\n"):
        raise Refused(Invalid("import.no_head"), 1)
    end = _closing(text)
    lines = text.count("\n", 0, end)
    try:
        head = yamlfile.read(text[4:end], first_line=2, plain=True)
    except Broken as error:
        params = {name: clean_line(v, 200) if isinstance(v, str) else v for name, v in error.params.items()}
        raise Refused(Invalid(error.code, **params), error.line) from error
    body = text[end:].partition("\n")[2]
    return Parted(head, body, lines + 2)


def _closing(text: str) -> int:
    """Where the line that closes the head begins."""
    at = 3
    while (at := text.find("\n", at)) >= 0:
        end = text.find("\n", at + 1)
        line = text[at + 1 : end if end >= 0 else len(text)]
        if line.rstrip() in _CLOSING:
            return at + 1
        at += 1
    raise Refused(Invalid("import.head_open"), 1)
