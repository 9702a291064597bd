"""What somebody keeps, follows and mutes, as the keys of lists and readers do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bbs.forum.boards.places import Board
from bbs.forum.posts.posts import Thread
from bbs.forum.reading.attention import Level
from bbs.terminal.view import Choice
from bbs.text.spans import Line, Span
from screens.visit import Screen


def dimmed(lines: Iterable[Line]) -> list[Line]:
    """The same words without any emphasis, for what is muted."""
    return [tuple(Span(span.text, "row.dim") for span in line) for line in lines]


def refused(screen: Screen) -> bool:
    """Tell guests that nothing is kept for them; False for everybody else."""
    if not screen.actor.is_guest:
        return False
    screen.stage.bell()
    screen.stage.say(screen.tr("guest.no_marks"), "message.warn")
    return True


async def toggle_favourite(screen: Screen, target: Board | Thread) -> None:
    """Keep a board or thread among the favourites, or no longer."""
    if refused(screen):
        return
    kept = screen.forum.favourites
    name = screen.visit.named(target.zh, target.en) if isinstance(target, Board) else target.title
    gone = await kept.drop(screen.actor, target)
    if not gone:
        await kept.add(screen.actor, target)
    screen.visit.changes += 1
    screen.stage.say(screen.tr("fav.removed" if gone else "fav.added", name=name), "message.good")


async def toggle_follow(screen: Screen, thread: Thread) -> None:
    """Follow a thread, or no longer."""
    if refused(screen):
        return
    heed = await screen.forum.attention.heed(screen.actor)
    on = thread.id not in heed.followed_threads
    await screen.forum.attention.thread(screen.actor, thread, Level.FOLLOW if on else None)
    screen.visit.changes += 1
    screen.stage.say(screen.tr("follow.thread_on" if on else "follow.thread_off"), "message.good")


async def toggle_office(screen: Screen, slug: str, name: str) -> None:
    """Follow an office, or no longer."""
    if refused(screen):
        return
    heed = await screen.forum.attention.heed(screen.actor)
    on = slug not in heed.followed_offices
    await screen.forum.attention.office(screen.actor, slug, follow=on)
    screen.visit.changes += 1
    screen.stage.say(screen.tr("follow.office_on" if on else "follow.office_off", office=name), "message.good")


async def mute(screen: Screen, thread: Thread, author: str | None) -> bool:
    """Ask what to mute, the thread or a pen name (None: the words are official), and do it; True when it was done."""
    if refused(screen):
        return False
    tr, forum, actor = screen.tr, screen.forum, screen.actor
    heed = await forum.attention.heed(actor)
    silent = thread.id in heed.muted_threads
    choices = [Choice("t", tr("mute.thread_off" if silent else "mute.thread"))]
    quiet = author in heed.muted_names
    if author is not None and author != actor.name:
        choices.append(Choice("a", tr("mute.author_off" if quiet else "mute.author", name=author)))
    chosen = await screen.stage.choose(tr("mute.ask"), choices)
    if chosen == "t":
        await forum.attention.thread(actor, thread, None if silent else Level.MUTE)
        said = tr("mute.thread_now_off" if silent else "mute.thread_now")
    elif chosen == "a" and author is not None:
        await forum.attention.person(actor, author, None if quiet else Level.MUTE)
        said = tr("mute.author_now_off" if quiet else "mute.author_now", name=author)
    else:
        return False
    screen.visit.changes += 1
    screen.stage.say(said, "message.good")
    return True


def completing(words: Sequence[str], typed: str) -> list[str]:
    """Those of the words that begin with what was typed, then those that contain it."""
    wanted = typed.strip().casefold()
    first = [word for word in words if word.casefold().startswith(wanted)]
    return [*first, *(word for word in words if wanted in word.casefold() and word not in first)]
