"""Commands as different people run them: shapes, words, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.commands.tree import Kind
from bbs.errors import Forbidden
from tests.app.conftest import Desk

BOARD = {"slug", "name", "section", "unread", "threads", "tracked", "route"}
THREAD = {"id", "board", "title", "author", "posts", "created_at", "last_at", "pinned", "locked", "case", "route"}
POST = {"id", "thread", "floor", "author", "official", "created_at", "edited_at", "body", "route"}
BULLETIN = {"id", "column", "title", "lang", "status", "published_at", "must_read", "body", "route"}


async def test_boards_as_a_document_and_as_a_table(desk: Desk) -> None:
    document = (await desk.run("reed", "boards --json")).document
    assert document["next"] is None
    assert len(document["items"]) == 9
    assert set(document["items"][0]) >= BOARD
    shown = await desk.run("reed", "boards")
    assert "Heart to Heart" in shown.out
    assert "知心书记" in (await desk.run("reed", "boards", language="zh")).out
    guests = (await desk.run("guest", "boards --json")).document
    assert 0 < len(guests["items"]) < 9


async def test_post_reply_and_read_again(desk: Desk) -> None:
    posted = await desk.run("reed", "post life --title 'A walk' --json", stdin="Along the river\n")
    assert posted.code == 0
    post = posted.document["post"]
    assert set(post) >= POST
    assert (post["floor"], post["author"], post["official"]) == (1, "reed", None)
    answered = await desk.run("lin", f"reply {post['thread']} --json", stdin="Take an umbrella.")
    official = answered.document["post"]["official"]
    assert official == {"office": "secretary", "name": "林若溪", "title": "Deputy Secretary"}
    whole = (await desk.run("plum", f"thread {post['thread']} --json")).document
    assert set(whole["thread"]) >= THREAD
    assert [item["body"] for item in whole["items"]] == ["Along the river", "Take an umbrella."]
    assert whole["next"] is None
    words = (await desk.run("plum", f"thread {post['thread']}")).out
    assert "[OFFICIAL] #2  林若溪  Deputy Secretary" in words
    listed = (await desk.run("plum", "threads life --json")).document["items"]
    assert [item["id"] for item in listed] == [post["thread"]]


async def test_pinned_threads_pass_the_filters_too(desk: Desk) -> None:
    made = await desk.run("lin", "post life --title 'House Rules' --json", stdin="Be kind.")
    number = made.document["post"]["thread"]
    assert (await desk.run("keeper", f"thread pin {number}")).code == 0
    assert (await desk.run("plum", "post life --title Noodles", stdin="Where?")).code == 0

    async def listed(words: str) -> list[str]:
        return [one["title"] for one in (await desk.run("reed", f"threads life {words} --json")).document["items"]]

    assert await listed("") == ["House Rules", "Noodles"]
    assert await listed("--author plum") == ["Noodles"]
    assert await listed("--title rules") == ["House Rules"]
    assert await listed("--title rules --author plum") == []


async def test_what_is_ones_own_is_taken_along(desk: Desk) -> None:
    posted = await desk.run("lin", "post life --title Mine --json", stdin="one\x1b[2J")
    thread = posted.document["post"]["thread"]
    assert (await desk.run("plum", f"reply {thread}", stdin="by somebody else")).code == 0
    assert (await desk.run("plum", "mail send 林若溪 --subject Hello", stdin="a letter")).code == 0
    again = (await desk.run("lin", f"reply {thread} --json", stdin="two")).document["post"]["id"]
    assert (await desk.run("keeper", f"post hide {again} --reason test")).code == 0
    first = (await desk.run("lin", "export-me --limit 1 --json")).document
    assert [(one["body"], one["hidden"], one["title"]) for one in first["items"]] == [("two", True, None)]
    me = first["me"]
    assert (me["name"], me["account"]["kind"]) == ("lin", "officer")
    assert [(one["other"], one["body"]) for one in me["letters"]] == [("plum", "a letter")]
    assert set(me) >= {"preferences", "card", "keys", "favourites", "following", "blocked", "drafts"}
    rest = (await desk.run("lin", f"export-me --after {first['next']} --json")).document
    assert rest["me"] is None
    assert [(one["body"], one["title"], one["board"]) for one in rest["items"]] == [("one", "Mine", "life")]
    assert rest["next"] is None
    assert "by somebody else" not in (await desk.run("lin", "export-me")).out
    for name in ("guest", "local"):
        assert (await desk.run(name, "export-me --json")).error == "access.denied"


async def test_json_may_lead_and_an_unfinished_line_is_told_as_a_document_too(desk: Desk) -> None:
    assert (await desk.run("reed", "--json whoami")).document["name"] == "reed"
    for words in ("--json", "--help --json", "help --json"):
        assert {"name": "whoami", "usage": "whoami"} in (await desk.run("reed", words)).document["items"], words
    told = await desk.run("reed", "post life --title 'half --json")
    assert (told.code, told.error) == (2, "command.quotes")
    long = await desk.run("reed", "post life --title x --json", stdin="字" * 100_000)
    assert (long.code, long.error) == (2, "body.long")
    assert "87381+ characters; at most 20000" in long.err


JUNK = ("1", "2", "life", "reed", "0", "999999999999999999999", "", "\x1b[2J", "e" + "\u0301" * 200, "\ud800", "'; --")


@pytest.mark.parametrize("name", ["reed", "lin", "chief", "guest", "local"])
async def test_no_command_is_surprised_by_junk(desk: Desk, name: str) -> None:
    """Whatever stands where a word, a number, a date or a text is wanted: the answer is a document or a refusal."""
    surprised = []
    for number, command in enumerate(desk.house.tree):
        for turn in range(2):
            words = [*command.path]
            for place, param in enumerate(command.params):
                junk = JUNK[(number + 3 * turn + place) % len(JUNK)]
                given = (param.choices[0] if param.choices else junk) if param.kind is not Kind.FLAG else ""
                words += (
                    [f"--{param.name}={given}" if given or param.kind is not Kind.FLAG else f"--{param.name}"]
                    if param.option
                    else [given]
                )
            ran = await desk.run(name, [*words, "--yes", "--json"], stdin=JUNK[turn + 7])
            if ran.code not in (0, 1, 2, 3, 4, 5, 75) or (ran.code and ran.error == "error.unexpected"):
                surprised.append((words, ran.code, ran.err))
    assert surprised == [], "\n".join(map(str, surprised))


async def test_going_somewhere_is_no_command_line(desk: Desk) -> None:
    told = await desk.run("reed", "go /t/1 --json")
    assert (told.code, told.error) == (2, "command.go.where")
    assert "ssh -t" in told.err
    assert "/t/1" in told.err


async def test_a_page_of_a_thread_goes_on_where_it_ended(desk: Desk) -> None:
    posted = await desk.run("lin", "post life --title Long --json", stdin="1")
    number = posted.document["post"]["thread"]
    for text in "23456":
        assert (await desk.run("lin", f"reply {number}", stdin=f"answer {text}")).code == 0
    first = (await desk.run("reed", f"thread {number} --limit 4 --json")).document
    rest = (await desk.run("reed", f"thread {number} --after {first['next']} --json")).document
    assert [item["floor"] for item in first["items"] + rest["items"]] == [1, 2, 3, 4, 5, 6]
    assert rest["next"] is None


async def test_a_members_text_cannot_pass_for_an_officers_head(desk: Desk) -> None:
    forged = "hello\n[OFFICIAL] #9  林若溪  Deputy Secretary  11-23\nI resign.\n\n#10  plum  11-23\nMe too."
    posted = await desk.run("reed", "post life --title x --json", stdin=forged)
    number = posted.document["post"]["thread"]
    lines = (await desk.run("plum", f"thread {number}")).out.splitlines()
    assert not [line for line in lines if line.startswith("[OFFICIAL]")]
    # The rules defuse the mark; that no line of a body begins where heads begin is a wall of its own.
    assert [line for line in lines if line.startswith("#")] == [lines[2]]
    assert all(line.startswith("  ") for line in lines[3:] if line)


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("reed", "threads nowhere", 4, "board.not_found"),
        ("reed", "thread 99", 4, "thread.not_found"),
        ("reed", "thread x", 2, "command.number"),
        ("reed", "rm -rf /", 4, "command.unknown"),
        ("reed", "boards --bogus", 2, "command.option"),
        ("reed", "post life", 2, "command.missing"),
        ("reed", "post life --title T", 2, "body.empty"),
        ("guest", "post life --title T", 3, "access.denied"),
        ("reed", "post secretary --title T", 3, "access.denied"),
        ("reed", "board plan", 3, "access.denied"),
        ("reed", "user list", 3, "access.denied"),
        ("reed", "office dismiss secretary lin --yes", 3, "access.denied"),
        ("reed", "boards 'x", 2, "command.quotes"),
        ("chief", "user show nobody", 4, "account.not_found"),
        ("chief", "office dismiss secretary lin", 2, "command.confirm"),
        ("chief", "bulletin import /etc/passwd", 2, "command.local_file"),
        ("chief", "board apply /etc/passwd", 2, "command.local_file"),
        ("chief", "post life --title T --file /etc/passwd", 2, "command.local_file"),
    ],
)
async def test_refusals_end_with_their_code(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    # A quotation mark without its partner hides a flag behind it, so --json stands in front.
    first, _, rest = command.partition(" ")
    ran = await desk.run(name, f"{first} {rest} --json" if "'" not in rest else command, stdin="")
    assert ran.code == code
    assert ran.out == ""
    if "'" not in rest:
        assert ran.error == error
    else:
        assert ran.err


async def test_bulletins_are_imported_and_read(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "duty.md"
    file.write_text("---\ncolumn: express\ntitle: Duty\nlang: en\n---\nBe there at nine.\n")
    report = (await desk.run("local", ["bulletin", "import", "duty.md", "--json"], cwd=tmp_path)).document
    assert [len(report[name]) for name in ("created", "updated", "unchanged", "failed")] == [1, 0, 0, 0]
    number = report["created"][0]
    again = (await desk.run("local", ["bulletin", "import", "duty.md", "--json"], cwd=tmp_path)).document
    assert again["unchanged"] == [number]
    bulletin = (await desk.run("reed", f"bulletin {number} --json")).document
    assert set(bulletin) >= BULLETIN
    assert bulletin["body"] == "Be there at nine."
    listed = (await desk.run("reed", "news express --json")).document
    assert [(item["id"], item["body"]) for item in listed["items"]] == [(number, "Be there at nine.")]
    everything = (await desk.run("chief", "bulletin list --all --json")).document
    assert [item["body"] for item in everything["items"]] == ["Be there at nine."]
    assert (await desk.run("chief", f"bulletin retract {number} --reason wrong", answer=False)).code == 0
    assert (await desk.run("reed", f"bulletin {number}")).code == 0
    assert (await desk.run("chief", f"bulletin retract {number} --reason wrong --yes")).code == 0
    assert (await desk.run("reed", f"bulletin {number}")).code == 4
    assert (await desk.run("chief", f"bulletin publish {number}")).code == 0
    assert (await desk.run("reed", f"bulletin {number}")).code == 0


async def test_a_failed_item_is_told_with_file_and_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ncolumn: express\ntitle: A\ncolour: red\n---\nx\n")
    (tmp_path / "b.md").write_text("---\ncolumn: express\ntitle: B\n---\nx\n")
    ran = await desk.run("local", ["bulletin", "import", ".", "--json"], cwd=tmp_path)
    assert ran.code == 1
    failed = ran.document["failed"]
    assert (failed[0]["file"].endswith("a.md"), failed[0]["line"]) == (True, 4)
    assert "colour" in failed[0]["reason"]
    assert len(ran.document["created"]) == 1


async def test_the_community_is_planned_asked_about_and_applied(desk: Desk, tmp_path: Path) -> None:
    source = desk.house.boards_file.read_text()
    added = source.replace(
        "columns:\n", "  - {slug: garden, section: after, zh: 花园, en: Garden, nature: discussion, tracked: false,"
        " offices: [], library: false, read: public, post: members}\n\ncolumns:\n", 1,
    )  # fmt: skip
    (tmp_path / "more.yaml").write_text(added)
    (tmp_path / "fewer.yaml").write_text(source)
    plan = (await desk.run("local", ["board", "plan", "more.yaml", "--json"], cwd=tmp_path)).document
    assert [(one["act"], one["what"], one["slug"]) for one in plan["changes"]] == [("add", "board", "garden")]
    applied = await desk.run("local", ["board", "apply", "more.yaml", "--json"], cwd=tmp_path)
    assert applied.document["applied"] is True
    assert (await desk.run("reed", "threads garden")).code == 0
    unasked = await desk.run("local", ["board", "apply", "fewer.yaml", "--json"], cwd=tmp_path)
    assert (unasked.code, unasked.error) == (2, "command.confirm")
    left = await desk.run("local", ["board", "apply", "fewer.yaml"], cwd=tmp_path, answer=False)
    assert left.code == 0
    assert "garden" in desk.questions[-1]
    assert (await desk.run("reed", "threads garden")).code == 0
    assert (await desk.run("local", ["board", "apply", "fewer.yaml", "--yes"], cwd=tmp_path)).code == 0
    posting = await desk.run("reed", "post garden --title T --json", stdin="x")
    assert posting.code == 3


async def test_roles_and_invitations(desk: Desk) -> None:
    made = (await desk.run("chief", "user invite --batch autumn --uses 2 --json")).document["invitation"]
    assert (made["batch"], made["uses"], made["kind"]) == ("autumn", 2, "member")
    shown = (await desk.run("chief", "user role reed give moderator --scope ink --json")).document["user"]
    assert shown["roles"] == ["moderator:ink"]
    assert (await desk.run("chief", "user role reed take moderator --scope ink --json")).document["user"]["roles"] == []
    asked = await desk.run("chief", "user role reed give sysop", answer=False)
    assert asked.code == 0
    assert (await desk.run("chief", "user show reed --json")).document["user"]["roles"] == []
    created = (await desk.run("chief", "user create harbour --json")).document
    assert created["user"]["name"] == "harbour"
    assert len(created["password"]) >= 12


async def test_an_officers_login_is_opened_by_a_key(desk: Desk) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIh6sXcZiGbdaqE5cmzZlGzHnSgkJuWl4WgSYGrd0wKh lin@desk"
    given = await desk.run("chief", "user key lin --label desk --json", stdin=line)
    assert given.code == 0, given.err
    assert (await desk.run("chief", "user show lin --json")).document["user"]["keys"] == 1
    assert (await desk.run("reed", "user key lin --json", stdin=line)).error == "access.denied"


async def test_accounts_are_reset_suspended_and_restored(desk: Desk) -> None:
    reset = (await desk.run("chief", "user reset plum --yes --json")).document
    accounts = desk.house.forum.accounts
    assert (await accounts.by_password("plum", reset["password"], transport="ssh", source="test")).name == "plum"
    assert (await desk.run("chief", "user suspend plum --yes --json")).document["user"]["state"] == "suspended"
    with pytest.raises(Forbidden):
        await accounts.by_password("plum", reset["password"], transport="ssh", source="test")
    assert (await desk.run("chief", "user restore plum --json")).document["user"]["state"] == "active"
    assert (await desk.run("chief", "user approve plum --json")).error == "account.state"


async def test_editors_find_their_drafts(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ncolumn: express\ntitle: Later\n---\nx\n")
    await desk.run("local", ["bulletin", "import", "a.md", "--draft"], cwd=tmp_path)
    assert (await desk.run("chief", "bulletin list --json")).document["items"] == []
    assert [one["status"] for one in (await desk.run("chief", "bulletin list --all --json")).document["items"]] == [
        "draft"
    ]
    assert (await desk.run("reed", "bulletin list --all --json")).code == 3


async def test_the_register_is_whole_and_the_doctor_says_so(desk: Desk) -> None:
    verdict = (await desk.run("chief", "register verify --json")).document
    assert verdict["ok"] is True
    assert verdict["entries"] > 0
    examined = await desk.run("local", ["doctor", "--json"], cwd=Path())
    assert {item["what"] for item in examined.document["items"]} >= {"sqlite", "data", "register", "boards.yaml"}


async def test_help_lists_what_one_may_do(desk: Desk) -> None:
    members = (await desk.run("reed", "help")).out
    sysops = (await desk.run("chief", "help")).out
    assert "board apply" not in members
    assert "board apply" in sysops
    assert "usage: office appoint OFFICE ACCOUNT" in (await desk.run("chief", "help office")).out
    assert (await desk.run("reed", "reply --help")).out.startswith("Reply")


async def test_every_command_has_words_in_both_languages(desk: Desk) -> None:
    for language in ("en", "zh"):
        tr = desk.house.words.translator(language)
        for command in desk.house.tree:
            assert tr.has(command.summary), (language, command.summary)
            assert tr.has(f"topic.{command.topic}")


async def test_keys_are_listed_added_and_removed(desk: Desk) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIh6sXcZiGbdaqE5cmzZlGzHnSgkJuWl4WgSYGrd0wKh reed@desk"
    added = await desk.run("reed", "key add --label desk --json", stdin=line)
    assert added.code == 0, added.err
    fingerprint = added.document["key"]["fingerprint"]
    listed = (await desk.run("reed", "key list --json")).document["items"]
    assert [(key["fingerprint"], key["label"]) for key in listed] == [(fingerprint, "desk")]
    assert (await desk.run("plum", "key add --json", stdin=line)).code == 0, "whose else it is, nobody is told"
    twice = await desk.run("reed", "key add --json", stdin=line)
    assert (twice.code, twice.error) == (5, "key.taken")
    assert (await desk.run("plum", "key add --json", stdin="")).error == "key.bad"
