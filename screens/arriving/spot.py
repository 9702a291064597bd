"""Where somebody is, as far as it takes to bring them back: the views they came through, and the cursor in each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from bbs.errors import BbsError
from bbs.forum.returning import Spot
from bbs.terminal.listplace import ListPlace
from bbs.terminal.reader import Reader
from bbs.terminal.view import Stage, View

BELOW_MOST: Final = 3
"""Views below the one in sight that are opened again."""
TITLE_MOST: Final = 60
"""Characters of a title that are kept for the question."""


def spot_of(views: Sequence[View], columns: int) -> Spot | None:
    """The place of a person with these views on a terminal of so many columns, the last one in sight; None at home.

    A view with `leaves_no_trace` is passed over: that somebody was there is kept nowhere.
    """
    views = [view for view in views if not getattr(view, "leaves_no_trace", False)]
    if not views or (len(views) == 1 and views[0].route == "/"):
        return None
    top = views[-1]
    state: dict[str, Any] = {"columns": columns, "title": top.title[:TITLE_MOST], **_cursor(top)}
    below = [view for view in views[:-1] if view.route not in ("/", top.route)][-BELOW_MOST:]
    if below:
        state["below"] = [{"route": view.route, "columns": columns, **_cursor(view)} for view in below]
    draft = getattr(top, "draft_id", None)
    return Spot(top.route, state, draft if isinstance(draft, str) else None)


def below(state: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Routes and states of the views that were below, the lowest first."""
    found = state.get("below")
    rows = found if isinstance(found, list) else []
    return [(row["route"], row) for row in rows[:BELOW_MOST] if isinstance(row, dict) and isinstance(row["route"], str)]


async def put_back(view: View, stage: Stage, state: Mapping[str, Any]) -> None:
    """Put the cursor of an open view where it was; what is not there any more is passed over."""
    try:
        await _put_back(view, stage, state)
    except (BbsError, TypeError, ValueError):
        return  # the row is gone, or was kept by an older version: the beginning of the screen will do


async def _put_back(view: View, stage: Stage, state: Mapping[str, Any]) -> None:
    row, floor, caret = state.get("row"), state.get("floor"), state.get("caret")
    moved = _moved(view)
    if isinstance(moved, ListPlace) and row is not None:
        await moved.go_to(_key(row))
    elif isinstance(moved, Reader) and isinstance(floor, int):
        line = state.get("line") if state.get("columns") == stage.width else 0
        await moved.open(floor, line if isinstance(line, int) else 0)
    if view.editor is not None and isinstance(caret, int):
        view.editor.position = caret


def _cursor(view: View) -> dict[str, Any]:
    state: dict[str, Any] = {}
    moved = _moved(view)
    if isinstance(moved, ListPlace) and moved.selected_key is not None:
        state["row"] = moved.selected_key
    elif isinstance(moved, Reader) and moved.blocks:
        state["floor"], state["line"] = moved.place
    if view.editor is not None:
        state["caret"] = view.editor.position
    return state


def _moved(view: View) -> ListPlace[Any] | Reader[Any] | None:
    """The list or the text that a view moves in: whatever it calls it, it has one at most."""
    return next((part for part in vars(view).values() if isinstance(part, ListPlace | Reader)), None)


def _key(row: Any) -> Hashable:
    """The key of a row as it was before it went through JSON."""
    if isinstance(row, list):
        return tuple(_key(part) for part in row)
    return row if isinstance(row, str | int) else str(row)
