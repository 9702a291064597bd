"""Starts that cannot be: one clear line, an exit code, nothing half-written."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.house import ROOT, HouseProcess, refused_start
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e-starts")]

NOBODY = 65534


def line_of(data: Path, *flags: str, code: int | tuple[int, ...], user: int | None = None, **env: str) -> str:
    """The one line with which `serve` refuses to start."""
    if "--telnet-port" not in flags:
        flags = (*flags, "--telnet-port", "off")
    done = refused_start(data, *flags, env=env, user=user)
    codes = code if isinstance(code, tuple) else (code,)
    assert done.returncode in codes, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == "", "never a ready line"
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if "[info]" not in line]
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def _others_may_run() -> bool:
    """Whether another user could start the program: neither the interpreter nor the code is in a private directory."""
    command = [sys.executable, "-c", f"open({str(ROOT / 'run_bbs.py')!r}).close()"]
    try:
        return subprocess.run(command, user=NOBODY, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except OSError:
        return False


class TestBoardsFile:
    def test_no_yaml_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "boards.yaml").write_text("sections:\n  - slug: [\n")
        line = line_of(tmp_path, code=(1, 2))
        assert "boards.yaml" in line
        assert "line 3" in line or "line 2" in line

    def test_a_wrong_word_is_named_with_what_would_be_right(self, tmp_path: Path) -> None:
        text = (ROOT / "boards.yaml").read_text().replace("nature: officers", "nature: oficers", 1)
        (tmp_path / "boards.yaml").write_text(text)
        at = text.split("oficers")[0].count("\n") + 1
        line = line_of(tmp_path, code=(1, 2))
        assert f"line {at}" in line
        assert "oficers" in line
        assert "officers" in line.replace("oficers", "")
        assert "right." not in line, "words, not message ids"
        assert "boards.choice" not in line

    def test_the_next_start_with_the_file_mended_is_a_first_start(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        own = tmp_path / "data" / "boards.yaml"
        own.write_text("site: nonsense\n")
        line_of(tmp_path / "data", code=(1, 2))
        shutil.copyfile(ROOT / "boards.yaml", own)
        with HouseProcess(tmp_path / "data") as house:
            assert house.ssh_port
            assert house.stop() == 0
            assert "-" in house.log.read_text(), "the one-time code is told"


class TestSettings:
    def test_a_key_nobody_knows(self, tmp_path: Path) -> None:
        (tmp_path / "bbs.toml").write_text('colour = "red"\n')
        line = line_of(tmp_path, code=2)
        assert "colour" in line

    def test_no_toml_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "bbs.toml").write_text("host = \n")
        line = line_of(tmp_path, code=2)
        assert "bbs.toml" in line
        assert "line 1" in line

    @pytest.mark.parametrize("name", ["telnet_host", "log_level", "registration"])
    def test_a_value_that_cannot_be(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "bbs.toml").write_text(f"{name} = 7\n")
        assert name in line_of(tmp_path, code=2)

    def test_a_port_that_cannot_be(self, tmp_path: Path) -> None:
        assert "port" in line_of(tmp_path, "--telnet-port", "70000", code=(1, 2))

    def test_the_environment(self, tmp_path: Path) -> None:
        assert "ssh_profile" in line_of(tmp_path, code=2, BBS_SSH_PROFILE="lax")

    @pytest.mark.parametrize("flags", [("--colour", "red"), ("--host",), ("extra",), ("--demo=1",)])
    def test_a_bad_flag(self, tmp_path: Path, flags: tuple[str, ...]) -> None:
        done = refused_start(tmp_path / "new", "--telnet-port", "off", *flags)
        assert done.returncode == 2
        assert flags[0].lstrip("-").partition("=")[0] in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "new").exists(), "nothing was made"

    def test_workers_on_sqlite(self, tmp_path: Path) -> None:
        assert "PostgreSQL" in line_of(tmp_path, "--workers", "4", code=2)

    def test_an_address_of_no_database(self, tmp_path: Path) -> None:
        line_of(tmp_path, "--database-url", "mysql://x", code=2)


class TestPorts:
    @pytest.mark.parametrize("flag", ["--ssh-port", "--telnet-port"])
    def test_busy(self, tmp_path: Path, busy_port: int, flag: str) -> None:
        line = line_of(tmp_path, flag, str(busy_port), code=1)
        assert str(busy_port) in line
        assert "in use" in line

    def test_not_an_address_of_this_machine(self, tmp_path: Path) -> None:
        assert "203.0.113.9" in line_of(tmp_path, "--host", "203.0.113.9", code=1)


class TestDataDirectory:
    def test_in_use_by_another_server(self, tmp_path: Path) -> None:
        with HouseProcess(tmp_path / "data") as house:
            line = line_of(house.data, code=(1, 2, 5))
            assert "in use" in line
            assert house.process is not None
            assert str(house.process.pid) in line
            assert house.process.poll() is None, "the first one goes on"

    def test_a_file_in_its_place(self, tmp_path: Path) -> None:
        place = tmp_path / "data"
        place.write_text("mine")
        assert str(place) in line_of(place, code=1)
        assert place.read_text() == "mine"

    def test_not_writable(self, tmp_path: Path) -> None:
        if os.geteuid() != 0:
            data = tmp_path / "data"
            data.mkdir(mode=0o500)
            assert str(data) in line_of(data, code=1)
            return
        if not _others_may_run():
            pytest.skip("root may write everywhere, and nobody else may run the program from here")
        place = Path("/var/lib")  # nobody may not write there
        assert str(place) in line_of(place, code=1, user=NOBODY)

    def test_a_database_that_is_none(self, tmp_path: Path) -> None:
        junk = os.urandom(20_000)
        (tmp_path / "mingtan.db").write_bytes(junk)
        line = line_of(tmp_path, code=1)
        assert "mingtan.db" in line or "database" in line.lower()
        assert (tmp_path / "mingtan.db").read_bytes() == junk, "left as it was"

    def test_a_database_of_somebody_else(self, tmp_path: Path) -> None:
        path = tmp_path / "mingtan.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
        other.close()
        before = path.read_bytes()
        line_of(tmp_path, code=1)
        assert path.read_bytes() == before, "left as it was"

    def test_a_database_of_a_newer_program(self, tmp_path: Path, demo_data: Path) -> None:
        path = tmp_path / "mingtan.db"
        shutil.copyfile(demo_data / "mingtan.db", path)
        newer = sqlite3.connect(path)
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
        newer.close()
        before = path.read_bytes()
        line = line_of(tmp_path, code=1)
        assert "9999" in line
        assert "newer" in line
        assert path.read_bytes() == before, "left as it was"

    def test_a_host_key_that_others_may_read_or_that_is_broken(self, tmp_path: Path) -> None:
        (tmp_path / "host_keys").mkdir()
        (tmp_path / "host_keys" / "ssh_host_ed25519_key").write_text("no key\n")
        line = line_of(tmp_path, code=1)
        assert "ssh_host_ed25519_key" in line
        assert (tmp_path / "host_keys" / "ssh_host_ed25519_key").read_text() == "no key\n"
