"""A page that a sysop edits: house rules, about, first steps, the notice of a board."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from bbs.errors import NotFound
from bbs.text import markdown
from bbs.text.spans import Line, Span
from screens.parts.article import Article
from screens.visit import Visit

PREFORMATTED: Final = frozenset({"welcome", "goodbye", "telnet"})
"""Pages that are drawn, not written: shown row by row as they stand."""

_HEADING: Final = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)


class PageScreen(Article):
    """Shows one page. `title` is the page's own first heading unless another is given."""

    def __init__(self, visit: Visit, name: str, *, route: str = "", title: str = "") -> None:
        super().__init__(visit)
        self.name = name
        self.route = route or f"/help/{name}"
        self._given_title = title
        self._source = ""

    async def open(self) -> None:
        """Read the page; raises NotFound `page.not_found`."""
        self._read()
        if not self._source:
            raise NotFound("page.not_found", page=self.name)
        await super().open()

    async def resume(self) -> None:
        """Show the page in the language of now."""
        self._read()
        await super().resume()

    def _read(self) -> None:
        self._source = self.visit.pages.get(self.name, self.tr.lang)
        heading = _HEADING.search(self._source) if self.name not in PREFORMATTED else None
        self.title = self._given_title or (heading[1] if heading else self.tr("page.title"))

    def lines(self, cells: int) -> list[Line]:
        """The page's rows."""
        if self.name in PREFORMATTED:
            return as_drawn(self._source)
        return [*markdown.render(self._source, cells, self.stage.ambiguous)]

    def addresses(self) -> Sequence[str]:
        """The links of the page."""
        return () if self.name in PREFORMATTED else _links(self._source)


def as_drawn(source: str) -> list[Line]:
    """The rows of a preformatted page, never through Markdown; blank rows at both ends go."""
    return [(Span(row),) if row else () for row in source.strip("\n").split("\n")]


@lru_cache(maxsize=16)
def _links(source: str) -> tuple[str, ...]:
    return tuple(markdown.links(source))
