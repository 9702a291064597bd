"""Inline Markdown: the words inside a block as styled spans, with links that tell where they really lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from markdown_it.token import Token

from bbs.text.clean import gate
from bbs.text.spans import Line, Span

_BARE_URL: Final = re.compile(r"https?://[^\s<>\"'`（）《》「」【】“”，。；：、！？]+")
_TRAILING: Final = re.compile(r"[.,;:!?)\]}*_]+$")
_STYLES: Final = {"strong": "md.strong", "em": "md.emphasis"}
_MAX_SHOWN: Final = 60
"""Code points of an address without a host that are shown after its text."""


class Links:
    """The addresses of one document in the order of their numbers, from 1."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.hidden: set[int] = set()
        """Numbers of addresses that the text does not show in full."""
        self._numbers: dict[str, int] = {}

    def number(self, address: str, *, shown: bool) -> int:
        """Give an address its number; the same address keeps one."""
        number = self._numbers.setdefault(address, len(self._numbers) + 1)
        if number > len(self.addresses):
            self.addresses.append(address)
            if not shown:
                self.hidden.add(number)
        return number


def host_of(address: str) -> str:
    """Tell the host an address really leads to, else the address itself, shortened."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        host = None
    return one_row(host or address[:_MAX_SHOWN])


def one_row(text: str) -> str:
    """Pass text that came out of an entity or attribute through the gate and keep it on one row."""
    return gate(text).replace("\n", " ")


def inline_rows(tokens: Sequence[Token], links: Links, base: str = "") -> list[Line]:
    """Turn the children of an inline token into rows, one for each line that was typed."""
    row = _Row(links, base)
    for token in tokens:
        row.take(token)
    return row.finished()


class _Row:
    """Collects spans; knows which styles are open and which link the text belongs to."""

    def __init__(self, links: Links, base: str) -> None:
        self._links = links
        self._base = base
        self._open: list[str] = []
        self._targets: list[tuple[str, int, int]] = []  # address, row and span where the text of the link begins
        self._rows: list[list[Span]] = [[]]

    def finished(self) -> list[Line]:
        return [tuple(_merged(row)) for row in self._rows]

    def take(self, token: Token) -> None:
        kind = token.type
        if kind == "text":
            self._text(token.content)
        elif kind in {"softbreak", "hardbreak"}:
            self._rows.append([])
        elif kind == "code_inline":
            self._add(one_row(token.content), "md.code")
        elif kind == "link_open":
            self._open.append("md.link")
            self._targets.append((str(token.attrGet("href") or ""), len(self._rows) - 1, len(self._rows[-1])))
        elif kind == "link_close":
            self._open.pop()
            self._close_link(*self._targets.pop())
        elif kind == "image":
            self._add(f"[{one_row(token.content)}]", "md.link")
            self._tell_target(str(token.attrGet("src") or ""), shown=False)
        elif token.nesting == 1:
            self._open.append(_STYLES.get(token.tag, ""))
        elif token.nesting == -1:
            self._open.pop()
        else:
            self._add(one_row(token.content), self._style())

    def _style(self) -> str:
        return next((style for style in reversed(self._open) if style), self._base)

    def _add(self, text: str, style: str) -> None:
        if text:
            self._rows[-1].append(Span(text, style))

    def _text(self, text: str) -> None:
        text = one_row(text)
        if self._targets or "://" not in text:
            self._add(text, self._style())
            return
        at = 0
        for match in _BARE_URL.finditer(text):
            address = _TRAILING.sub("", match[0])
            end = match.start() + len(address)
            self._add(text[at : match.start()], self._style())
            self._add(address, "md.link")
            self._add(f"[{self._links.number(address, shown=True)}]", "md.link")
            at = end
        self._add(text[at:], self._style())

    def _close_link(self, address: str, row: int, at: int) -> None:
        pieces = [span.text for span in self._rows[row][at:]]
        pieces.extend(span.text for later in self._rows[row + 1 :] for span in later)
        self._tell_target(address, shown="".join(pieces) == address)

    def _tell_target(self, address: str, *, shown: bool) -> None:
        if not address:
            return
        number = self._links.number(address, shown=shown)
        self._add(f"[{number}]" if shown else f" ({host_of(address)})[{number}]", "md.link")


def _merged(spans: list[Span]) -> list[Span]:
    """Join neighbours of one style, so that a row is drawn in few pieces."""
    merged: list[Span] = []
    pieces: list[str] = []
    style = ""
    for span in spans:
        if pieces and span.style != style:
            merged.append(Span("".join(pieces), style))
            pieces = []
        pieces.append(span.text)
        style = span.style
    if pieces:
        merged.append(Span("".join(pieces), style))
    return merged
