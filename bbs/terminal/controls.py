"""Every control sequence that is ever sent to a terminal; nothing else may go out beside cleaned text.

ECMA-48 for the basics, xterm's ctlseqs for the private modes. Sequences with numbers in them are functions here.
"""

from __future__ import annotations

from typing import Final

ALTERNATE_SCREEN: Final = "\x1b[?1049h"
MAIN_SCREEN: Final = "\x1b[?1049l"
PASTE_ON: Final = "\x1b[?2004h"
PASTE_OFF: Final = "\x1b[?2004l"
WRAP_OFF: Final = "\x1b[?7l"
WRAP_ON: Final = "\x1b[?7h"
CURSOR_SHOW: Final = "\x1b[?25h"
CURSOR_HIDE: Final = "\x1b[?25l"
CURSOR_KEYS_NORMAL: Final = "\x1b[?1l"
SYNC_BEGIN: Final = "\x1b[?2026h"
SYNC_END: Final = "\x1b[?2026l"
CLEAR_SCREEN: Final = "\x1b[2J"
CLEAR_ROW: Final = "\x1b[K"
CURSOR_ASK: Final = "\x1b[6n"
"""Asks where the cursor is (DSR 6); the answer is CSI row;column R, from 1."""
MOUSE_ON: Final = "\x1b[?1000h\x1b[?1006h"
"""Presses and the wheel are told (1000), in the form that has no end at column 223 (1006)."""
MOUSE_OFF: Final = "\x1b[?1006l\x1b[?1000l"
WHOLE_WINDOW: Final = "\x1b[r"
"""Scrolling margins back at the window's edges (DECSTBM)."""
PLAIN: Final = "\x1b[0m"
BELL: Final = "\x07"
NEW_LINE: Final = "\r\n"

ENTER: Final = ALTERNATE_SCREEN + WRAP_OFF + PASTE_ON + CURSOR_KEYS_NORMAL
"""Sent once when a session begins to draw."""
LEAVE: Final = PLAIN + PASTE_OFF + WRAP_ON + CURSOR_SHOW + MAIN_SCREEN
"""Sent once when a session ends; the person's own screen is as it was."""

ALL: Final = frozenset(
    {
        ALTERNATE_SCREEN,
        MAIN_SCREEN,
        PASTE_ON,
        PASTE_OFF,
        WRAP_OFF,
        WRAP_ON,
        CURSOR_SHOW,
        CURSOR_HIDE,
        CURSOR_KEYS_NORMAL,
        SYNC_BEGIN,
        SYNC_END,
        CLEAR_SCREEN,
        CLEAR_ROW,
        CURSOR_ASK,
        MOUSE_ON,
        MOUSE_OFF,
        WHOLE_WINDOW,
        PLAIN,
        BELL,
    }
)
"""The sequences without numbers; the others are `goto` (CSI y;x H), `attributes` (CSI … m) and those of `scroll`."""


def goto(column: int, row: int) -> str:
    """Move the cursor to a cell; both counted from 0."""
    return f"\x1b[{row + 1};{column + 1}H"


def attributes(codes: str) -> str:
    """Set colours and attributes from scratch; `codes` are SGR parameters such as `1;38;5;250`, without the reset."""
    return f"\x1b[0;{codes}m" if codes else PLAIN


def scroll(first: int, last: int, count: int) -> str:
    """Move the rows from `first` to `last` (from 0) up by `count`, or down when it is negative; the cursor moves too.

    Margins around the rows (CSI t;b r), then `count` rows deleted or inserted at their top (CSI n M, CSI n L): all
    VT102s have these, but not all of them CSI S and T. Plain first: blank rows may come in the colour in force.
    """
    rows = f"\x1b[{count}M" if count > 0 else f"\x1b[{-count}L"
    return f"{PLAIN}\x1b[{first + 1};{last + 1}r{goto(0, first)}{rows}{WHOLE_WINDOW}"
