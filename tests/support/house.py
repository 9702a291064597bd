"""The real server as a process, and real clients in a pty in front of a terminal emulator."""

from __future__ import annotations

import codecs
import os
import re
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

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
"""Patience with a start that loads the demo content on a busy machine."""
PATIENCE = 15.0
"""Seconds a screen may take to show what a test waits for."""


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
        command += ["--ssh-port", str(self.ssh_port), "--telnet-port", str(self.telnet_port), *self.flags]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=self.env)
        line = self._ready_line()
        found = re.fullmatch(r"ready ssh=127\.0\.0\.1:(\d+) telnet=(?:127\.0\.0\.1:(\d+)|off)\n", line)
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
        self.process.wait(10)
        self._close()

    def stop(self) -> int:
        """SIGTERM, and wait for the drain."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(40)
        self._close()
        return code

    def _close(self) -> None:
        assert self.process is not None
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def command(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command on the machine itself: `run_bbs.py WORDS`."""
        line = [sys.executable, str(ROOT / "run_bbs.py"), "--data", str(self.data), *words]
        return subprocess.run(
            line, input=stdin or "", capture_output=True, text=True, timeout=60, env=self.env, check=False
        )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process is not None:
            self.kill()


class Caller:
    """A person with a real client in a pty; what they see is kept by a terminal emulator."""

    def __init__(
        self, command: Sequence[str], *, columns: int = 80, rows: int = 24, env: Mapping[str, str] | None = None
    ) -> None:
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "en_US.UTF-8", **(env or {})}
        self.terminal = Terminal(columns, rows)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.child = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(rows, columns), env=environment, timeout=PATIENCE
        )
        self.child.delaybeforesend = None

    def press(self, *keys: str | bytes) -> None:
        for key in keys:
            self.child.send(key)

    def read(self, seconds: float = 0.05) -> None:
        """Take in what came, for at most so many seconds of silence."""
        try:
            while True:
                data: bytes = self.child.read_nonblocking(65536, timeout=seconds)  # type: ignore[assignment]
                self.terminal.feed(self._decoder.decode(data).encode())  # never half a character
        except (pexpect.TIMEOUT, pexpect.EOF):
            return

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until the screen shows `text`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read()
            if text in self.text:
                return
            if not self.child.isalive():
                self.read()
                break
        assert text in self.text, f"no {text!r} on the screen:\n{self.text}"

    @property
    def text(self) -> str:
        return "\n".join(self.terminal.rows())

    def wait_closed(self, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while self.child.isalive() and time.monotonic() < deadline:
            self.read()
        assert not self.child.isalive(), self.text

    def close(self) -> None:
        self.child.close(force=True)

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
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """`ssh host COMMAND` without a pty; the password is given by an askpass program."""
    ask = house.data.parent / "askpass.sh"
    ask.write_text('#!/bin/sh\nprintf "%s\\n" "$ASKPASS_ANSWER"\n')
    ask.chmod(0o700)
    env = {**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force", "ASKPASS_ANSWER": password}
    return subprocess.run(
        ssh(house.ssh_port, name, *command, key=key),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**env, "LANG": "en_US.UTF-8"},
        check=False,
    )


def make_key(path: Path) -> Path:
    """An ed25519 key pair without a passphrase; the public half is beside it."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True, timeout=20)
    return path
