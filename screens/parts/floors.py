"""How floors look in the reader: heads, bodies, and what stands for those that were hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bbs.forum.accounts.preferences import preference
from bbs.forum.cases.values import Case
from bbs.forum.posts.posts import PUSHES_SHOWN, Post, Push
from bbs.forum.proof.proofs import Standing
from bbs.terminal.reader import Head
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.parts.rendered import rendered
from screens.parts.stances import STANCE_SIGNS, STANCE_STYLES
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
        self._signatures: dict[str, str] = {}
        self._standings: dict[int, Standing] = {}
        self.case: Case | None = None
        """The thread's case: the floor that answers it says so."""

    async def learn_standings(self, posts: Sequence[Post], titles: Mapping[int, str]) -> None:
        """See which official posts carry the forum's signature on just what is shown of them."""
        found = await self._visit.forum.proofs.standings(posts, titles)
        for post in posts:
            self._standings.pop(post.id, None)
        self._standings.update(found)

    async def learn_signatures(self, posts: Sequence[Post]) -> None:
        """Fetch the signatures of these posts' authors, where the reader wants them."""
        visit = self._visit
        names = {post.author for post in posts if post.official is None} - self._signatures.keys()
        if names and self.signed:
            self.take_signatures(posts, await visit.forum.persons.signatures(visit.actor, sorted(names)))

    @property
    def signed(self) -> bool:
        """Whether the reader wants signatures under posts."""
        return preference(self._visit.actor.preferences, "signatures") is True

    def take_signatures(self, posts: Sequence[Post], found: Mapping[str, str]) -> None:
        """Keep what was found of the authors of these posts; who is not in it has none."""
        for post in posts:
            if post.official is None:
                self._signatures.setdefault(post.author, found.get(post.author, ""))

    def head(self, post: Post) -> Head:
        """Number, who and when; an officer's with the title held then."""
        visit = self._visit
        right: list[str] = []
        if post.reply_to is not None:
            right.append(visit.tr("floor.reply_to", floor=post.reply_to))
        if post.helpful:
            right.append(f"[{visit.tr('floor.helpful')}]")
        if post.moved_from:
            right.append(visit.tr("floor.moved_from", route=post.moved_from))
        if post.moved_to:
            right.append(visit.tr("floor.moved"))
        elif post.hidden:
            right.append(visit.tr("floor.hidden"))
        elif post.withdrawn:
            right.append(visit.tr("floor.withdrawn"))
        elif post.edited_at is not None:
            right.append(visit.tr("floor.edited", when=visit.moment(post.edited_at)))
        if self.case is not None and post.official is not None and post.floor == self.case.answered_floor:
            right.append(visit.tr("cases.on_floor", state=visit.tr(f"case.state.{self.case.state}")))
        right.append(visit.moment(post.created_at))
        if post.agrees or post.disagrees:
            right.append(votes_of(post))
        if post.id in self._standings:
            right.append(visit.tr(f"standing.{self._standings[post.id]}"))
        words = (Span("   ".join(right), "official" if post.official else "floor"),)
        number = f"#{post.floor} "
        if post.official is not None:
            return official_head(visit, post.official.name, visit.office_title(post.official), number, words)
        return Head((Span(number, "floor"), Span(post.author, "floor.author")), words)

    def body(self, post: Post, cells: int) -> Sequence[Line]:
        """The text, and an empty row under it."""
        lines: list[Line] = []
        tr = self._visit.tr
        if post.moved_to:
            lines.append((Span(tr("floor.moved_to", route=post.moved_to), "hint"),))
        elif post.hidden:
            lines.append((Span(tr("floor.hidden_why"), "hint"),))
            if post.hidden_reason:
                lines += wrap_line((Span(tr("floor.reason", reason=post.hidden_reason), "hint"),), cells)
        if post.withdrawn:
            lines.append((Span(tr("floor.withdrawn_why"), "hint"),))
        if post.body:
            lines += rendered(post.body, cells, self._ambiguous())
        signature = self._signatures.get(post.author, "") if post.official is None and not post.gone else ""
        if signature:
            lines.append((Span("--", "hint"),))
            for row in signature.split("\n"):
                lines += wrap_line((Span(row, "hint"),), cells, self._ambiguous())
        lines.append(())
        if post.pushes:
            shown = [push for push in post.pushes[:PUSHES_SHOWN] if push.author not in self._visit.blocked]
            lines += [self._push(push) for push in shown]
            if len(post.pushes) > PUSHES_SHOWN:
                lines.append((Span(tr("push.more"), "hint"),))
            lines.append(())
        return lines

    def _push(self, push: Push) -> Line:
        """A push comment: sign, who, what."""
        sign = Span(f"{STANCE_SIGNS[push.stance]} ", STANCE_STYLES[push.stance])
        return (sign, Span(push.author, "author"), Span(f"  {push.words}"))


def votes_of(post: Post) -> str:
    """How many agree and disagree: `37 +  4 -`."""
    counts = ((post.agrees, "+"), (post.disagrees, "-"))
    return "  ".join(f"{count} {sign}" for count, sign in counts if count)


def text_of(post: Post) -> str:
    """What a search looks through."""
    return post.body
