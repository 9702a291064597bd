"""Everything else that is read in a terminal: printed commands, reports of imports, telnet, and the log."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

import asyncssh
import pytest

from bbs.app.doors import build_doors
from bbs.app.logs import configure
from bbs.servers.house import Servers, ServerSettings
from tests.screens.conftest import VisitDriver
from tests.security.conftest import TEXTS, Place
from tests.security.wire import controls_in, stray
from tests.support.corpus import CORPUS
from tests.support.house import HouseProcess
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE, soon

READING: Final = ("boards", "threads life --limit 200", "news", "news express --limit 200", "officers", "whoami")
SYSOPS: Final = ("user list", "office list", "board list", "board show life", "bulletin list", "register show", "who")


async def test_printed_commands(hostile: Place) -> None:
    guest, sysop = await hostile.actor("guest"), await hostile.actor("sysop")
    lines = [(guest, line) for line in READING] + [(sysop, line) for line in SYSOPS]
    lines += [(guest, f"thread {number}") for number in hostile.threads[::5]]
    lines += [(guest, f"bulletin {number}") for number in hostile.bulletins[::5]]
    for actor, line in lines:
        for options in ((), ("--json",)):
            code, out, err = await hostile.run(actor, *line.split(), *options)
            assert code == 0, (line, err)
            assert stray(out + err) == [], line
            if options:
                json.loads(out)


async def test_errors_that_repeat_what_was_typed(hostile: Place) -> None:
    guest = await hostile.actor("guest")
    for text in TEXTS:
        short = text[:500]
        lines = ((short,), ("boards", short), ("threads", short), ("threads", "life", f"--{short}"), ("help", short))
        for words in lines:
            for options in ((), ("--json",)):
                _, out, err = await hostile.run(guest, *options, *words)
                assert stray(out + err) == [], words
                assert len(err) < 2000, words


async def test_the_report_of_an_import(hostile: Place) -> None:
    items = [{"id": text, "column": text, "title": text, "body": text, text[:40]: text} for text in TEXTS]
    items += [{"id": f"i{n}", "column": "express", "title": text, "body": text} for n, text in enumerate(TEXTS)]
    items += [{"id": "x", "column": "express", "title": "t", "body": "b", key: text} for text in TEXTS
              for key in ("published_at", "lang", "priority", "audience", "supersedes", "must_read")]  # fmt: skip
    data = "\n".join(json.dumps(item)[:20_000] for item in items).encode()
    command = ("bulletin", "import", "-", "--format", "jsonl")
    for options in ((), ("--json",)):
        code, out, err = await hostile.run("sysop", *command, *options, stdin=data)
        assert code == 1
        assert stray(out + err) == []
    for text in TEXTS:
        page = f"---\nid: {text[:200]}\ntitle: {text[:200]}\n{text[:200]}\n---\n{text[:2000]}"
        _, out, err = await hostile.run("sysop", "bulletin", "import", "-", stdin=page.encode("utf-8", "replace"))
        assert stray(out + err) == [], text[:40]


async def test_no_printed_text_of_a_member_looks_like_an_officers_head(harmless: Place) -> None:
    reed = await harmless.actor("reed")
    life = await harmless.house.forum.boards.get(reed, "life")
    fake = "[OFFICIAL] #2  林若溪  Head of Desk  11-22"
    body = "x" * 78 + fake + "\n" + "一" * 39 + fake
    made = await harmless.house.forum.threads.start(reed, life, "A title", body)
    _, out, _ = await harmless.run("guest", "thread", str(made.thread))
    terminal = Terminal(80, 24)
    terminal.feed(out.replace("\n", "\r\n").encode())
    assert not [row for row in terminal.rows() if row.startswith("[OFFICIAL]")]


@pytest.fixture
async def doors(hostile: Place) -> AsyncIterator[Servers]:
    """The real servers in front of the house, telnet for guests."""
    settings = ServerSettings(
        datadir=hostile.house.settings.data,
        ssh_port=0,
        telnet_port=0,
        control=False,
        watchdog=False,
        countdown=(),
    )
    servers = Servers(settings, build_doors(hostile.house))
    yield servers
    await servers.stop()


async def test_telnet_and_ssh_carry_the_same_controls(hostile: Place, doors: Servers) -> None:
    """The engines add nothing and take nothing away."""
    ready = await doors.start()
    assert ready.telnet is not None
    steps = ((b":/b/life\r", b"/b/life"), (b" \r", b"/t/"), (b":/news/express\r", b"/news/express"), (b"\r", b"/n/"))
    actor = await hostile.actor("guest")
    async with VisitDriver(hostile.house.forum, actor) as person:
        for keys, _ in steps:
            person.link.feed(keys)
            await person.settle()
        wanted = controls_in(bytes(person.terminal.received).decode())

    reader, writer = await asyncio.open_connection("127.0.0.1", ready.telnet[1])
    writer.write(b"\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0\xff\xfa\x18\x00\x1b]0;x\x07\xff\xf0\r")
    received = await _follow(reader, writer, steps)
    writer.close()
    text = received[received.index(b"\x1b[?1049h") :].decode("utf-8", "replace")
    assert controls_in(text) <= wanted | {"\r", "\n", "\x00"}

    async with asyncssh.connect("127.0.0.1", ready.ssh[1], username="guest", known_hosts=None, config=None) as conn:
        process = await conn.create_process(term_type="xterm-256color", term_size=(80, 24), encoding=None)
        received = await _follow(process.stdout, process.stdin, steps)
    assert b"life" in received
    assert controls_in(received.decode("utf-8", "replace")) <= wanted | {"\r", "\n"}


async def _follow(
    reader: asyncio.StreamReader | asyncssh.SSHReader[bytes],
    writer: asyncio.StreamWriter | asyncssh.SSHWriter[bytes],
    steps: Sequence[tuple[bytes, bytes]],
) -> bytes:
    """Press keys, each time reading until what they lead to is shown."""
    received = b""
    for keys, shown in ((b"", b"\x1b[?1049h"), *steps):
        before = len(received)
        writer.write(keys)
        while shown not in received[before:]:
            data = await soon(reader.read(65536))
            assert data, "the server hung up"
            received += data
    return received


def test_the_log_of_a_server_that_is_shouted_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TERM, user names, versions, commands, variables: what strangers send is in the log as visible text, if at all."""
    # The client would refuse such names itself.
    monkeypatch.setattr("asyncssh.connection.saslprep", str)
    with HouseProcess(tmp_path / "data") as house:
        asyncio.run(_shout(house))
        assert house.stop() == 0
    log = house.log.read_bytes().decode("utf-8")
    assert stray(log) == []
    assert "hunter2" not in log
    assert "connect" in log
    assert "Traceback" not in log


