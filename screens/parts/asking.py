"""Questions that several screens ask in the message row: which board."""

from __future__ import annotations

from bbs.forum import access
from bbs.forum.boards import boardnames
from bbs.forum.boards.places import Board
from screens.visit import Screen


async def ask_board(screen: Screen, question: str, verb: access.Verb, *, but: str = "") -> Board | None:
    """Ask for one of the boards where this person may do `verb`, all but the one with the slug `but`.

    It is found by slug, by either name or by the first letters of its pinyin. None when they back out or name none.
    """
    boards = (await screen.forum.boards.readable(screen.actor)).values()
    open_to = [one for one in boards if one.slug != but and access.allowed(screen.actor, verb, place=one)]
    if not open_to:
        screen.stage.say(screen.tr("ask.no_board"), "message.warn")
        return None

    text = await screen.stage.ask(
        question, complete=lambda typed: [one.slug for one in boardnames.matching(open_to, typed)]
    )
    if text is None or not text.strip():
        return None
    found = boardnames.meant(open_to, text)
    if found is None:
        screen.stage.say(screen.tr("ask.board_unknown", name=text.strip()[:40]), "message.warn")
        return None
    return found
