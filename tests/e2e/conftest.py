"""One demo instance, made once and copied: every module gets a house that started from the same content."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.support.house import Caller, HouseProcess, make_key, run_ssh, ssh

PEOPLE = ("reed", "plum", "lin", "zhou", "keeper", "sysop")
"""Who gets a key; the private half is named after them. `fresh` is a key that nobody has yet."""


class Call(Protocol):
    """Logs in with the real client in a pty: `call("reed")` by key, `call("plum", password=…)` by password."""

    def __call__(
        self,
        name: str,
        *command: str,
        password: str | None = None,
        key: Path | None = None,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        at: HouseProcess | None = None,
    ) -> Caller: ...


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data directory with the demo content, keys of some people beside it; shared by all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    root = base / "demo" if worker_id == "master" else base.parent / "demo"
    root.mkdir(exist_ok=True)
    data = root / "data"
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (root / "made").exists():
            _make_demo(root, data)
            (root / "made").touch()
    return data


def _make_demo(root: Path, data: Path) -> None:
    make_key(root / "fresh")
    with HouseProcess(data, "--demo") as house:
        for name in PEOPLE:
            public = make_key(root / name).with_suffix(".pub").read_text()
            added = run_ssh(house, name, "key", "add", "--label", "desk", password=f"demo-{name}", stdin=public)
            assert added.returncode == 0, added.stderr
        assert house.stop() == 0


@pytest.fixture(scope="session")
def keys(demo_data: Path) -> Callable[[str], Path]:
    """The private key that opens somebody's account."""
    return lambda name: demo_data.parent / name


@pytest.fixture(scope="module")
def module_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory for the module; its name is short, for a socket's name in it may have 107 bytes."""
    return tmp_path_factory.mktemp("m")


def copy_demo(demo_data: Path, to: Path) -> Path:
    """A data directory of one's own with the demo content."""
    shutil.copytree(demo_data, to, ignore=shutil.ignore_patterns("run", "*.sock", "server.lock"))
    return to


@pytest.fixture(scope="module")
def house(demo_data: Path, module_dir: Path) -> Iterator[HouseProcess]:
    """A running demo forum for the tests of one module; whatever they do to it, its log shows no traceback."""
    with HouseProcess(copy_demo(demo_data, module_dir / "data"), "--demo") as running:
        yield running
        assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture
def own_house(demo_data: Path, tmp_path: Path) -> Iterator[HouseProcess]:
    """A running demo forum for one test that kills or starves it."""
    with HouseProcess(copy_demo(demo_data, tmp_path / "data"), "--demo") as running:
        yield running


@pytest.fixture
def call(request: pytest.FixtureRequest, keys: Callable[[str], Path]) -> Iterator[Call]:
    """People who call; all of them hang up at the end of the test."""
    callers: list[Caller] = []

    def start(
        name: str,
        *command: str,
        password: str | None = None,
        key: Path | None = None,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        at: HouseProcess | None = None,
    ) -> Caller:
        house: HouseProcess = at or request.getfixturevalue("house")
        if key is None and password is None and name not in ("guest", "new"):
            key = keys(name)
        options = ["-t", "-o", "SendEnv=LANG"]
        caller = Caller(
            ssh(house.ssh_port, name, *command, key=key, options=options),
            columns=columns,
            rows=rows,
            env=env,
            house=house,
        )
        callers.append(caller)
        if password is not None:
            caller.wait_for("assword")
            caller.press(password + "\r")
        return caller

    yield start
    for caller in callers:
        caller.close()
