"""Markdown as forum members write it, made into rows of styled spans.

CommonMark with tables, less what surprises in a forum: line breaks are kept, four spaces make no code, a row of dashes
makes no heading, `[1]: …` stays visible, HTML is text. Style classes: md.heading md.strong md.emphasis md.code md.quote
md.link md.rule md.table md.bullet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bbs.text.clean import clean_line, gate
from bbs.text.inline import Links, inline_rows, one_row
from bbs.text.spans import Line, Span
from bbs.text.tables import lay_out
from bbs.text.wrap import MIN_CELLS, chop, wrap_line

MAX_SOURCE: Final = 100_000
"""Code points that are read as Markdown; a longer text is shown as it was typed."""

MAX_NESTING: Final = 24
"""Levels of quotes and lists; a deeper text is shown as it was typed, since the parser would leave the rest out."""

MAX_PIPES: Final = 100
"""Bars in one line up to which it may be a table's; more columns fit no screen and cost time."""

MAX_BRACKETS: Final = 500
"""Opening brackets up to which links are looked for; each one costs the parser a walk for every level of nesting."""

MEASURE: Final = 100
"""Cells of a row of running text at most: the eye loses its way back in longer ones. Tables and code take more."""

MIN_CONTENT: Final = 12
"""Cells that quotes and lists leave for the text, however deep."""

_SNIPPET_SOURCE: Final = 4000
"""Code points looked at for a snippet."""

# Text without any of these is paragraphs only, and needs no parser.
_MARKUP: Final = re.compile(r"[*_`\[\]<>#|\\!&]|://|^ *(?:[-+]|\d+[.)])|^ *~~~", re.MULTILINE)
_INDENT: Final = re.compile(" {2,8}|\u3000{1,4}")
_PARAGRAPHS: Final = re.compile(r"\n(?: *\n)+")

_QUOTE: Final = Span("> ", "md.quote")


class _Container(NamedTuple):
    """A quote or list item: what stands before its first row and before each later one."""

    first: Span
    rest: Span


def render(source: str, cells: int, ambiguous: int = 1) -> list[Line]:
    """Render Markdown into rows of at most `cells` (at least 2); never raises, no HTML and no control passes."""
    source = gate(source)
    cells = max(cells, MIN_CELLS)
    tokens = _parse(source)
    if tokens is None:
        return _as_typed(source, cells, ambiguous)
    return _Page(cells, ambiguous).render(tokens, source)


def links(source: str) -> list[str]:
    """List the addresses in a text in the order of the numbers that `render` shows, from 1."""
    found = Links()
    for token in _parse(gate(source)) or ():
        if token.type == "inline":
            inline_rows(token.children or (), found)
    return found.addresses


def plain(source: str, limit: int = 200) -> str:
    """Reduce Markdown to one line of plain words of at most `limit` code points; quotes only for want of others."""
    source = gate(source[:_SNIPPET_SOURCE])
    tokens = _parse(source)
    if tokens is None:
        return clean_line(source, limit)
    words: list[str] = []
    quoted: list[str] = []
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if token.type in {"inline", "fence"}:
            (quoted if depth else words).append(_words(token))
    return clean_line(" ".join(words or quoted), limit)


def _words(token: Token) -> str:
    if token.type == "fence":
        return token.content
    return "".join(
        child.content if child.type != "softbreak" and child.type != "hardbreak" else " "
        for child in token.children or ()
    )


