"""How things are said in plain mode: first what it is, then what it says; no text of a member passes for a head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bbs.forum.posts.posts import PUSHES_SHOWN, Post, ReadState, Thread
from bbs.plain.heads import laid_out, marked
from bbs.plain.tables import spoken
from bbs.plain.visit import Visit
from bbs.text.markdown import render
from bbs.text.wrap import wrap

INDENT: Final = 2
"""Spaces before the text of members; what the house says begins at the left."""
LEAST_TEXT: Final = 16
_QUOTE: Final = "> "


def text_lines(visit: Visit, body: str, *, indent: int = INDENT) -> list[str]:
    """A member's text as printed: Markdown said plainly, quotations announced, indented, and never like a head."""
    tr = visit.tr
    room = max(LEAST_TEXT, visit.paper.columns - indent - 2 * len(tr("plain.text_mark")))
    lines: list[str] = []
    quoting = False
    for row in render(spoken(body), room):
        line = "".join(span.text for span in row).rstrip()
        quote = line.startswith(_QUOTE.rstrip()) and bool(row) and row[0].style == "md.quote"
        if quote != quoting:
            lines.append(tr("plain.quote_begins" if quote else "plain.quote_ends"))
            quoting = quote
        shown = line.removeprefix(_QUOTE) if quote else line
        lines.append(marked(shown, tr("plain.text_mark")))
    if quoting:
        lines.append(tr("plain.quote_ends"))
    return [" " * indent + line if line else "" for line in lines]


def own_lines(visit: Visit, body: str) -> list[str]:
    """A text that is being written, as it was typed, each line with its number."""
    room = visit.paper.columns
    lines: list[str] = []
    for number, line in enumerate(body.split("\n"), 1):
        lines += wrap(visit.tr("plain.numbered", number=number, line=line or visit.tr("plain.blank")), room)
    return lines


async def head_of(visit: Visit, post: Post, last: int) -> str:
    """What is said before a floor: official ones first say so, and under which office."""
    tr = visit.tr
    when = visit.when(post.created_at)
    if post.official is not None:
        official = post.official
        title = visit.named(official.title_zh, official.title_en)
        office = await visit.office(official.office)
        head = tr(
            "plain.head_official",
            floor=post.floor, last=last, name=official.name, title=title, office=office, when=when,
        )  # fmt: skip
    else:
        head = tr("plain.head", floor=post.floor, last=last, author=post.author, when=when)
    facts = [tr("plain.reply_to", floor=post.reply_to)] if post.reply_to else []
    if post.helpful:
        facts.append(tr("floor.helpful"))
    if post.edited_at is not None and not post.gone:
        facts.append(tr("floor.edited", when=visit.when(post.edited_at)))
    if post.agrees:
        facts.append(tr.plural("plain.agree", post.agrees))
    if post.disagrees:
        facts.append(tr.plural("plain.disagree", post.disagrees))
    if post.official is not None and not post.gone:
        _, thread = await visit.forum.threads.get(visit.actor, post.thread)
        standings = await visit.forum.proofs.standings([post], {thread.id: thread.title})
        facts += [tr(f"standing.{standing}") for standing in standings.values()]
    return visit.joined([head, *facts]) + tr("plain.colon")


async def floor_lines(visit: Visit, post: Post, last: int) -> list[str]:
    """A floor: its head, its text, and what was said under it."""
    tr = visit.tr
    said = [await head_of(visit, post, last)]
    if post.moved_from:
        said.append(tr("floor.moved_from", route=post.moved_from))
    if post.moved_to:
        said.append(tr("floor.moved_to", route=post.moved_to))
    elif post.hidden:
        said.append(tr("floor.hidden_why"))
        if post.hidden_reason:
            said.append(tr("floor.reason", reason=post.hidden_reason))
    if post.withdrawn:
        said.append(tr("floor.withdrawn_why"))
    under = [
        tr(f"plain.push.{push.stance.value}", author=push.author, words=push.words)
        for push in post.pushes[:PUSHES_SHOWN]
    ]
    if len(post.pushes) > PUSHES_SHOWN:
        under.append(tr("plain.push_more"))
    body = text_lines(visit, post.body) if post.body else []
    return [*house_lines(visit, said), *body, *house_lines(visit, under), ""]


def house_lines(visit: Visit, said: Sequence[str]) -> list[str]:
    """What the house says, laid out."""
    mark = visit.tr("plain.text_mark")
    return [row for words in said for row in laid_out(words, visit.paper.columns, mark)]


def thread_phrase(visit: Visit, thread: Thread, board: str = "") -> str:
    """A thread in a list: what it is, whose, how much of it is new, and its title last."""
    tr = visit.tr
    parts = [tr("plain.thread", thread=thread.id), board, *states_of(visit, thread)]
    parts.append(tr("plain.by", author=thread.author))
    parts.append(tr.plural("plain.floors", thread.posts))
    if thread.state is ReadState.UNREAD:
        new = max(1, thread.last_floor - thread.read_floor)
        parts.append(tr("plain.all_new") if not thread.read_floor else tr("plain.new", n=new))
    elif thread.state is ReadState.CHANGED:
        parts.append(tr("plain.changed"))
    parts.append(visit.when(thread.last_at))
    return tr("plain.titled", head=visit.joined(parts), title=thread.title)


def states_of(visit: Visit, thread: Thread) -> list[str]:
    """What a thread's marks say, in words."""
    tr = visit.tr
    said = [tr("plain.official")] if thread.official_office is not None else []
    marks = ("pinned", "locked", "kept", "digest", "muted")
    return said + [tr(f"plain.is_{name}") for name in marks if getattr(thread, name)]
