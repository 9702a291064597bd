"""The real server as a process, and real clients in a pty in front of a terminal emulator."""

from __future__ import annotations

import codecs
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect

from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 2 * PATIENCE
"""Patience with a start that loads the demo content on a busy machine."""


class HouseProcess:
    """`run_bbs.py serve` on free ports of 127.0.0.1."""

    def __init__(self, data: Path, *flags: str, env: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.flags = flags
        self.env = {**os.environ, "LANG": "en_US.UTF-8", **(env or {})}
        self.ssh_port = 0
        self.telnet_port = 0
        self.process: subprocess.Popen[str] | None = None
        self.log = data.parent / f"{data.name}.log"

    def start(self) -> Self:
        command = [sys.executable, str(ROOT / "run_bbs.py"), "serve", "--data", str(self.data)]
        # Free ones at every start: one that was ours may be somebody else's by now.
        command += ["--ssh-port", "0", "--telnet-port", "0", *self.flags]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=self.env)
        line = self._ready_line()
        found = re.fullmatch(r"ready ssh=127\.0\.0\.1:(\d+) telnet=(?:127\.0\.0\.1:(\d+)|off)\n", line)
        if not found:
            self.kill()
        assert found, f"no ready line but {line!r}\n{self.log.read_text()}"
        self.ssh_port = int(found[1])
        self.telnet_port = int(found[2] or 0)
        return self

    def _ready_line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self.process.stdout], [], [], 0.5)
            if ready:
                line = self.process.stdout.readline()
                if line.startswith("ready") or not line:
                    return line
        return ""

    def kill(self) -> None:
        """Pull the plug."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self._close()

    def stop(self) -> int:
        """SIGTERM, and wait for the drain."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self._close()
        return code

    def _close(self) -> None:
        assert self.process is not None
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal and go on."""
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        """Wait until the process ends by itself; its exit code."""
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        self._close()
        return code

    def worked(self) -> float:
        """Seconds of CPU time that the process has used; what else the machine does meanwhile is not in them."""
        assert self.process is not None
        return time.clock_gettime(~self.process.pid << 3 | 2)  # CPUCLOCK_SCHED of clock_getcpuclockid(3)

    def limit_files(self, size: int | None) -> None:
        """Let no file of the process grow beyond `size` bytes from now on; None takes the limit away."""
        assert self.process is not None
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    def command(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command on the machine itself: `run_bbs.py WORDS`."""
        line = [sys.executable, str(ROOT / "run_bbs.py"), "--data", str(self.data), *words]
        return subprocess.run(
            line, input=stdin or "", capture_output=True, text=True, timeout=PATIENCE, env=self.env, check=False
        )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process is not None:
            self.kill()


def refused_start(
    data: Path, *flags: str, env: Mapping[str, str] | None = None, user: int | None = None
) -> subprocess.CompletedProcess[str]:
    """`serve` where it cannot start: it has to end by itself. `user` is the uid it runs as."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run_bbs.py"), "serve", "--data", str(data), "--ssh-port", "0", *flags],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "LANG": "en_US.UTF-8", **(env or {})},
        user=user,
        check=False,
    )


def _heed_interrupts() -> None:
    """^C counts for a client, also where the tests run in the background and ignore it themselves."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def asleep(pid: int) -> bool:
    """Whether no thread of a process has anything to do, or the process is gone."""
    try:
        states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return not {"R", "D"}.intersection(states)


