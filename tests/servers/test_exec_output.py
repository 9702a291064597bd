"""The last place where a control could slip out of a command."""

from __future__ import annotations

import pytest

from bbs.servers.exec_streams import Output, harmless

EVIL = "a\x1b]0;OWNED\x07b\x9b2Jc\u202ed\x1b[2Je\x08\x7f"


def test_without_a_terminal_nothing_but_line_feeds_passes() -> None:
    assert harmless(f"\x1b[1mone\x1b[0m\r\ntwo {EVIL}\n", terminal=False) == "one\ntwo abcde\n"


def test_a_terminal_gets_colours_and_a_bar() -> None:
    assert harmless(f"\x1b[1;38;5;9mone\x1b[0m\n{EVIL}", terminal=True) == "\x1b[1;38;5;9mone\x1b[0m\nabcde"
    assert harmless("\r[###...] 3/6\x1b[K", terminal=True) == "\r[###...] 3/6\x1b[K"


@pytest.mark.parametrize(("terminal", "end"), [(True, b"\r\n"), (False, b"\n")])
async def test_every_piece_passes_there(terminal: bool, end: bytes) -> None:
    sent = bytearray()
    write = Output(sent.extend, "utf-8", terminal=terminal)
    await write(f"明坛 {EVIL}\n")
    assert bytes(sent) == "明坛 abcde".encode() + end
