"""What an SSH session may ask for, driven by a real OpenSSH client where there is one."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import asyncssh
import pexpect
import pytest

from bbs.servers.facts import LARGEST, SMALLEST, TRUE_COLOUR
from bbs.servers.limits import Limits
from bbs.terminal.canvas import Size
from bbs.terminal.link import Link
from tests.servers.conftest import House, Opener
from tests.support.waiting import PATIENCE, soon, until

ssh_needed = pytest.mark.skipif(shutil.which("ssh") is None, reason="OpenSSH client not installed")
plink_needed = pytest.mark.skipif(shutil.which("plink") is None, reason="plink not installed")


class Ssh:
    """Runs the real client against a house."""

    def __init__(self, house: House, directory: Path) -> None:
        self._house = house
        self._directory = directory

    def words(self, *arguments: str, user: str = "guest", identity: asyncssh.SSHKey | None = None) -> list[str]:
        options = {
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": str(self._directory / "known_hosts"),
            "GlobalKnownHostsFile": "/dev/null",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "LogLevel": "ERROR",
        }
        if identity is not None:
            path = self._directory / "id"
            path.write_bytes(identity.export_private_key("openssh"))
            path.chmod(0o600)
            options["IdentityFile"] = str(path)
        flags = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        return ["ssh", "-F", "/dev/null", *flags, "-p", str(self._house.ssh_port), "-l", user, *arguments]

    async def run(
        self, *arguments: str, stdin: bytes = b"", user: str = "guest", identity: asyncssh.SSHKey | None = None
    ) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *self.words(*arguments, user=user, identity=identity),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await soon(process.communicate(stdin))
        return process.returncode or 0, out.decode(), err.decode()

    def spawn(
        self, *arguments: str, user: str = "guest", size: tuple[int, int] = (24, 80), term: str = "xterm"
    ) -> pexpect.spawn[bytes]:
        command, *rest = self.words(*arguments, user=user)
        return pexpect.spawn(
            command, rest, dimensions=size, timeout=PATIENCE, env={"TERM": term, "PATH": "/usr/bin:/bin"}
        )


@pytest.fixture
def ssh(house: House, tmp_path: Path) -> Ssh:
    if shutil.which("ssh") is None:
        pytest.skip("OpenSSH client not installed")
    return Ssh(house, tmp_path)


async def expect(client: pexpect.spawn[Any], pattern: str) -> None:
    await asyncio.to_thread(client.expect, pattern)


async def test_real_client_in_a_terminal(house: House, ssh: Ssh) -> None:
    client = ssh.spawn("127.0.0.1", size=(30, 90))
    await expect(client, "hello guest xterm 90x30")
    client.send("a")
    await expect(client, "<a>")
    client.setwinsize(40, 120)
    visit = await house.visit()
    await until(lambda: visit.sizes == [Size(120, 40)])
    client.send("q")
    await expect(client, "bye")
    await asyncio.to_thread(client.wait)
    assert client.exitstatus == 0


@plink_needed
async def test_plink_in_a_terminal(house: House) -> None:
    port = str(house.ssh_port)
    client = pexpect.spawn(
        "plink", ["-ssh", "-t", "-P", port, "guest@127.0.0.1"], timeout=PATIENCE, env={"HOME": str(house.datadir)}
    )
    await expect(client, "Store key in cache")
    client.sendline("n")
    if await asyncio.to_thread(lambda: client.expect(["begin session", "hello guest"])) == 0:
        client.sendline("")
        await expect(client, "hello guest")
    client.send("x")
    await expect(client, "<x>")
    client.send("q")
    await expect(client, "bye")
    await asyncio.to_thread(client.wait)


async def test_commands_print_and_end_with_a_code(house: House, ssh: Ssh) -> None:
    key = house.member("plum")
    assert await ssh.run("127.0.0.1", "boards --json", user="plum", identity=key) == (0, "plum: boards --json\n", "")
    assert await ssh.run("127.0.0.1", "fail", user="plum", identity=key) == (4, "", "no such board\n")
    assert house.errands[0].actor.name == "plum"


async def test_standard_input_arrives_whole(ssh: Ssh) -> None:
    text = "行一\n" * 20_000
    code, out, _ = await ssh.run("127.0.0.1", "cat", stdin=text.encode())
    assert (code, out) == (0, text)


async def test_standard_input_has_an_end(ssh: Ssh) -> None:
    code, _, err = await ssh.run("127.0.0.1", "cat", stdin=b"x" * (1024 * 1024 + 5))
    assert code == 2
    assert "1,048,576" in err


async def test_a_crash_is_one_line_with_a_number(house: House, ssh: Ssh) -> None:
    code, out, err = await ssh.run("127.0.0.1", "crash")
    assert (code, out) == (1, "")
    assert "written down under number" in err
    assert "Traceback" not in err


async def test_shell_syntax_means_nothing(house: House, ssh: Ssh) -> None:
    for command in ("ls; id", "$(id)", "a\nb", "`id`"):
        code, out, _ = await ssh.run("127.0.0.1", command)
        assert (code, out) == (0, f"guest: {command}\n")
    assert (await ssh.run("127.0.0.1", "x" * 20_000))[0] != 0
    assert len(house.errands) == 4


async def test_no_terminal_no_command(ssh: Ssh) -> None:
    code, out, err = await ssh.run("-T", "127.0.0.1")
    assert (code, out) == (2, "")
    assert "ssh -t" in err


async def test_plain_mode_where_it_is_offered(open_house: Opener, tmp_path: Path) -> None:
    async def plain(
        link: Link, actor: object, *, terminal: bool, language: str | None, route: str | None = None
    ) -> None:
        typed = bytearray()
        done = asyncio.Event()

        class Lines:
            def received(self, data: bytes) -> None:
                typed.extend(data)
                if typed.endswith(b"\x04"):
                    done.set()

            def resized(self, size: Size) -> None: ...

            def writable(self) -> None: ...

            def lost(self) -> None:
                done.set()

        link.attach(Lines())
        link.write(f"at {route} ".encode())
        await done.wait()
        link.write(b"read " + bytes(typed[:-1]))

    house = await open_house(doors={"run_plain": plain})
    if shutil.which("ssh") is None:
        pytest.skip("OpenSSH client not installed")
    ssh = Ssh(house, tmp_path)
    assert await ssh.run("-T", "127.0.0.1", stdin=b"b\n") == (0, "at None read b\n", "")
    assert await ssh.run("-T", "127.0.0.1", "go", "/t/12", stdin=b"b\n") == (0, "at /t/12 read b\n", "")
    dumb = ssh.spawn("-t", "127.0.0.1", "go", "/t/12", term="dumb")
    await expect(dumb, "at /t/12 ")
    dumb.send("b\x04")
    await expect(dumb, "read b")
    await asyncio.to_thread(dumb.wait)
    assert not house.errands
    assert not house.visits


async def test_go_and_admin_open_screens(house: House, ssh: Ssh) -> None:
    for words, route in ((["go", "/t/1234"], "/t/1234"), (["go"], None), (["admin"], "admin")):
        client = ssh.spawn("-t", "127.0.0.1", *words)
        await expect(client, "hello guest")
        assert house.visits[-1].route == route
        client.send("q")
        await expect(client, "bye")
        await asyncio.to_thread(client.wait)
    assert not house.errands


async def test_forwarding_of_every_kind_is_refused(house: House, ssh: Ssh, tmp_path: Path) -> None:
    refused = [
        ("-R", "0:127.0.0.1:22"),
        ("-R", f"{tmp_path}/sock:127.0.0.1:22"),
        ("-w", "0:0"),
    ]
    for flags in refused:
        code, _, err = await ssh.run("-o", "ExitOnForwardFailure=yes", *flags, "127.0.0.1", "boards")
        assert code == 255, (flags, err)
    code, out, err = await ssh.run("-W", "127.0.0.1:1", "127.0.0.1")
    assert code == 255
    assert "forwarding failed" in err
    async with await house.connect("guest") as conn:
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.open_connection("127.0.0.1", house.telnet_port)
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.open_unix_connection("/tmp/x")
        with pytest.raises(asyncssh.ChannelListenError):
            await conn.forward_remote_port("127.0.0.1", 0, "127.0.0.1", 22)
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.start_sftp_client()
    for flag in ("-A", "-X", "-Y"):
        code, out, err = await ssh.run(flag, "127.0.0.1", "boards")
        assert (code, out) == (0, "guest: boards\n"), (flag, err)


async def test_dynamic_and_local_ports_lead_nowhere(house: House, ssh: Ssh) -> None:
    """The client listens on its own machine; what comes through is refused by us."""
    async with await house.connect("guest") as conn:
        forwarder = await conn.forward_local_port("127.0.0.1", 0, "127.0.0.1", house.telnet_port)
        reader, writer = await asyncio.open_connection("127.0.0.1", forwarder.get_port())
        assert await soon(reader.read(100)) == b""
        writer.close()
        forwarder.close()


async def test_subsystems_are_refused(ssh: Ssh) -> None:
    for name in ("sftp", "netconf", "x" * 1000):
        code, out, _ = await ssh.run("-s", "127.0.0.1", name)
        assert code != 0
        assert out == ""


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ((0, 0), Size(80, 24)),
        ((1, 1), SMALLEST),
        ((65535, 65535), LARGEST),
        ((2**32 - 1, 2**32 - 1), LARGEST),
        ((132, 50), Size(132, 50)),
    ],
)
async def test_sizes_are_clamped(house: House, asked: tuple[int, int], got: Size) -> None:
    async with await house.connect("guest") as conn:
        await conn.create_process(term_type="xterm", term_size=asked)
        assert (await house.visit()).link.size == got


async def test_ten_thousand_resizes_are_few(house: House) -> None:
    async with await house.connect("guest") as conn:
        process = await conn.create_process(term_type="xterm", term_size=(80, 24))
        visit = await house.visit()
        for number in range(10_000):
            process.change_terminal_size(21 + number % 200, 30)
        process.change_terminal_size(111, 33)
        await until(lambda: visit.link.size == Size(111, 33))
        assert len(visit.sizes) < 40


async def test_a_terminal_type_is_only_a_name(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for number, term in enumerate(("\x1b]0;x\x07", "a b", "x" * 33)):
        async with await house.connect("guest") as conn:
            await conn.create_process(term_type=term, term_size=(80, 24))
            assert (await house.visit(number)).link.term == "dumb"
    assert "\x1b" not in caplog.text


async def test_environment_tells_colour_language_and_encoding(house: House) -> None:
    async with await house.connect("guest") as conn:
        environment = {"LANG": "zh_CN.GB18030", "COLORTERM": "truecolor", "LD_PRELOAD": "/x", "PATH": "/y"}
        await conn.create_process(term_type="xterm-256color", env=environment)
        visit = await house.visit()
    assert (visit.language, visit.link.encoding, visit.link.colours) == ("zh", "gb18030", TRUE_COLOUR)


async def test_ten_thousand_variables_are_not_kept(house: House) -> None:
    async with await house.connect("guest") as conn:
        environment = {f"V{number}": "x" * 100 for number in range(2000)}
        result = await conn.run(
            "columns", env={**environment, "LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN"}, timeout=PATIENCE
        )
        assert result.stdout == "80 en\n"


async def test_a_command_in_a_terminal_gets_its_width_and_line_ends(house: House) -> None:
    async with await house.connect("guest") as conn:
        result = await conn.run("columns", term_type="xterm", term_size=(132, 40), encoding=None, timeout=PATIENCE)
        assert result.stdout == b"132 None\r\n"


async def test_typing_in_one_burst_arrives(house: House) -> None:
    async with await house.connect("guest") as conn:
        process = await conn.create_process(term_type="xterm", encoding=None)
        visit = await house.visit()
        process.stdin.write(b"x" * 1_000_000)
        reading = asyncio.ensure_future(process.stdout.read())
        await until(lambda: len(visit.typed) == 1_000_000)
        reading.cancel()


async def test_the_host_key_stays_and_is_private(house: House, open_house: Opener) -> None:
    from bbs.errors import Failed
    from bbs.servers.host_key import load_host_key

    directory = house.datadir / "host_keys"
    path = directory / "ssh_host_ed25519_key"
    assert path.stat().st_mode & 0o777 == 0o600
    first = load_host_key(directory)
    assert load_host_key(directory).public_data == first.public_data
    path.chmod(0o644)
    with pytest.raises(Failed, match=r"host_key_mode"):
        load_host_key(directory)
    path.chmod(0o600)
    path.write_bytes(b"nonsense")
    with pytest.raises(Failed, match=r"host_key_bad"):
        load_host_key(directory)


async def audit(house: House) -> tuple[int, dict[str, list[str]]]:
    """ssh-audit's exit code, and per kind of algorithm the names it calls failures."""
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("ssh-audit")),
        *("-j", "--skip-rate-test", "-p", str(house.ssh_port), "127.0.0.1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await soon(process.communicate())
    report = json.loads(out)
    failures = {
        kind: [item["algorithm"] for item in report[kind] if item.get("notes", {}).get("fail")]
        for kind in ("kex", "key", "enc", "mac")
    }
    assert err == b""
    return process.returncode or 0, failures


async def test_ssh_audit_finds_no_failures(house: House) -> None:
    code, failures = await audit(house)
    assert failures == {"kex": [], "key": [], "enc": [], "mac": []}
    assert code in {0, 2}


async def test_ssh_audit_is_silent_about_the_strict_profile(open_house: Opener) -> None:
    house = await open_house(settings={"strict": True})
    assert await audit(house) == (0, {"kex": [], "key": [], "enc": [], "mac": []})


async def test_effective_options(house: House) -> None:
    """What the connections use, read back: the library's own values are not good enough (H13)."""
    assert house.servers.ssh is not None
    options = house.servers.ssh.options
    assert b"chacha20-poly1305@openssh.com" not in options.encryption_algs
    assert not any(b"cbc" in name or b"3des" in name for name in options.encryption_algs)
    assert not any(b"sha1" in name or b"nistp" in name or b"group14" in name for name in options.kex_algs)
    assert all(name.endswith(b"-etm@openssh.com") for name in options.mac_algs)
    assert options.compression_algs == [b"none"]
    assert options.agent_forwarding is False
    assert options.x11_forwarding is False
    assert (options.gss_host, options.gss_kex, options.gss_auth) == (None, False, False)
    assert options.line_editor is False
    assert options.encoding is None
    assert options.login_timeout == 30
    assert (options.keepalive_interval, options.keepalive_count_max) == (30, 2)
    assert options.window == 64 * 1024
    assert options.version == b"Mingtan"
    assert options.host_based_auth is False
    assert options.rdns_lookup is False
    assert options.authorized_client_keys is None
    assert (options.sftp_factory, options.process_factory, options.session_factory) == (None, None, None)
    assert list(options.server_host_keys) == [b"ssh-ed25519"]


def test_asyncssh_is_the_one_that_was_read() -> None:
    """Read ssh_hardening.py against a new asyncssh before adding its version there."""
    from bbs.servers.ssh_hardening import CHECKED_VERSIONS

    assert asyncssh.__version__ in CHECKED_VERSIONS


async def test_command_lines_have_a_limit(open_house: Opener) -> None:
    house = await open_house(limits=Limits(command=10))
    async with await house.connect("guest") as conn:
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.run("x" * 11, timeout=PATIENCE)
        assert (await conn.run("columns", timeout=PATIENCE)).exit_status == 0
