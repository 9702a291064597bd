"""Questions that several screens ask in the message row: which board."""

from __future__ import annotations

from collections.abc import Sequence

from bbs.forum import access
from bbs.forum.places import Board
from screens.pinyin import initials
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

    def found(text: str) -> Sequence[Board]:
        wanted = text.strip().casefold()
        names = {one.slug: (one.slug, one.zh, one.en.casefold(), initials(one.zh)) for one in open_to}
        exact = [one for one in open_to if wanted in names[one.slug]]
        first = [one for one in open_to if any(name.startswith(wanted) for name in names[one.slug])]
        rest = [one for one in open_to if any(wanted in name for name in names[one.slug])]
        return list(dict.fromkeys((*exact, *first, *rest)))

    text = await screen.stage.ask(question, complete=lambda typed: [one.slug for one in found(typed)])
    if text is None or not text.strip():
        return None
    matching = found(text)
    if not matching:
        screen.stage.say(screen.tr("ask.board_unknown", name=text.strip()[:40]), "message.warn")
        return None
    return matching[0]
