"""How floors look in the reader: heads, bodies, and what stands for those that were hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bbs.forum.posts import Post
from bbs.terminal.reader import Head
from bbs.text.spans import Line, Span
from screens.rendered import rendered
from screens.visit import Visit


def official_head(visit: Visit, name: str, title: str, number: str, right: Line) -> Head:
    """The bar of an officer's post; only for posts that carry an appointment."""
    mark = Span(f"{number}[{visit.tr('official.mark')}] ", "official")
    return Head((mark, Span(f"{name}  {title}", "official.name")), right, official=True)


class Floors:
    """Draws the posts of a thread for one visit; `ambiguous` is asked at each rendering."""

    def __init__(self, visit: Visit, ambiguous: Callable[[], int]) -> None:
        self._visit = visit
        self._ambiguous = ambiguous

    def head(self, post: Post) -> Head:
        """Number, who and when; an officer's with the title held then."""
        visit = self._visit
        right: list[str] = []
        if post.reply_to is not None:
            right.append(visit.tr("floor.reply_to", floor=post.reply_to))
        if post.hidden:
            right.append(visit.tr("floor.hidden"))
        elif post.edited_at is not None:
            right.append(visit.tr("floor.edited", when=visit.moment(post.edited_at)))
        right.append(visit.moment(post.created_at))
        words = (Span("   ".join(right), "official" if post.official else "floor"),)
        number = f"#{post.floor} "
        if post.official is not None:
            return official_head(visit, post.official.name, visit.office_title(post.official), number, words)
        return Head((Span(number, "floor"), Span(post.author, "floor.author")), words)

    def body(self, post: Post, cells: int) -> Sequence[Line]:
        """The text, and an empty row under it."""
        lines: list[Line] = []
        if post.hidden:
            lines.append((Span(self._visit.tr("floor.hidden_why"), "hint"),))
        if post.body:
            lines += rendered(post.body, cells, self._ambiguous())
        lines.append(())
        return lines


def text_of(post: Post) -> str:
    """What a search looks through."""
    return post.body
