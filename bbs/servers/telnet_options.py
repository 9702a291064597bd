"""Telnet's own language (RFC 854, 855, 1143), taken out of the bytes with bounds on everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, IntEnum
from typing import Final

from bbs.text.when import Clock


class Command(IntEnum):
    """Bytes that follow IAC; RFC 854."""

    SE = 240
    NOP = 241
    INTERRUPT = 244
    ARE_YOU_THERE = 246
    ERASE_CHARACTER = 247
    ERASE_LINE = 248
    SB = 250
    WILL = 251
    WONT = 252
    DO = 253
    DONT = 254
    IAC = 255


class Option(IntEnum):
    """Options we know; RFC 856, 857, 858, 1091, 1073."""

    BINARY = 0
    ECHO = 1
    SUPPRESS_GO_AHEAD = 3
    TERMINAL_TYPE = 24
    WINDOW_SIZE = 31


OURS: Final = (Option.ECHO, Option.SUPPRESS_GO_AHEAD, Option.BINARY)
"""What we offer to do."""
THEIRS: Final = (Option.SUPPRESS_GO_AHEAD, Option.BINARY, Option.WINDOW_SIZE, Option.TERMINAL_TYPE)
"""What we ask the far end to do."""

SUBNEGOTIATION: Final = 512
"""Bytes of one subnegotiation, escaped IAC IAC counted as two; a longer one is dropped."""
COMMANDS_A_MINUTE: Final = 64
"""Option commands and questions answered in a minute; the rest is ignored."""

_END_OF_LINE: Final = re.compile(rb"\r[\n\x00]")
_IAC: Final = bytes([Command.IAC])
_SEND: Final = b"\x01"
_IS: Final = 0
_ALIVE: Final = b"\r\n[Mingtan: yes]\r\n"
_KEYS: Final = {Command.INTERRUPT: b"\x03", Command.ERASE_CHARACTER: b"\x7f", Command.ERASE_LINE: b"\x15"}


class _At(Enum):
    """Where in the bytes we are."""

    DATA = 0
    COMMAND = 1
    OPTION = 2
    INSIDE = 3
    INSIDE_IAC = 4


class _Side(Enum):
    """One option on one side; RFC 1143. We never change our mind, so its queue bits are not needed."""

    NO = 0
    YES = 1
    WANT_YES = 2
    REFUSED = 3  # they asked for what we do not do; said so once


class TelnetMachine:
    """Feeds on received bytes; gives the keys in them, and calls back for replies, window sizes and terminal types."""

    def __init__(
        self,
        clock: Clock,
        reply: Callable[[bytes], None],
        window: Callable[[int, int], None],
        terminal: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._reply = reply
        self._window = window
        self._terminal = terminal
        self._at = _At.DATA
        self._verb = 0
        self._inside = bytearray()
        self._inside_size = 0
        self._after_cr = False
        self._us: dict[int, _Side] = {}
        self._them: dict[int, _Side] = {}
        self._minute = 0.0
        self._commands = 0
        self._awaited = {int(Option.WINDOW_SIZE), int(Option.TERMINAL_TYPE)}
        self.answered = False
        """The far end speaks telnet."""

    def start(self) -> None:
        """Say what we offer and ask for."""
        offer = bytearray()
        for option in OURS:
            self._us[option] = _Side.WANT_YES
            offer += bytes([Command.IAC, Command.WILL, option])
        for option in THEIRS:
            self._them[option] = _Side.WANT_YES
            offer += bytes([Command.IAC, Command.DO, option])
        self._reply(bytes(offer))

    @property
    def settled(self) -> bool:
        """The far end has told its size and type, or that it does not tell."""
        return not self._awaited

    @property
    def is_binary(self) -> bool:
        """We send 8 bits as they are; otherwise a lone CR needs a NUL behind it."""
        return self._us.get(Option.BINARY) is _Side.YES

    def feed(self, data: bytes) -> bytes:
        """The keys typed; CR LF and CR NUL are CR."""
        if self._at is _At.DATA and _IAC not in data:
            return self._keys(data)
        keys = bytearray()
        position, end = 0, len(data)
        while position < end:
            if self._at is _At.DATA or self._at is _At.INSIDE:
                found = data.find(_IAC, position)
                piece = data[position : found if found >= 0 else end]
                if self._at is _At.INSIDE:
                    self._add(piece)
                else:
                    keys += piece
                if found < 0:
                    break
                self._at = _At.INSIDE_IAC if self._at is _At.INSIDE else _At.COMMAND
                position = found + 1
                continue
            byte = data[position]
            position += 1
            if self._at is _At.OPTION:
                self._at = _At.DATA
                self._negotiate(self._verb, byte)
            elif self._at is _At.INSIDE_IAC:
                self._inside_command(byte, keys)
            else:
                self._command(byte, keys)
        return self._keys(bytes(keys))

    def _keys(self, data: bytes) -> bytes:
        if not data:
            return data
        if self._after_cr and data[0] in b"\n\x00":
            data = data[1:]
        self._after_cr = data.endswith(b"\r") if data else False
        if b"\r" in data:
            data = _END_OF_LINE.sub(b"\r", data)  # one pass: of CR LF NUL the NUL is a byte of its own
        return data

    def _command(self, byte: int, keys: bytearray) -> None:
        self._at = _At.DATA
        if byte == Command.IAC:
            keys += _IAC
        elif byte == Command.SB:
            self._at = _At.INSIDE
            self._inside.clear()
            self._inside_size = 0
        elif Command.WILL <= byte <= Command.DONT:
            self._at = _At.OPTION
            self._verb = byte
        elif byte == Command.ARE_YOU_THERE:
            if self._may_answer():
                self._reply(_ALIVE)
        elif byte in _KEYS:
            keys += _KEYS[Command(byte)]

    def _inside_command(self, byte: int, keys: bytearray) -> None:
        if byte == Command.IAC:
            self._at = _At.INSIDE
            self._add(b"\xff\xff")
        elif byte == Command.SE:
            self._at = _At.DATA
            if self._inside_size <= SUBNEGOTIATION:
                self._told(bytes(self._inside).replace(b"\xff\xff", b"\xff"))
            self._inside.clear()
        else:  # cut short: what follows is a command again
            self._inside.clear()
            self._command(byte, keys)

    def _add(self, piece: bytes) -> None:
        self._inside_size += len(piece)
        if self._inside_size <= SUBNEGOTIATION:
            self._inside += piece

    def _told(self, said: bytes) -> None:
        if said:
            self._awaited.discard(said[0])
        if len(said) == 5 and said[0] == Option.WINDOW_SIZE:
            if self._them.get(Option.WINDOW_SIZE) is _Side.YES:
                self._window(int.from_bytes(said[1:3], "big"), int.from_bytes(said[3:5], "big"))
        elif len(said) > 2 and said[0] == Option.TERMINAL_TYPE and said[1] == _IS:
            self._terminal(said[2:].decode("ascii", "replace"))

    def _negotiate(self, verb: int, option: int) -> None:
        self.answered = True
        if not self._may_answer():
            return
        theirs = verb in {Command.WILL, Command.WONT}
        sides = self._them if theirs else self._us
        wanted = verb in {Command.WILL, Command.DO}
        yes, no = (Command.DO, Command.DONT) if theirs else (Command.WILL, Command.WONT)
        known = option in (THEIRS if theirs else OURS)
        side = sides.get(option, _Side.NO)
        if not known:
            if wanted and side is not _Side.REFUSED:
                sides[option] = _Side.REFUSED
                self._reply(bytes([Command.IAC, no, option]))
            return
        if wanted:
            sides[option] = _Side.YES
            if side is _Side.NO:
                self._reply(bytes([Command.IAC, yes, option]))
            if theirs and option == Option.TERMINAL_TYPE and side is not _Side.YES:
                self._reply(bytes([Command.IAC, Command.SB, option]) + _SEND + bytes([Command.IAC, Command.SE]))
            return
        sides[option] = _Side.NO
        if theirs:
            self._awaited.discard(option)
        if side is _Side.YES:
            self._reply(bytes([Command.IAC, no, option]))

    def _may_answer(self) -> bool:
        now = self._clock.monotonic()
        if now - self._minute >= 60:
            self._minute = now
            self._commands = 0
        self._commands += 1
        return self._commands <= COMMANDS_A_MINUTE
