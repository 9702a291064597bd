"""What the servers are given: the rules of accounts, and what runs on a connection once somebody is in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from bbs.errors import BbsError
from bbs.forum.actor import Actor
from bbs.terminal.link import Link

Write: TypeAlias = Callable[[str], Awaitable[None]]
"""Prints text for a command; waits while the far end reads too slowly."""


class Accounts(Protocol):
    """The part of the rules of accounts that a login needs; see `bbs.forum.accounts.accounts`."""

    async def by_password(
        self, name: str, password: str, *, transport: str, source: str, session: str = ""
    ) -> Actor: ...

    async def by_key(self, name: str, public: bytes, *, transport: str, session: str = "") -> Actor: ...

    async def knows_key(self, name: str, public: bytes) -> bool: ...

    async def guest(self, *, transport: str, session: str = "") -> Actor: ...

    async def refresh(self, actor: Actor) -> Actor: ...


class Reader(Protocol):
    """Standard input of a command."""

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end."""
        ...


class Words(Protocol):
    """The messages of one language."""

    def __call__(self, msgid: str, /, **params: object) -> str: ...

    def error(self, error: BbsError) -> str: ...


@dataclass(frozen=True, slots=True)
class Errand:
    """One command to run and print.

    `command` is a line as typed behind `ssh host` (to be split like a shell would, without a shell), or words that are
    split already. `columns` is the width of the output in cells; `colour` says that a terminal will show it.
    `cwd` is where relative paths start and is set for the local door only; `confirm` asks the person, None = nobody
    can be asked.
    """

    actor: Actor
    command: str | Sequence[str]
    stdin: Reader
    out: Write
    err: Write
    columns: int = 80
    colour: bool = False
    language: str | None = None
    cwd: Path | None = None
    confirm: Callable[[str], Awaitable[bool]] | None = None


class RunSession(Protocol):
    """The full screen, until the person leaves or the link is lost."""

    def __call__(self, link: Link, actor: Actor, *, route: str | None, language: str | None) -> Awaitable[None]: ...


class RunShell(Protocol):
    """The admin shell on a terminal; `language` is what the terminal says."""

    def __call__(self, link: Link, actor: Actor, *, language: str | None) -> Awaitable[None]: ...


class RunPlain(Protocol):
    """Line by line; without a `terminal` nobody waits for an echo and lines end with LF alone."""

    def __call__(
        self, link: Link, actor: Actor, *, terminal: bool, language: str | None, route: str | None = None
    ) -> Awaitable[None]: ...


async def _quiet() -> None:
    return None


async def _silent(seconds: float) -> None:
    return None


def _no_members() -> bool:
    return False


def _no_banner() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything that is injected.

    `words` gives the messages of a language (None = the site's). `ssh_banner` is shown before a password is asked for
    and only then (text of several lines, LF between them); `telnet_banner` is plain ASCII, LF between lines.
    `telnet_members` says whether members may log in by telnet; only then is `choose_telnet_login` asked for an actor
    (None = hang up), otherwise telnet is for guests. `run_plain` serves `ssh -T` and TERM=dumb line by line; without
    it those get one line that says how to come in. `notify` tells everybody that the server goes down in so many
    seconds; `put_away` saves drafts and finishes writes.
    """

    accounts: Accounts
    words: Callable[[str | None], Words]
    run_session: RunSession
    run_registration: Callable[[Link, bytes | None], Awaitable[None]]
    run_command: Callable[[Errand], Awaitable[int]]
    run_shell: RunShell
    run_plain: RunPlain | None = None
    choose_telnet_login: Callable[[Link], Awaitable[Actor | None]] | None = None
    telnet_members: Callable[[], bool] = _no_members
    ssh_banner: Callable[[], str] = _no_banner
    telnet_banner: str = "Mingtan"
    guest_name: str = "guest"
    registration_name: str = "new"
    notify: Callable[[float], Awaitable[None]] = field(default=_silent)
    put_away: Callable[[], Awaitable[None]] = field(default=_quiet)
