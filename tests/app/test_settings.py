"""Settings come from defaults, the file, the environment and flags, later over earlier."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.app.cli import serve_flags, take_apart
from bbs.app.settings import SETTINGS_FILE, load_settings
from bbs.errors import Invalid


def write(data: Path, text: str) -> None:
    (data / SETTINGS_FILE).write_text(text)


def test_later_sources_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'host = "10.0.0.1"\nssh_port = 1\ntelnet_port = 2\n')
    monkeypatch.setenv("BBS_SSH_PORT", "3")
    monkeypatch.setenv("BBS_TELNET_PORT", "off")
    settings = load_settings({"data": tmp_path, "ssh_port": "4"})
    assert settings.host == "10.0.0.1"
    assert settings.ssh_port == 4
    assert settings.telnet_port == "off"


def test_the_data_directory_of_the_environment_has_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 'log_level = "error"\n')
    monkeypatch.setenv("BBS_DATA", str(tmp_path))
    assert load_settings({}).log_level == "error"


def test_both_hosts_are_this_machine_until_told_otherwise() -> None:
    settings = load_settings({})
    assert (settings.host, settings.telnet_host) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('hosst = "x"\n', "hosst"),
        ("ssh_port = 70000\n", "ssh_port"),
        ("workers = 0\n", "workers"),
        ("ssh_port = \n", SETTINGS_FILE),
        ('telnet_port = "on"\n', "telnet_port"),
        ('ssh_profile = "loose"\n', "ssh_profile"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, text: str, name: str) -> None:
    write(tmp_path, text)
    with pytest.raises(Invalid) as raised:
        load_settings({"data": tmp_path})
    assert raised.value.code in ("settings.bad", "settings.unknown")
    assert raised.value.params["name"] == name


def test_a_misspelt_variable_is_told_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_SSH_PROT", "22")
    with pytest.raises(Invalid) as raised:
        load_settings({})
    assert (raised.value.code, raised.value.params["known"]) == ("settings.unknown", "ssh_port")
    monkeypatch.delenv("BBS_SSH_PROT")
    monkeypatch.setenv("BBS_TEST_DATABASE_URL", "postgresql:///")
    load_settings({})


def test_the_store_is_in_the_data_directory_unless_a_url_is_given(tmp_path: Path) -> None:
    assert load_settings({"data": tmp_path}).url == f"sqlite:///{tmp_path / 'mingtan.db'}"
    settings = load_settings({"data": tmp_path, "database_url": "postgresql://x/y"})
    assert settings.url == "postgresql://x/y"
    assert not settings.is_sqlite


def test_common_flags_stand_anywhere_before_the_double_dash() -> None:
    line = take_apart(["boards", "--data", "d", "--json", "--language=zh"])
    assert line.words == ["boards", "--json"]
    assert line.flags == {"data": "d"}
    assert line.language == "zh"
    assert take_apart(["post", "--", "--data", "d"]).words == ["post", "--", "--data", "d"]
    with pytest.raises(Invalid):
        take_apart(["boards", "--data"])


def test_serve_takes_its_flags_and_refuses_others() -> None:
    assert serve_flags(["--ssh-port", "0", "--telnet-port=off", "--demo"]) == {
        "ssh_port": "0",
        "telnet_port": "off",
        "demo": True,
    }
    for words in (["--shh-port", "1"], ["--ssh-port"], ["now"]):
        with pytest.raises(Invalid):
            serve_flags(words)
