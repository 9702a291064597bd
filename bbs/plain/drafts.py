"""What somebody has begun to write and not sent: going on with it, naming it, moving it, dropping it."""

from __future__ import annotations

from bbs.errors import Invalid, NotFound
from bbs.forum.writing.drafts import DRAFTS_MOST, NAME_LIMIT, Draft
from bbs.plain.asking import ask, number_of
from bbs.plain.phrases import text_lines
from bbs.plain.places import board_meant
from bbs.plain.visit import Visit
from bbs.text.markdown import plain

ROUTE = "/me/drafts"
BEGINNING = 60
"""Characters of a draft without a title that stand for it in the list."""


async def drafts(visit: Visit) -> None:
    """`/me/drafts`: all of them, newest first."""
    visit.member()
    found = await visit.forum.drafts.list(visit.actor)
    visit.arrive(ROUTE, visit.tr("drafts.title"), thing=found)
    await visit.say("drafts.about", most=DRAFTS_MOST)
    for number, one in enumerate(found, 1):
        parts = [one.name or visit.tr("drafts.unnamed"), one.route, visit.when(one.saved_at)]
        line = visit.tr("plain.titled", head=visit.joined(parts), title=one.title or plain(one.body, BEGINNING))
        await visit.say("plain.numbered", number=number, line=line)
    await visit.say("plain.drafts_foot" if found else "plain.no_draft")


async def _one(visit: Visit, rest: str) -> tuple[Draft, str]:
    """The draft that is meant, by its number in the list or by its name, and the rest of the line."""
    found = await visit.forum.drafts.list(visit.actor)
    number, more = number_of(rest)
    if number is not None:
        if not 1 <= number <= len(found):
            raise NotFound("draft.none")
        return found[number - 1], more
    for one in sorted(found, key=lambda draft: -len(draft.name)):
        if one.name and rest.casefold().startswith(one.name.casefold()):
            return one, rest[len(one.name) :].strip()
    raise NotFound("plain.no_draft" if not found else "plain.which_draft")


async def go_on(visit: Visit, rest: str) -> None:
    """`draft`: go on with what was left unfinished last; `draft 2`, `draft NAME` with another."""
    visit.member()
    if rest.strip():
        draft, _ = await _one(visit, rest.strip())
    else:
        latest = await visit.forum.drafts.latest(visit.actor)
        if latest is None:
            raise NotFound("plain.no_draft")
        draft = latest
    await resume(visit, draft)


async def resume(visit: Visit, draft: Draft) -> None:
    """Open a draft where it was being written; where that is no longer possible, say what it says."""
    visit.wanted = draft.id
    try:
        await visit.go(draft.route)
    finally:
        if visit.wanted is not None:
            visit.wanted = None
            await visit.say("plain.draft_from", route=draft.route)
            await visit.paper.say_all(text_lines(visit, f"{draft.title}\n\n{draft.body}".strip()))


async def name(visit: Visit, rest: str) -> None:
    """`name 2 NEW NAME`: keep a draft under a name, or another."""
    draft, given = await _one(visit, rest)
    kept = await visit.forum.drafts.rename(visit.actor, draft.id, await ask(visit, "drafts.ask_name", given))
    await visit.say("drafts.named", name=kept.name[:NAME_LIMIT])


async def move(visit: Visit, rest: str) -> None:
    """`move 2 BOARD`: go on with it as a new thread of a board."""
    draft, given = await _one(visit, rest)
    board = await board_meant(visit, await ask(visit, "drafts.ask_board", given))
    await visit.forum.drafts.move(visit.actor, draft.id, f"{board.route}/post")
    await visit.say("drafts.moved", board=visit.board_name(board))


async def drop(visit: Visit, rest: str) -> None:
    """`delete 2`: throw a draft away; `undo` brings it back."""
    draft, _ = await _one(visit, rest)
    what = draft.name or draft.title or draft.route
    if not await visit.paper.yes(visit.tr("drafts.sure", what=what)):
        raise Invalid("plain.left")
    kept, actor = visit.forum.drafts, visit.actor
    await kept.drop(actor, draft.id)

    async def back() -> str:
        await kept.save(
            actor, draft.route, id=draft.id, title=draft.title, body=draft.body, caret=draft.caret,
            name=draft.name, poll=draft.poll,
        )  # fmt: skip
        return visit.tr("drafts.back")

    visit.undo = back
    await visit.say("plain.dropped")
