"""A board's notice: what it is for, its rules, who answers here, who may write."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum import access
from bbs.forum.actor import Duty
from bbs.forum.boards.places import Board
from bbs.forum.officers.officers import Office
from bbs.terminal.view import Answer, Hint
from bbs.text.spans import Line, Span
from screens.parts.leaf import LeafScreen, Text, fact
from screens.visit import Visit


class NoticeScreen(LeafScreen):
    """What `b` shows on a board; the sysop's page `notice-SLUG` if there is one."""

    def __init__(self, visit: Visit, slug: str) -> None:
        super().__init__(visit, f"/b/{slug}/notice")
        self.slug = slug

    async def prepare(self) -> None:
        board = await self.forum.boards.get(self.actor, self.slug)
        offices = [one for one in await self.forum.officers.offices(self.actor) if one.slug in board.offices]
        may = access.allowed(self.actor, access.Verb.TEMPLATE_CHANGE, place=board)
        self._offers = may or bool(await self.forum.templates.list(self.actor, board))
        self.title = self.tr("notice.title", board=self.visit.both(board.zh, board.en))
        page = self.visit.pages.get(f"notice-{board.slug}", self.tr.lang)
        beginning = () if page else self._about(board)  # a page has its own heading
        self.text = Text(page, (*beginning, *self._facts(board, offices)))

    def act(self, action: str, data: str) -> Answer:
        """E leads to the board's templates."""
        if action == "edit":
            return self.stage.go(f"/b/{self.slug}/templates")
        return super().act(action, data)

    def hints(self) -> Sequence[Hint]:
        """The templates, where there are some or one may keep some."""
        return (Hint("edit", "hint.templates"), *super().hints()) if self._offers else super().hints()

    _offers = False

    def _about(self, board: Board) -> tuple[Line, ...]:
        visit = self.visit
        heading = (Span(visit.both(board.zh, board.en), "md.heading"),)
        about = visit.named(board.about_zh, board.about_en)
        return (heading, (Span(about),), ()) if about else (heading, ())

    def _facts(self, board: Board, offices: list[Office]) -> tuple[Line, ...]:
        tr, visit = self.tr, self.visit
        lines: list[Line] = []
        lines.append(fact(tr("notice.starts"), tr(f"notice.starts_{board.post}")))
        lines.append(fact(tr("notice.reads"), tr(f"notice.reads_{board.read}")))
        for office in offices:
            name = visit.named(office.zh, office.en)
            holders = ", ".join(held.real_name for held in office.appointments if held.duty is not Duty.LIAISON)
            lines.append(fact(tr("notice.office"), f"{name}: {holders or tr('office.vacant')}  ({office.route})"))
        return tuple(lines)
