"""What can be done with an issue of the digest as it is now: hand in, release, send back, correct, look at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bbs.forum import access
from bbs.forum.access import Place, Verb
from bbs.forum.digest.digests import Issue, State
from bbs.terminal.view import Choice
from bbs.text.spans import Line, Span
from screens.parts.leaf import LeafScreen, Text
from screens.visit import Screen

PLACE: Final = Place("digest")
NOTE_LIMIT: Final = 500
"""Characters of a reason or a note."""
LANGUAGES: Final = ("zh", "en")


def may_draft(screen: Screen) -> bool:
    """Whether this person counts weeks."""
    return access.allowed(screen.actor, Verb.DIGEST_DRAFT, place=PLACE)


def may_edit(screen: Screen) -> bool:
    """Whether this person writes the digest."""
    return access.allowed(screen.actor, Verb.DIGEST_EDIT, place=PLACE)


def may_review(screen: Screen) -> bool:
    """Whether this person releases it."""
    return access.allowed(screen.actor, Verb.DIGEST_REVIEW, place=PLACE)


async def next_step(screen: Screen, issue: Issue) -> None:
    """Ask which of the steps that are open to this person is taken, and take it."""
    steps = _steps(screen, issue)
    choices = [Choice(key, screen.tr(f"digest.do.{name}")) for key, name, _ in steps]
    state = screen.tr(f"digest.state.{issue.head.state}")
    chosen = await screen.stage.choose(screen.tr("digest.next_ask", week=issue.head.week, state=state), choices)
    for key, _, act in steps:
        if key == chosen:
            await act(screen, issue)


def next_hint(screen: Screen, issue: Issue) -> str | None:
    """What the next step of this person would be, as the last row says it; None when there is none for them."""
    state = issue.head.state
    if state is State.REVIEW and may_review(screen):
        return "digest.hint.release"
    if not may_edit(screen):
        return None
    return {State.DRAFT: "digest.hint.submit", State.RELEASED: "digest.hint.correct"}.get(state)


_Act = Callable[[Screen, Issue], Awaitable[None]]


def _steps(screen: Screen, issue: Issue) -> Sequence[tuple[str, str, _Act]]:
    state, steps = issue.head.state, list[tuple[str, str, _Act]]()
    if state is State.DRAFT and may_edit(screen):
        steps.append(("s", "submit", _submit))
    if state is State.REVIEW and may_review(screen):
        steps += [("r", "release", _release), ("b", "back", _back)]
    if state is State.RELEASED and may_edit(screen):
        steps.append(("c", "correct", _correct))
    steps.append(("p", "preview", preview))
    if issue.head.bulletins:
        steps.append(("n", "bulletin", _bulletin))
    return steps


async def _submit(screen: Screen, issue: Issue) -> None:
    await screen.forum.digests.submit(screen.actor, issue.head.week, issue.head.change)
    screen.stage.say(screen.tr("digest.submitted"), "message.good")


async def _release(screen: Screen, issue: Issue) -> None:
    head = issue.head
    if not await screen.stage.confirm(screen.tr("digest.release_ask", week=head.week)):
        return
    done = await screen.forum.digests.release(screen.actor, head.week, head.change, screen.tr)
    route = f"/n/{_bulletin_of(screen, done)}"
    screen.visit.changes += 1
    screen.stage.say(screen.tr("digest.released", route=route), "message.good")


async def _back(screen: Screen, issue: Issue) -> None:
    reason = await screen.stage.ask(screen.tr("digest.ask_reason"), limit=NOTE_LIMIT)
    if reason is not None:
        await screen.forum.digests.send_back(screen.actor, issue.head.week, issue.head.change, reason)
        screen.stage.say(screen.tr("digest.sent_back"), "message.good")


async def _correct(screen: Screen, issue: Issue) -> None:
    notes: dict[str, str] = {}
    for lang in LANGUAGES:
        asked = screen.tr("digest.ask_note", lang=screen.tr(f"digest.lang.{lang}"))
        note = await screen.stage.ask(asked, limit=NOTE_LIMIT)
        if note is None:
            return
        notes[lang] = note
    await screen.forum.digests.correct(screen.actor, issue.head.week, issue.head.change, notes)
    screen.stage.say(screen.tr("digest.correcting"), "message.good")


async def preview(screen: Screen, issue: Issue) -> None:
    """Show the issue as the bulletin that it will be, or is, in this person's language."""
    texts = await screen.forum.digests.preview(screen.actor, issue.head.week, screen.tr)
    own = next((text for text in texts if text.lang == screen.tr.lang), texts[0])
    lines: tuple[Line, ...] = ((Span(own.title, "md.heading"),),)
    title = screen.tr("digest.hint.preview")
    await screen.stage.push(LeafScreen(screen.visit, issue.head.route, title, Text(own.body, lines)))


async def _bulletin(screen: Screen, issue: Issue) -> None:
    await screen.stage.go(f"/n/{_bulletin_of(screen, issue)}")


def _bulletin_of(screen: Screen, issue: Issue) -> int:
    """The bulletin in this person's language, or in the other."""
    return issue.head.bulletins.get(screen.tr.lang) or next(iter(issue.head.bulletins.values()))
