"""Servers and jobs as processes, and what the kernel says of them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 90.0
"""Patience with a server that starts."""
STOP_SECONDS: Final = 40.0
"""Patience with a server that drains."""

_READY: Final = re.compile(r"ready ssh=127\.0\.0\.1:(\d+) telnet=(?:127\.0\.0\.1:(\d+)|off)")
_CPUCLOCK_SCHED: Final = 2  # linux/posix-timers.h: the scheduler's exact count, in nanoseconds


class Broken(Exception):
    """A process did not do what the benchmark needs; the text says what, with the end of its log."""


def cpu_seconds(pid: int) -> float:
    """User and system CPU seconds of a process so far: all its threads, ended ones too.

    This is the process CPU clock of `clock_getcpuclockid(3)`: what /proc/PID/stat counts, without its 10 ms steps.
    """
    return time.clock_gettime((~pid << 3) | _CPUCLOCK_SCHED)


def thread_cpu_seconds(pid: int) -> dict[str, float]:
    """CPU seconds of the main thread and of all others together."""
    main = others = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            spent = int((task / "schedstat").read_text().split()[0]) / 1e9
            if task.name == str(pid):
                main += spent
            else:
                others += spent
    return {"main": main, "others": others}


def pss_kib(pid: int) -> int:
    """Proportional memory of a process in KiB; the kernel's own (socket buffers) apart."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise Broken("no Pss in smaps_rollup")


class Server:
    """A server process that prints a ready line; its log goes to a file."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        self._command = [sys.executable, *command]
        self._log = log
        self._env = {**os.environ, "LANG": "en_US.UTF-8", "PYTHONPATH": str(ROOT), **(env or {})}
        self._process: subprocess.Popen[str] | None = None
        self.ssh_port = 0
        self.telnet_port = 0
        self.start_seconds = 0.0
        """From spawning the process to its ready line."""

    @property
    def pid(self) -> int:
        """Of the running server."""
        assert self._process is not None
        return self._process.pid

    def cpu(self) -> float:
        """CPU seconds so far."""
        return cpu_seconds(self.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server."""
        os.kill(self.pid, number)

    def stop(self) -> int:
        """SIGTERM, and wait for the drain; the exit code."""
        process = self._process
        if process is None:
            return 0
        self._process = None
        process.terminate()
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return code

    def __enter__(self) -> Self:
        began = time.monotonic()
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                self._command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._env, cwd=ROOT
            )
        line = self._ready_line(began + START_SECONDS)
        self.start_seconds = time.monotonic() - began
        found = _READY.match(line)
        if found is None:
            self.stop()
            raise Broken(f"{' '.join(self._command[1:3])}: no ready line\n{tail(self._log)}")
        self.ssh_port = int(found[1])
        self.telnet_port = int(found[2] or 0)
        return self

    def _ready_line(self, deadline: float) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self._process.stdout], [], [], 0.2)
            if ready:
                line = self._process.stdout.readline()
                if line.startswith("ready") or not line:
                    return line
        return ""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def house(data: Path, *flags: str) -> Server:
    """The real server on a prepared data directory, on free ports of 127.0.0.1."""
    command = ["run_bbs.py", "serve", "--data", str(data), "--demo", "--ssh-port", "0", "--telnet-port", "0", *flags]
    return Server(command, data.parent / f"{data.name}.log")


def peer(name: str, scratch: Path) -> Server:
    """One of the servers to compare with: `bench.stock` or `bench.floor`."""
    return Server(["-m", f"bench.{name}", str(scratch)], scratch / f"{name}.log")


def run_job(name: str, data: Path, parameters: Mapping[str, Any], *, patience: float = 600.0) -> dict[str, Any]:
    """Run `bench.jobs.NAME` in a process of its own; gives the JSON document that it prints."""
    command = [sys.executable, "-m", f"bench.jobs.{name}", str(data), json.dumps(parameters)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=patience, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if done.returncode:
        raise Broken(f"job {name}: exit {done.returncode}\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def tail(log: Path, most: int = 3000) -> str:
    """The end of a log."""
    return log.read_text(errors="replace")[-most:] if log.exists() else ""