class Caller:
    """A person with a real client in a pty; what they see is kept by a terminal emulator.

    With the `house` they call it is known when nothing more is to come: then the server and the client sleep. Silence
    alone may be that of a busy machine.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        house: HouseProcess | None = None,
    ) -> None:
        self._house = house
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "en_US.UTF-8", **(env or {})}
        self.terminal = Terminal(columns, rows)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            dimensions=(rows, columns),
            env=environment,
            timeout=PATIENCE,
            preexec_fn=_heed_interrupts,
        )
        self.child.delaybeforesend = None

    def press(self, *keys: str | bytes) -> None:
        for key in keys:
            self.child.send(key)

    def read(self, seconds: float = 0.03) -> bool:
        """Take in what came, until so many seconds of silence; whether anything came."""
        came = False
        try:
            while True:
                data: bytes = self.child.read_nonblocking(65536, timeout=seconds)  # type: ignore[assignment]
                self.terminal.feed(self._decoder.decode(data).encode())  # never half a character
                came = True
        except (pexpect.TIMEOUT, pexpect.EOF):
            return came

    def settle(self, seconds: float = 0.1) -> None:
        """Take in what came, until so many seconds of silence in which nobody was about to say something."""
        deadline = time.monotonic() + PATIENCE / 6
        while (self.read(seconds) or not self._all_asleep()) and time.monotonic() < deadline:
            pass

    def _all_asleep(self) -> bool:
        server = self._house.process if self._house is not None else None
        assert self.child.pid is not None
        return asleep(self.child.pid) and (server is None or asleep(server.pid))

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until the screen shows `text` so many times, and the rest of what came with it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.read()
            if self.text.count(text) >= times:
                self.settle(0.01)
                return
            if not self.child.isalive():
                self.read()
                break
        assert self.text.count(text) >= times, f"no {text!r} on the screen:\n{self.text}"

    @property
    def text(self) -> str:
        return "\n".join(self.terminal.rows())

    def wait_route(self, route: str) -> None:
        """Wait until the head bar shows `route`, at whatever floor: a screen is known by it alone, in any language."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.is_at(route):
            self.read()
            if not self.child.isalive():
                break
        self.settle(0.01)
        assert self.is_at(route), f"not at {route}:\n{self.text}"

    def is_at(self, route: str) -> bool:
        """Whether the head bar shows `route`."""
        return any(word == route or word.startswith(f"{route}#") for word in self.head.split())

    def go(self, route: str) -> None:
        """Go to a route with `:` and wait until its screen is there."""
        before = self.terminal.row(-2)
        self.press(":")
        deadline = time.monotonic() + PATIENCE
        while self.terminal.row(-2) == before and time.monotonic() < deadline:
            self.read()
        self.press(route + "\r")
        self.wait_route(route)

    def answered(self, key: str) -> None:
        """Press a key and wait for the first byte of the answer."""
        self.child.send(key)
        ready, _, _ = select.select([self.child.child_fd], [], [], PATIENCE)
        assert ready, f"no answer to {key!r}:\n{self.text}"
        self.read(0)

    @property
    def head(self) -> str:
        """The head bar."""
        return self.terminal.row(0)

    def hang_up(self) -> None:
        """The line drops: the client dies without a word."""
        self.child.kill(signal.SIGKILL)
        self.child.wait()

    def wait_closed(self) -> None:
        """Wait until the client has ended."""
        deadline = time.monotonic() + PATIENCE
        while self.child.isalive() and time.monotonic() < deadline:
            self.read()
        self.read()  # what it printed last
        assert not self.child.isalive(), self.text

    def close(self) -> None:
        """Hang up, if that has not happened yet."""
        if self.child.isalive():
            self.hang_up()
        self.child.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]  # nobody is left to be waited for
        self.child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


SSH_OPTIONS = (
    "-F", "none",
    "-o", "StrictHostKeyChecking=no",
    "-o", "UserKnownHostsFile=/dev/null",
    "-o", "LogLevel=ERROR",
    "-o", "IdentityAgent=none",
)  # fmt: skip


def ssh(port: int, name: str, *command: str, key: Path | None = None, options: Sequence[str] = ()) -> list[str]:
    """A command line of the real OpenSSH client."""
    client = shutil.which("ssh")
    assert client, "openssh-client is not installed"
    identity = ["-i", str(key), "-o", "IdentitiesOnly=yes"] if key else ["-o", "PubkeyAuthentication=no"]
    return [client, *SSH_OPTIONS, *identity, *options, "-p", str(port), f"{name}@127.0.0.1", *command]


def run_ssh(
    house: HouseProcess,
    name: str,
    *command: str,
    key: Path | None = None,
    password: str = "",
    stdin: str | bytes = "",
    options: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """`ssh host COMMAND` without a pty; the password is given by an askpass program."""
    ask = house.data.parent / "askpass.sh"
    ask.write_text('#!/bin/sh\nprintf "%s\\n" "$ASKPASS_ANSWER"\n')
    ask.chmod(0o700)
    env = {**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "ASKPASS_ANSWER": password}
    done = subprocess.run(
        ssh(house.ssh_port, name, *command, key=key, options=options),
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        timeout=PATIENCE,
        env={**env, "LANG": "en_US.UTF-8"},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def make_key(path: Path) -> Path:
    """An ed25519 key pair without a passphrase; the public half is beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True, timeout=PATIENCE)
    return path
