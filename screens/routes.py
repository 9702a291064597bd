"""Addresses into screens: one table, asked for navigation, deep links and resuming."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from bbs.errors import NotFound
from bbs.terminal.view import View
from screens.visit import Visit

Opener = Callable[[Visit, "re.Match[str]"], View]

ROUTE_LIMIT: Final = 200
"""Characters of a route; longer ones are not looked at."""

SLUG: Final = r"[a-z0-9][a-z0-9-]{0,31}"
PATH: Final = r"[a-z0-9-]+(?:/[a-z0-9-]+)*"
NUMBER: Final = r"[1-9][0-9]{0,8}"


class Router:
    """Finds the screen for a route. The table is filled by `screens.table`."""

    def __init__(self, table: list[tuple[str, Opener]]) -> None:
        self._table = [(re.compile(pattern), opener) for pattern, opener in table]

    def view(self, visit: Visit, route: str) -> View:
        """The screen at `route`, not yet opened; raises NotFound(`route.not_found`)."""
        clean = self.tidy(route)
        for pattern, opener in self._table:
            match = pattern.fullmatch(clean)
            if match is not None:
                return opener(visit, match)
        raise NotFound("route.not_found", route=clean[:60])

    @staticmethod
    def tidy(route: str) -> str:
        """A route as people type it, in its one written form: `t/12 ` becomes `/t/12`."""
        clean = unquote(route.strip())[:ROUTE_LIMIT]
        if not clean.startswith("/"):
            clean = "/" + clean
        head, mark, floor = clean.partition("#")
        return (head.rstrip("/") or "/") + mark + floor