def test_a_trace_in_the_log_holds_no_control(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an exception says may repeat what somebody typed."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    log = io.StringIO()
    monkeypatch.setattr("sys.stderr", log)
    try:
        configure("info")
        try:
            raise ValueError("\x1b]0;OWNED\x07\x9b2J")
        except ValueError:
            logging.getLogger("mingtan.test").exception("it failed")
    finally:
        root.handlers[:] = kept[0]
        root.setLevel(kept[1])
    assert "OWNED" in log.getvalue()
    assert stray(log.getvalue()) == []


async def _shout(house: HouseProcess) -> None:
    evil = "\x1b]0;OWNED\x07\u009b2J\u202e"
    for data in (b"SSH-2.0-\x1b]0;x\x07\r\n", b"\x1b[2J\xff\xfe\r\n", b"GET /\x1b[2J HTTP/1.0\r\n\r\n"):
        for port in (house.ssh_port, house.telnet_port):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as raw:
                raw.sendall(data)
                raw.shutdown(socket.SHUT_WR)
                raw.settimeout(PATIENCE)
                while await asyncio.to_thread(raw.recv, 4096):
                    pass
    place = {"port": house.ssh_port, "known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    for name in (evil, "hunter2", "-f root", "a" * 500):
        with pytest.raises((asyncssh.PermissionDenied, asyncssh.DisconnectError)):
            await asyncssh.connect("127.0.0.1", username=name, password="hunter2", **place)
    async with asyncssh.connect("127.0.0.1", username="guest", client_version="x\x07\x1b[2J"[:1], **place) as conn:
        for command in (f"boards {evil}", evil, f"{evil} boards", "boards\n2026 [error] forged"):
            done = await conn.run(command, env={"LANG": f"zh{evil}"[:4], "EVIL": "x"}, timeout=PATIENCE)
            assert stray(str(done.stdout) + str(done.stderr)) == []
        process = await conn.create_process(term_type="x\x1b]0;x\x07", term_size=(0, 2**31))
        process.stdin.write(":/who\r")
        await soon(process.stdout.readuntil("/who"))
        process.close()


def test_the_corpus_is_what_it_was() -> None:
    """A corpus that was emptied by mistake would prove nothing."""
    assert len(TEXTS) > 150
    assert sum("\x1b" in text for text in TEXTS) > 50
    assert "".join(sorted(kind[0] for kind in CORPUS)) == "ABCDEFGHM"
