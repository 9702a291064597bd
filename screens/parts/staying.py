"""Loading a list anew without losing one's place, and with what is new on top in sight."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from bbs.terminal.listbox import ListBox
from bbs.terminal.source import Source

T = TypeVar("T")


def at_top(box: ListBox[T]) -> bool:
    """Whether the beginning of the list is on the screen."""
    visible = box.visible
    return len(visible) > 0 and visible[0] is box.items[0] and box.position.index is not None


async def reload(box: ListBox[T], source: Source[T], keep: Hashable | None) -> None:
    """Load `source` with the selection on `keep`; who looked at the beginning of the list still does."""
    top = at_top(box)
    await box.load(source, keep)
    if keep is None or not top:
        return
    answer = box.act("first")
    if not isinstance(answer, bool) and answer is not None:
        await answer
    box.select(keep)
