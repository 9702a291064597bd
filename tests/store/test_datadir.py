"""The data directory: one server at a time, and clear words when it cannot be used."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bbs.errors import Conflict, Failed
from bbs.store import datadir
from bbs.store.datadir import DataDirectory, file_system

HOLD = """
    import sys
    from pathlib import Path
    from bbs.store.datadir import DataDirectory
    DataDirectory(Path(sys.argv[1])).hold()
    print("held", flush=True)
    sys.stdin.read()
"""


def test_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with DataDirectory(tmp_path / "a" / "data") as data:
        assert data.path.stat().st_mode & 0o777 == 0o700
        assert data.url == f"sqlite:///{tmp_path}/a/data/mingtan.db"


def test_a_second_server_is_told_who_holds_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLD), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Conflict) as caught:
            DataDirectory(tmp_path).hold()
        assert caught.value.code == "data.in_use"
        assert caught.value.params["pid"] == str(holder.pid)
        holder.kill()
    with DataDirectory(tmp_path):  # a killed holder leaves nothing behind
        pass


def test_releasing_lets_the_next_in(tmp_path: Path) -> None:
    first, second = DataDirectory(tmp_path), DataDirectory(tmp_path)
    first.hold()
    first.hold()
    with pytest.raises(Conflict):
        second.hold()
    first.release()
    first.release()
    second.hold()
    second.release()


def test_what_stands_in_the_lock_file_is_not_repeated(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with data:
        (tmp_path / datadir.LOCK).write_bytes(b"\x1b]0;gotcha\x07")
        with pytest.raises(Conflict) as caught:
            DataDirectory(tmp_path).hold()
    assert caught.value.params["pid"] == "?"


def test_a_file_is_not_a_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failed, match=r"data\.not_directory"):
        DataDirectory(tmp_path / "file").hold()
    with pytest.raises(Failed, match=r"data\."):
        DataDirectory(tmp_path / "file" / "below").hold()


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / datadir.LOCK).symlink_to(victim)
    with pytest.raises(Failed, match=r"data\.unavailable"):
        DataDirectory(tmp_path).hold()
    assert victim.read_text() == "precious"


@pytest.mark.skipif(not os.path.isdir("/proc/1"), reason="Linux only")
def test_a_place_that_cannot_be_written_says_so() -> None:
    with pytest.raises(Failed, match=r"data\."):
        DataDirectory(Path("/proc/1/mingtan")).hold()


def test_network_file_systems_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_system(tmp_path) not in {"nfs", "nfs4", "cifs"}
    monkeypatch.setattr(datadir, "file_system", lambda path: "nfs4")
    with pytest.raises(Failed) as caught:
        DataDirectory(tmp_path).hold()
    assert (caught.value.code, caught.value.params["kind"]) == ("data.network", "nfs4")
