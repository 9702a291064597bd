"""The reply templates of an office, at /o/OFFICE/templates: its people keep them, and nobody else sees them."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum.cases.office_templates import NAME_LIMIT, TEMPLATES_MOST
from bbs.forum.posts.posts import BODY_LIMIT
from screens.visit import Visit
from screens.writing.shelves import Kept


class OfficeShelf:
    """The templates of one office, for its holder, deputies and liaisons."""

    name_limit = NAME_LIMIT
    text_limit = BODY_LIMIT
    signed = True
    may = True  # whoever may not does not get here

    def __init__(self, visit: Visit, office: str) -> None:
        self._visit = visit
        self._office = office
        self._called = office
        self.route = f"/o/{office}/templates"

    async def open(self) -> None:
        """See that they are theirs; raises Forbidden(`case.not_staff`)."""
        visit = self._visit
        await visit.forum.office_templates.list(visit.actor, self._office)
        for one in await visit.forum.officers.offices(visit.actor):
            if one.slug == self._office:
                self._called = visit.named(one.zh, one.en)

    def words(self, name: str) -> str:
        held = next((one for one in self._visit.actor.appointments if one.office == self._office), None)
        who = held.real_name if held is not None else self._visit.actor.name
        return self._visit.tr(f"office_templates.{name}", office=self._called, most=TEMPLATES_MOST, name=who)

    async def list(self) -> Sequence[Kept]:
        found = await self._visit.forum.office_templates.list(self._visit.actor, self._office)
        return [Kept(one.name, one.body, one.changed_by) for one in found]

    async def set(self, name: str, body: str, seen: str) -> None:
        await self._visit.forum.office_templates.set(self._visit.actor, self._office, name, body, seen=seen)

    async def rename(self, name: str, to: str) -> None:
        await self._visit.forum.office_templates.rename(self._visit.actor, self._office, name, to)

    async def drop(self, name: str) -> None:
        await self._visit.forum.office_templates.drop(self._visit.actor, self._office, name)
