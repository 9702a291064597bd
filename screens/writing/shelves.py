"""What templates a screen shows: those of a board here, those of an office in the room of cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bbs.forum import access
from bbs.forum.boards.templates import NAME_LIMIT, TEMPLATES_MOST, TEXT_LIMIT
from screens.visit import Visit


@dataclass(frozen=True, slots=True)
class Kept:
    """A template as a screen shows it; `by` is who wrote it last, where that is told."""

    name: str
    body: str
    by: str = ""


class Shelf(Protocol):
    """Where templates are kept; `open` comes first, and each raises as the rules behind it."""

    route: str
    name_limit: int  # characters
    text_limit: int  # characters
    signed: bool  # whether it is told who wrote each last

    async def open(self) -> None: ...

    @property
    def may(self) -> bool:
        """Whether this person may change them."""

    def words(self, name: str) -> str:
        """The words for the `title`, what it is all `about`, an empty list (`none`), and `whose` a text will be."""

    async def list(self) -> Sequence[Kept]: ...

    async def set(self, name: str, body: str, seen: str) -> None:
        """Keep a text under a name; `seen` is what stood there when the writer began."""

    async def rename(self, name: str, to: str) -> None: ...

    async def drop(self, name: str) -> None: ...


class BoardShelf:
    """The templates of a board, which its moderators keep and everybody reads."""

    name_limit = NAME_LIMIT
    text_limit = TEXT_LIMIT
    signed = False

    def __init__(self, visit: Visit, slug: str) -> None:
        self._visit = visit
        self._slug = slug
        self.route = f"/b/{slug}/templates"

    async def open(self) -> None:
        """Fetch the board; raises NotFound(`board.not_found`)."""
        self._board = await self._visit.forum.boards.get(self._visit.actor, self._slug)

    @property
    def may(self) -> bool:
        return access.allowed(self._visit.actor, access.Verb.TEMPLATE_CHANGE, place=self._board)

    def words(self, name: str) -> str:
        visit, board = self._visit, self._visit.named(self._board.zh, self._board.en)
        said = f"{name}_yours" if name == "none" and self.may else name
        return visit.tr(f"templates.{said}", board=board, most=TEMPLATES_MOST, name=visit.actor.name)

    async def list(self) -> Sequence[Kept]:
        found = await self._visit.forum.templates.list(self._visit.actor, self._board)
        return [Kept(one.name, one.body) for one in found]

    async def set(self, name: str, body: str, seen: str) -> None:
        await self._visit.forum.templates.set(self._visit.actor, self._board, name, body)

    async def rename(self, name: str, to: str) -> None:
        await self._visit.forum.templates.rename(self._visit.actor, self._board, name, to)

    async def drop(self, name: str) -> None:
        await self._visit.forum.templates.drop(self._visit.actor, self._board, name)
