"""What is shown before a login and after a leave: plain text from the pages a sysop edits."""

from __future__ import annotations

from typing import Final

from bbs.text.clean import gate
from screens.texts import Pages

BANNER_ROWS: Final = 20
"""Rows of a banner at most: it stands above the prompt for a password in 24 rows."""

ROW_LIMIT: Final = 100
"""Characters of a row of a banner at most."""


def ssh_banner(pages: Pages, lang: str) -> str:
    """The banner of SSH authentication (RFC 4252, 5.4), LF between rows; "" when the page was emptied."""
    return _plain(pages.get("welcome", lang))


def telnet_banner(pages: Pages, lang: str) -> str:
    """What telnet shows before the encoding is chosen: ASCII only, LF between rows."""
    return _plain(pages.get("telnet", lang), ascii_only=True)


def goodbye(pages: Pages, lang: str) -> str:
    """The words left on the person's own screen after the session, LF between rows."""
    return _plain(pages.get("goodbye", lang))


def _plain(source: str, *, ascii_only: bool = False) -> str:
    rows = [row.rstrip()[:ROW_LIMIT] for row in gate(source).strip("\n").split("\n")[:BANNER_ROWS]]
    if ascii_only:
        rows = ["".join(char for char in row if char.isascii()).rstrip() for row in rows]
    return "\n".join(rows)
