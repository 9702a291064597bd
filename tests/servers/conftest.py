"""A house of servers with small stand-ins for what is injected: accounts in memory, a session that records."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncssh
import pytest
import pytest_asyncio

from bbs.errors import BbsError, Forbidden, TryLater
from bbs.forum.actor import AccountKind, Actor
from bbs.servers.doors import Doors, Errand
from bbs.servers.house import Servers, ServerSettings
from bbs.servers.limits import Limits
from bbs.terminal.canvas import Size
from bbs.terminal.link import Link
from bbs.text.catalogue import Catalogues
from bbs.text.when import Clock
from tests.support.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = Catalogues(ROOT / "screens" / "locale", strict=True)


@dataclass
class FakeAccounts:
    """Members by name: password and public keys (SSH wire form)."""

    passwords: dict[str, str] = field(default_factory=dict)
    keys: dict[str, set[bytes]] = field(default_factory=dict)
    kinds: dict[str, AccountKind] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    wait: int = 0
    logins: list[tuple[str, bytes]] = field(default_factory=list)
    queried: list[str] = field(default_factory=list)

    async def by_password(self, name: str, password: str, *, transport: str, source: str, session: str = "") -> Actor:
        if self.wait:
            raise TryLater("login.wait", seconds=self.wait)
        if self.passwords.get(name) != password:
            raise Forbidden("login.refused")
        return self._actor(name, transport, session)

    async def by_key(self, name: str, public: bytes, *, transport: str, session: str = "") -> Actor:
        if public not in self.keys.get(name, ()):
            raise Forbidden("login.refused")
        self.logins.append((name, public))
        return self._actor(name, transport, session)

    async def knows_key(self, name: str, public: bytes) -> bool:
        self.queried.append(name)
        return public in self.keys.get(name, ())

    async def guest(self, *, transport: str, session: str = "") -> Actor:
        return Actor(name="guest", kind=AccountKind.GUEST, transport=transport, session=session)

    async def refresh(self, actor: Actor) -> Actor:
        if actor.name in self.suspended:
            raise Forbidden("account.suspended")
        return actor

    def _actor(self, name: str, transport: str, session: str) -> Actor:
        kind = self.kinds.get(name, AccountKind.MEMBER)
        return Actor(name=name, kind=kind, transport=transport, session=session)


class PlainWords:
    """The servers' own messages from the catalogue; messages of other rooms as their code and parameters."""

    def __init__(self, language: str | None) -> None:
        self._translator = CATALOGUES.translator(language or "en")

    def __call__(self, msgid: str, /, **params: object) -> str:
        return self._translator(msgid, **params) if msgid.startswith("server.") else f"{msgid} {params}"

    def error(self, error: BbsError) -> str:
        return self(error.code, **error.params)


@dataclass
class Visit:
    """One session that ran: what it saw, and a hand on its link."""

    link: Link
    actor: Actor | None
    route: str | None = None
    language: str | None = None
    typed: bytearray = field(default_factory=bytearray)
    sizes: list[Size] = field(default_factory=list)
    writable_calls: int = 0
    is_lost: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def received(self, data: bytes) -> None:
        """Echo what was typed; `q` leaves."""
        self.typed += data
        self.news.set()
        if data == b"q":
            self.over.set()
        else:
            self.link.write(b"<" + data + b">")

    def resized(self, size: Size) -> None:
        self.sizes.append(size)
        self.news.set()

    def writable(self) -> None:
        self.writable_calls += 1
        self.news.set()

    def lost(self) -> None:
        self.is_lost = True
        self.over.set()
        self.news.set()

    async def run(self) -> None:
        name = self.actor.name if self.actor is not None else "-"
        self.link.write(f"hello {name} {self.link.term} {self.link.size.columns}x{self.link.size.rows}\r\n".encode())
        self.link.attach(self)
        await self.over.wait()
        self.link.attach(None)
        self.link.write(b"bye\r\n")


