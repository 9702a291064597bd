"""Actions that every screen has: the stage does them when the view does not do them itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bbs.terminal.view import Choice, View

if TYPE_CHECKING:
    from bbs.terminal.stage import TerminalStage

_Act: TypeAlias = "Callable[[TerminalStage, View], Coroutine[Any, Any, object] | None]"


def act(stage: TerminalStage, view: View, action: str) -> bool:
    """Do an action of every screen; False when it is none."""
    found = _ACTIONS.get(action)
    if found is None:
        return False
    work = found(stage, view)
    if work is not None:
        stage.work(work, view)
    return True


def _where(stage: TerminalStage, view: View) -> None:
    stage.say(stage.words("stage.where", title=view.title, route=view.route))


def _interrupt(stage: TerminalStage, view: View) -> None:
    key = stage.keymap.key_for("leave", view.context) or stage.keymap.key_for("finish", view.context)
    stage.say(stage.words("stage.interrupt", key=key))


async def _help(stage: TerminalStage, view: View) -> None:
    await stage.go(f"/help/{view.context}")


async def _who(stage: TerminalStage, view: View) -> None:
    await stage.go("/who")


async def _leave(stage: TerminalStage, view: View) -> None:
    await stage.pop()


async def _pages(stage: TerminalStage, view: View) -> None:
    await stage.services.messages(stage)


async def _quick(stage: TerminalStage, view: View) -> None:
    places = stage.services.quick
    choices = [Choice(place.key, stage.words(place.label)) for place in places]
    chosen = await stage.choose(stage.words("stage.quick"), choices)
    for place in places:
        if place.key == chosen:
            await stage.go(place.route)


async def _goto(stage: TerminalStage, view: View) -> None:
    text = await stage.ask(stage.words("stage.goto"), complete=_board_names(stage))
    await _go(stage, text)


async def _boards_goto(stage: TerminalStage, view: View) -> None:
    text = await stage.ask(stage.words("stage.board"), complete=_board_names(stage))
    await _go(stage, text)


def _board_names(stage: TerminalStage) -> Callable[[str], list[str]]:
    def complete(text: str) -> list[str]:
        return [] if text.startswith("/") else list(stage.services.board_names(text))

    return complete


async def _go(stage: TerminalStage, text: str | None) -> None:
    text = (text or "").strip()
    if not text:
        return
    route = text if text.startswith("/") else stage.services.board_route(text)
    if route is None:
        stage.bell()
        stage.say(stage.words("stage.no_board", name=text), "message.warn")
        return
    await stage.go(route)


_ACTIONS: Final[dict[str, _Act]] = {
    "where": _where,
    "interrupt": _interrupt,
    "help": _help,
    "editor_help": _help,
    "who": _who,
    "leave": _leave,
    "quick": _quick,
    "pages": _pages,
    "goto": _goto,
    "boards_goto": _boards_goto,
}
