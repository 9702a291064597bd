"""A bulletin in rows: title, where it comes from and whom it is for, its body, and what it asks of the reader."""

from __future__ import annotations

from typing import Final

from bbs.forum.news.news import Bulletin, Column, Priority, Status
from bbs.terminal.reader import Head
from bbs.text import markdown
from bbs.text.spans import Line, Span
from bbs.text.when import full
from bbs.text.wrap import wrap, wrap_line
from screens.parts.choices import keymap_of
from screens.visit import Visit

_BETWEEN: Final = "   "
"""Stands between the facts of a bulletin."""

_AUDIENCES: Final = frozenset({"public", "members", "officer", "sysop", "moderator", "editor", "importer", "leader"})


def title_of(visit: Visit, bulletin: Bulletin) -> str:
    """The title in the person's language, where there is one."""
    return bulletin.title if visit.chinese or not bulletin.title_en else bulletin.title_en


def sign_of(bulletin: Bulletin) -> str:
    """The sign of its priority: `!!`, `!` or nothing."""
    return {Priority.URGENT: "!!", Priority.IMPORTANT: "!"}.get(bulletin.priority, "")


def head(visit: Visit, bulletin: Bulletin, column: Column) -> Head:
    """The bar above it: the column on the left, the date on the right."""
    return Head((Span(f" {visit.both(column.zh, column.en)}"),), (Span(full(bulletin.published_at, visit.zone)),))


def lines(visit: Visit, bulletin: Bulletin, cells: int, ambiguous: int = 1) -> list[Line]:
    """The whole text for a width, what it asks of the reader last."""
    rows = [*lead(visit, bulletin, cells, ambiguous), ()]
    rows += markdown.render(bulletin.body, cells, ambiguous)
    for line in _asked(visit, bulletin):
        rows += [(), *wrap_line(line, cells, ambiguous)]
    return rows


def lead(visit: Visit, bulletin: Bulletin, cells: int, ambiguous: int = 1) -> list[Line]:
    """What stands before the body: title, facts, and how urgent it is."""
    rows: list[Line] = [(Span(row, "md.heading"),) for row in wrap(title_of(visit, bulletin), cells, ambiguous)]
    rows += [(Span(row, "hint"),) for row in wrap(_BETWEEN.join(_facts(visit, bulletin)), cells, ambiguous)]
    flags = _flags(visit, bulletin)
    if flags:
        rows.append((Span(flags, "must"),))
    return rows


def _facts(visit: Visit, bulletin: Bulletin) -> list[str]:
    tr = visit.tr
    facts = [fact for fact in (bulletin.source, bulletin.author if bulletin.author != bulletin.source else "") if fact]
    if bulletin.audience in _AUDIENCES:
        facts.append(tr(f"bulletin.for.{bulletin.audience}"))
    else:
        facts.append(tr("bulletin.for", audience=bulletin.audience))
    if bulletin.expires_at is not None:
        facts.append(tr("bulletin.until", date=full(bulletin.expires_at, visit.zone)[:10]))
    if bulletin.revision > 1:
        facts.append(tr("bulletin.revision", n=bulletin.revision))
    return facts


def _flags(visit: Visit, bulletin: Bulletin) -> str:
    flags: list[str] = []
    if bulletin.status is not Status.PUBLISHED:
        flags.append(visit.tr(f"bulletin.status.{bulletin.status}"))
    sign = sign_of(bulletin)
    if sign:
        flags.append(f"{sign} {visit.tr(f'bulletin.priority.{bulletin.priority}')}")
    if asks(visit, bulletin):
        flags.append(visit.tr("bulletin.must_read"))
    return _BETWEEN.join(flags)


def asks(visit: Visit, bulletin: Bulletin) -> bool:
    """Whether it waits for this person's "I have read this"."""
    return bulletin.must_read and bulletin.acknowledged_at is None and not visit.actor.is_guest


def _asked(visit: Visit, bulletin: Bulletin) -> list[Line]:
    rows: list[Line] = []
    keymap = keymap_of(visit.actor.preferences)
    if bulletin.pair is not None:
        other = "en" if bulletin.lang.startswith("zh") else "zh"
        rows.append((Span(visit.tr(f"bulletin.pair.{other}", key=keymap.key_for("tab", "reader")), "hint"),))
    if asks(visit, bulletin):
        rows.append((Span(visit.tr("bulletin.acknowledge", key=keymap.key_for("enter", "reader")), "must"),))
    elif bulletin.must_read and bulletin.acknowledged_at is not None:
        when = full(bulletin.acknowledged_at, visit.zone)
        rows.append((Span(visit.tr("bulletin.acknowledged", when=when), "votes"),))
    return rows