@dataclass
class House:
    """Servers that run, and what went on in them."""

    servers: Servers
    accounts: FakeAccounts
    datadir: Path
    ssh_port: int
    telnet_port: int
    visits: list[Visit]
    errands: list[Errand]

    def connect(self, username: str, **options: object) -> Awaitable[asyncssh.SSHClientConnection]:
        """An asyncssh client that trusts every host and looks for no keys of its own."""
        settings: dict[str, object] = {
            "port": self.ssh_port,
            "username": username,
            "known_hosts": None,
            "client_keys": None,
            "agent_path": None,
            "config": None,
            **options,
        }
        return asyncssh.connect("127.0.0.1", **settings)

    def member(self, name: str) -> asyncssh.SSHKey:
        """A new member with a key."""
        key = asyncssh.generate_private_key("ssh-ed25519")
        self.accounts.keys.setdefault(name, set()).add(key.public_data)
        return key

    async def visit(self, number: int = -1) -> Visit:
        """A session that has begun."""
        await until(lambda: len(self.visits) > (number if number >= 0 else 0))
        return self.visits[number]


Opener = Callable[..., Awaitable[House]]


async def run_fake_command(errand: Errand) -> int:
    """A few commands: `cat`, `fail`, `lots N`, `columns`, `crash`."""
    words = errand.command.split() if isinstance(errand.command, str) else list(errand.command)
    verb = words[0] if words else ""
    match verb:
        case "cat":
            decoder = codecs.getincrementaldecoder("utf-8")()
            while data := await errand.stdin.read(8192):
                await errand.out(decoder.decode(data))
        case "fail":
            await errand.err("no such board\n")
            return 4
        case "lots":
            for _ in range(int(words[1])):
                await errand.out("x" * 1023 + "\n")
        case "columns":
            await errand.out(f"{errand.columns} {errand.language}\n")
        case "ask":
            agreed = errand.confirm is not None and await errand.confirm("Really?")
            await errand.out("yes\n" if agreed else "no\n")
        case "crash":
            raise RuntimeError("crashed")
        case _:
            await errand.out(f"{errand.actor.name}: {errand.command}\n")
    return 0


@pytest_asyncio.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[Opener]:
    """Opens houses; keyword arguments `limits`, `doors` (replacements), `settings` (replacements) and `clock`."""
    opened: list[House] = []

    async def open_one(
        *,
        limits: Limits | None = None,
        doors: dict[str, object] | None = None,
        settings: dict[str, object] | None = None,
        clock: Clock | None = None,
    ) -> House:
        accounts = FakeAccounts({"reed": "demo-reed"})
        visits: list[Visit] = []
        errands: list[Errand] = []

        async def session(link: Link, actor: Actor, *, route: str | None, language: str | None) -> None:
            visits.append(Visit(link, actor, route, language))
            await visits[-1].run()

        async def registration(link: Link, key: bytes | None) -> None:
            visits.append(Visit(link, None, "/register"))
            await visits[-1].run()

        async def shell(link: Link, actor: Actor, *, language: str | None) -> None:
            visits.append(Visit(link, actor, "admin"))
            await visits[-1].run()

        async def command(errand: Errand) -> int:
            errands.append(errand)
            return await run_fake_command(errand)

        injected = Doors(
            accounts=accounts,
            words=PlainWords,
            run_session=session,
            run_registration=registration,
            run_command=command,
            run_shell=shell,
            telnet_banner="Mingtan test banner",
        )
        if doors:
            injected = replace(injected, **doors)  # type: ignore[arg-type]
        wanted = ServerSettings(
            datadir=tmp_path / f"data{len(opened)}",
            ssh_port=0,
            telnet_port=0,
            control=False,
            watchdog=False,
            limits=limits or Limits(),
            countdown=(),
        )
        if settings:
            wanted = replace(wanted, **settings)  # type: ignore[arg-type]
        servers = Servers(wanted, injected, clock)
        ready = await servers.start()
        telnet_port = ready.telnet[1] if ready.telnet is not None else 0
        house = House(servers, accounts, wanted.datadir, ready.ssh[1], telnet_port, visits, errands)
        opened.append(house)
        return house

    yield open_one
    for house in opened:
        await house.servers.stop()


@pytest_asyncio.fixture
async def house(open_house: Opener) -> House:
    """A house with the usual limits."""
    return await open_house()


@pytest.fixture(autouse=True)
def _impatient_telnet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare callers answer no options: do not wait 300 ms for each of them."""
    monkeypatch.setattr("bbs.servers.telnet.SETTLE", 0.05)


@pytest.fixture
def patient_telnet(monkeypatch: pytest.MonkeyPatch, _impatient_telnet: None) -> None:
    """Real clients answer, on a busy machine not at once."""
    monkeypatch.setattr("bbs.servers.telnet.SETTLE", PATIENCE)