@cache
def _parser(tables: bool, addresses: bool) -> MarkdownIt:
    """Make the parser for texts with or without tables and links; there are four."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING})
    parser.disable(["code", "lheading", "reference"])
    if tables:
        parser.enable("table")
    if not addresses:
        parser.disable(["link", "image"])
    return parser


def _parse(source: str) -> list[Token] | None:
    """Parse into tokens; None when the text is plain, too long or too deep, and is to be shown as typed."""
    if not _MARKUP.search(source) or len(source) > MAX_SOURCE:
        return None
    tables = "|" in source and all(line.count("|") <= MAX_PIPES for line in source.split("\n"))
    addresses = "](" in source and source.count("[") <= MAX_BRACKETS
    tokens = _parser(tables, addresses).parse(source)
    return None if any(token.level >= MAX_NESTING - 1 for token in tokens) else tokens


def _as_typed(source: str, cells: int, ambiguous: int) -> list[Line]:
    cells = min(cells, MEASURE)
    rows: list[Line] = []
    for paragraph in _PARAGRAPHS.split(source.strip("\n")):
        if not paragraph.strip():
            continue
        if rows:
            rows.append(())
        indent = _INDENT.match(paragraph)
        lines = paragraph.strip().split("\n")
        for number, line in enumerate(lines):
            lead = indent[0] if indent and not number else ""
            rows.extend(wrap_line(_spans(lead + line.strip(" ")), cells, ambiguous))
    return rows


def _spans(text: str, style: str = "") -> Line:
    return (Span(text, style),) if text else ()


class _Page:
    """Walks the tokens of a document and collects its rows."""

    def __init__(self, cells: int, ambiguous: int) -> None:
        self._cells = cells
        self._ambiguous = ambiguous
        self._rows: list[Line] = []
        self._containers: list[_Container] = []
        self._fresh = 0  # how many of the innermost containers have shown no row yet
        self._numbers: list[int | None] = []  # the next number of each open list, None for bullets
        self._gap = False  # a blank row is due before the next block
        self._quotes = 0
        self._links = Links()
        self._table: list[list[Line]] = []
        self._source: list[str] = []

    def render(self, tokens: Sequence[Token], source: str) -> list[Line]:
        self._source = source.split("\n")
        heading = False
        in_cell = False
        for token in tokens:
            match token.type:
                case "heading_open":
                    heading = True
                case "th_open" | "td_open":
                    in_cell = True
                case "inline" if in_cell:
                    self._cell(token)
                    in_cell = False
                case "inline":
                    self._text(token, "md.heading" if heading else "")
                    heading = False
                case "paragraph_close" | "heading_close":
                    self._gap = not token.hidden
                case _:
                    self._block(token)
        self._footnotes()
        return self._rows

    def _block(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._break()
                self._enter(_Container(_QUOTE, _QUOTE))
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
                self._leave()
                self._gap = True
            case "bullet_list_open" | "ordered_list_open":
                self._break()
                ordered = token.type == "ordered_list_open"
                self._numbers.append(
                    int(token.attrGet("start") or 0 if "start" in token.attrs else 1) if ordered else None
                )
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
                self._gap = self._gap or not self._numbers  # a list inside a tight list is as tight
            case "list_item_open":
                self._break()
                self._enter(self._item())
            case "list_item_close":
                self._leave()
            case "fence" | "code_block" | "html_block":
                self._code(token.content)
            case "hr":
                self._break()
                self._put(_spans("-" * self._room(), "md.rule"))
                self._gap = True
            case "tr_open":
                self._table.append([])
            case "table_close":
                self._break()
                for line in lay_out(self._table, self._room(), self._ambiguous):
                    self._put(line)
                self._table = []
                self._gap = True

    def _item(self) -> _Container:
        number = self._numbers[-1]
        if number is None:
            return _Container(Span("- ", "md.bullet"), Span("  "))
        self._numbers[-1] = number + 1
        mark = f"{number}. "
        return _Container(Span(mark, "md.bullet"), Span(" " * len(mark)))

    def _enter(self, container: _Container) -> None:
        taken = sum(len(outer.rest.text) for outer in self._containers) + len(container.rest.text)
        if self._cells - taken < MIN_CONTENT:
            container = _Container(Span(""), Span(""))
        self._containers.append(container)
        self._fresh += 1
        self._gap = False

    def _leave(self) -> None:
        if self._fresh:  # an empty item or quote: its mark is all there is
            self._put(())
        self._containers.pop()
        self._fresh = min(self._fresh, len(self._containers))

    def _break(self) -> None:
        """Put the blank row that is due; not at the start of a page or container."""
        if self._gap and self._rows and not self._fresh:
            self._put(())
        self._gap = False

    def _room(self) -> int:
        return self._cells - sum(len(container.rest.text) for container in self._containers)

    def _put(self, line: Line) -> None:
        """Put a row, with the marks of the containers it stands in before it."""
        known = len(self._containers) - self._fresh
        marks = [box.rest if at < known else box.first for at, box in enumerate(self._containers)]
        self._fresh = 0
        spans = [mark for mark in marks if mark.text]
        if not line:  # no spaces at the end of a blank row
            while spans and not spans[-1].text.strip():
                spans.pop()
            if spans:
                spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
        self._rows.append((*spans, *line))

    def _text(self, token: Token, style: str) -> None:
        self._break()
        base = style or ("md.quote" if self._quotes else "")
        for number, row in enumerate(inline_rows(token.children or (), self._links, base)):
            indent = self._indent(token) if not number and not self._containers and not style else None
            line = (Span(indent, ""), *row) if indent else row
            for piece in wrap_line(line, min(self._room(), MEASURE), self._ambiguous):
                self._put(piece)

    def _indent(self, token: Token) -> str | None:
        """The indentation a paragraph was typed with, as Chinese writers do; the parser strips it."""
        if not token.map:
            return None
        found = _INDENT.match(self._source[token.map[0]])
        return found[0] if found else None

    def _cell(self, token: Token) -> None:
        rows = inline_rows(token.children or (), self._links)
        self._table[-1].append(tuple(span for row in rows for span in row))

    def _code(self, content: str) -> None:
        self._break()
        for line in gate(content).rstrip("\n").split("\n"):
            for piece in chop(line, max(MIN_CELLS, self._room() - 2), self._ambiguous) if line else [""]:
                self._put((Span("  "), Span(piece, "md.code")) if piece else ())
        self._gap = True

    def _footnotes(self) -> None:
        """List the addresses the text does not show in full."""
        self._containers.clear()
        self._fresh = 0
        self._gap = bool(self._links.hidden)
        self._break()
        for number in sorted(self._links.hidden):
            address = one_row(self._links.addresses[number - 1])
            mark = f"[{number}] "
            room = self._cells - len(mark)
            if room < MIN_CONTENT:
                self._rows.extend(
                    _spans(piece, "md.link") for piece in chop(mark + address, self._cells, self._ambiguous)
                )
                continue
            for at, piece in enumerate(chop(address, room, self._ambiguous)):
                self._rows.append(_spans((" " * len(mark) if at else mark) + piece, "md.link"))
