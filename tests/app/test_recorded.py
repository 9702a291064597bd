"""Every act of a sysop, moderator or officer by command is entered in the register, or it stands here why it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bbs.forum.actor import LOCAL
from bbs.forum.proof import register
from bbs.forum.proof.sshsig import POSTS
from tests.app.conftest import Desk
from tests.support.keys import make_pair

RECORDED: Final[dict[str, tuple[str, ...]]] = {
    "board apply": ("board.apply",),
    "bulletin publish": ("bulletin.publish",),
    "bulletin retract": ("bulletin.retract",),
    "office appoint": ("office.appoint",),
    "office dismiss": ("office.dismiss",),
    "officer-post": ("post.official",),
    "post hide": ("post.hide",),
    "post restore": ("post.restore",),
    "thread lock": ("thread.lock",),
    "thread pin": ("thread.pin",),
    "thread retitle": ("thread.retitle",),
    "user approve": ("account.approve",),
    "user create": ("account.create",),
    "user invite": ("account.invite",),
    "user key": ("account.key", "office.key"),
    "user reset": ("account.password",),
    "user restore": ("account.restore",),
    "user role": ("account.role",),
    "user suspend": ("account.suspend",),
}
"""Commands, and the kinds of entries each leaves."""

NOT_RECORDED: Final = {
    "bulletin import": "what a script brings in stands in its column with its source; taking it back is recorded",
    "officer-post prepare": "nothing is written",
}
"""Commands that leave no entry, and why that is right."""

READING: Final = frozenset(["list", "show", "plan", "doctor", "verify", "export", "history"])
"""Last words of commands that change nothing."""

OF_MODERATORS: Final = frozenset(
    {"post hide", "post restore", "thread lock", "thread pin", "thread retitle", "officer-post", "officer-post prepare"}
)
"""Commands listed with members' that are used on what others wrote, or in office."""


ROOMS: Final = {"live": "interviews", "case": "cases"}
"""First words of commands whose acts are recorded by a room or modules of another name."""

NO_ACTS: Final = frozenset({"leader"})
"""First words of commands with which a person of rights reads, or asks as every member may."""


def test_every_act_is_declared(desk: Desk) -> None:
    """A new command of sysops says here what it leaves in the register, and the test below that it does.

    Commands of a room of its own (`digest draft`) are recorded by the room's modules, which its own tests look at.
    """
    acts = {
        command.name
        for command in desk.house.tree
        if (command.topic != "member" or command.name in OF_MODERATORS) and command.path[-1] not in READING
    }
    ours = {name.split(" ")[0] for name in (*RECORDED, *NOT_RECORDED)}
    assert {name for name in acts if name.split(" ")[0] in ours} == RECORDED.keys() | NOT_RECORDED.keys()
    forum = Path(register.__file__).parents[1]
    for room in {name.split(" ")[0] for name in acts} - ours - NO_ACTS:
        name = ROOMS.get(room, room)
        modules = [*forum.rglob(f"{name}*.py"), *(forum / name).glob("*.py")]
        assert any("register.append(" in path.read_text() for path in modules), f"{room}: nothing is recorded"


async def test_what_is_declared_is_left(desk: Desk, tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    seen: dict[str, tuple[str, ...]] = {}

    async def act(name: str, command: str, line: str, stdin: str = "") -> None:
        before = len(await desk.house.forum.register.entries(LOCAL, limit=500))
        done = await desk.run(name, f"{command} {line} --yes", stdin=stdin)
        assert done.code == 0, (command, done.err)
        entries = (await desk.house.forum.register.entries(LOCAL, limit=500))[before:]
        assert {entry.actor for entry in entries} == {name}
        seen[command] = (*seen.get(command, ()), *(entry.kind for entry in entries))

    async def made(name: str, line: str, stdin: str) -> int:
        return int((await desk.run(name, f"{line} --json", stdin=stdin)).document["post"]["id"])

    number = await made("reed", "post life --title Tea", "Green or red?")
    await act("keeper", "post hide", f"{number} --reason off-topic")
    await act("keeper", "post restore", str(number))
    await act("keeper", "thread lock", "1")
    await act("keeper", "thread pin", "1")
    await desk.run("keeper", "thread lock 1 --off")
    await act("keeper", "thread retitle", "1 --title 茶")
    await act("chief", "user create", "gao --kind officer --key", pair.line)
    await act("chief", "user key", "gao", make_pair(tmp_path, "other").line)
    await act("chief", "office appoint", "union gao --name 高原 --title 主席")
    text = (await desk.run("gao", "officer-post prepare --thread 1", stdin="Red.")).out
    await act("gao", "officer-post", "--sig -", text + pair.sign(text, POSTS))
    await act("chief", "office dismiss", "union gao")
    await act("chief", "user invite", "--batch spring")
    await act("chief", "user reset", "plum")
    await act("chief", "user suspend", "plum")
    await act("chief", "user restore", "plum")
    await act("chief", "user role", "plum give moderator --scope life")
    item = "---\nid: duty\ntitle: Duty\ncolumn: express\n---\nBy phone.\n"
    brought = await desk.run("chief", "bulletin import - --draft --format markdown --json", stdin=item)
    (bulletin,) = brought.document["created"]
    await act("chief", "bulletin publish", f"{bulletin}")
    await act("chief", "bulletin retract", f"{bulletin} --reason wrong")
    assert {name: tuple(dict.fromkeys(kinds)) for name, kinds in seen.items() if name in RECORDED} == {
        name: kinds for name, kinds in RECORDED.items() if name in seen
    } | {"user create": ("account.create", "office.key")}
    assert RECORDED.keys() - seen.keys() == {"board apply", "user approve"}  # tests/forum look at these two
    assert (await desk.house.forum.register.verify(LOCAL)).ok
