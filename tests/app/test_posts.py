"""Commands about posts and threads that are there."""

from __future__ import annotations

import pytest

from tests.app.conftest import Desk


async def begin(desk: Desk, name: str = "reed", title: str = "Soup") -> tuple[int, int]:
    """The numbers of a new thread in `life` and of its post."""
    made = await desk.run(name, ["post", "life", "--title", title, "--json"], stdin=f"Is it hot? {title}")
    assert made.code == 0, made.err
    return made.document["post"]["thread"], made.document["post"]["id"]


async def test_push_is_said_shown_and_taken_back(desk: Desk) -> None:
    thread, post = await begin(desk)
    said = await desk.run("plum", ["push", str(post), "agree", "--words", "三号楼也是", "--json"])
    assert said.document["push"]["words"] == "三号楼也是"
    assert (said.document["post"]["agrees"], said.document["post"]["pushes"][0]["author"]) == (1, "plum")
    assert (await desk.run("plum", f"thread {thread} --json")).document["thread"]["votes"] == 1
    assert "/t/" in (await desk.run("keeper", f"push {post} disagree")).out
    assert (await desk.run("plum", f"push {post} remove --json")).document == {"removed": True}
    assert (await desk.run("plum", f"push {post} remove --json")).document == {"removed": False}
    assert (await desk.run("plum", f"thread {thread} --json")).document["thread"]["votes"] == -1


@pytest.mark.parametrize(
    ("name", "command", "code", "error"),
    [
        ("plum", "push {post} note --json", 2, "push.empty"),
        ("plum", "push {post} maybe --json", 2, "command.choice"),
        ("plum", "push 999 agree --json", 4, "post.not_found"),
        ("reed", "push {post} agree --json", 5, "push.own"),
        ("lin", "push {post} agree --json", 3, "access.denied"),
        ("guest", "push {post} agree --json", 3, "access.denied"),
        ("plum", "post withdraw {post} --json", 3, "access.denied"),
        ("plum", "post hide {post} --reason x --json", 3, "access.denied"),
        ("keeper", "post hide {post} --reason ' ' --json", 2, "hide.no_reason"),
        ("plum", "post history {post} --revision 7 --json", 4, "revision.not_found"),
        ("plum", "thread retitle {thread} --title x --json", 3, "access.denied"),
        ("plum", "thread lock {thread} --json", 3, "access.denied"),
        ("reed", "thread helpful {thread} 9 --json", 2, "helpful.floor"),
    ],
)
async def test_refusals(desk: Desk, name: str, command: str, code: int, error: str) -> None:
    thread, post = await begin(desk)
    ran = await desk.run(name, command.format(post=post, thread=thread))
    assert (ran.code, ran.error) == (code, error)


async def test_a_post_is_changed_withdrawn_and_its_history_shown(desk: Desk) -> None:
    _, post = await begin(desk)
    assert (await desk.run("reed", f"post edit {post} --json", stdin="Is it warm?")).document["post"]["revision"] == 2
    listed = await desk.run("plum", f"post history {post} --json")
    assert [(one["number"], one["current"]) for one in listed.document["items"]] == [(2, True), (1, False)]
    assert (await desk.run("plum", f"post history {post} --revision 1")).out == "Is it hot? Soup\n"
    assert (await desk.run("reed", f"post withdraw {post} --json")).document["post"]["withdrawn"] is True
    assert (await desk.run("plum", f"post history {post} --json")).code == 4
    assert (await desk.run("reed", f"post withdraw {post} --undo --json")).document["post"]["withdrawn"] is False


async def test_moderators_hide_pin_lock_and_retitle(desk: Desk) -> None:
    thread, post = await begin(desk)
    assert (await desk.run("keeper", ["post", "hide", str(post), "--reason", "names a colleague"])).code == 0
    shown = await desk.run("plum", f"thread {thread} --json")
    assert (shown.document["items"][0]["hidden"], shown.document["items"][0]["body"]) == (True, "")
    assert (await desk.run("keeper", f"post restore {post}")).code == 0
    for word, field in (("pin", "pinned"), ("lock", "locked")):
        assert (await desk.run("keeper", f"thread {word} {thread} --json")).document["thread"][field] is True
        assert (await desk.run("keeper", f"thread {word} {thread} --off --json")).document["thread"][field] is False
    made = await desk.run("keeper", ["thread", "retitle", str(thread), "--title", "Hot soup", "--json"])
    assert made.document["thread"]["title"] == "Hot soup"


async def test_the_opener_marks_an_answer(desk: Desk) -> None:
    thread, _ = await begin(desk)
    assert (await desk.run("plum", f"reply {thread}", stdin="It is.")).code == 0
    assert (await desk.run("reed", f"thread helpful {thread} 2 --json")).document["thread"]["helpful_floor"] == 2
    off = await desk.run("reed", f"thread helpful {thread} 2 --off --json")
    assert off.document["thread"]["helpful_floor"] is None


async def test_a_withdrawn_post_says_so_in_words(desk: Desk) -> None:
    thread, post = await begin(desk)
    await desk.run("reed", f"post withdraw {post}")
    assert "withdrawn by its author" in (await desk.run("plum", f"thread {thread}")).out


async def test_a_poll_is_shown_and_voted_in(desk: Desk) -> None:
    thread, _ = await begin(desk)
    assert (await desk.run("plum", f"poll {thread} --json")).error == "poll.none"
    reed = await desk.actor("reed")
    await desk.house.forum.polls.make(reed, thread, "Which?", ("rice", "面条"), many=True)
    voted = await desk.run("plum", ["poll", str(thread), "--vote", "1 2", "--json"])
    assert (voted.document["poll"]["mine"], voted.document["poll"]["voters"]) == ([1, 2], 1)
    assert "面条" in (await desk.run("keeper", f"poll {thread}")).out
    assert (await desk.run("plum", f"poll {thread} --vote x --json")).error == "poll.choice"
    assert (await desk.run("plum", f"poll {thread} --vote 0 --json")).document["poll"]["voters"] == 0


async def test_a_post_is_copied_into_another_board(desk: Desk) -> None:
    thread, post = await begin(desk)
    made = await desk.run("plum", ["crosspost", str(post), "ink", "--words", "See this.", "--json"])
    assert made.document["copy_of"] == post
    assert made.document["post"]["body"].startswith(f"See this.\n\n> /t/{thread}#1  reed")
    copy = made.document["post"]["thread"]
    assert (await desk.run("reed", f"thread {copy} --json")).document["thread"]["copy_of"] == post
    for name, command, code, error in (
        ("keeper", f"crosspost {post} ink", 5, "crosspost.there"),
        ("keeper", f"crosspost {post} life", 2, "crosspost.same_board"),
        ("keeper", f"crosspost {post} secretary", 3, "access.denied"),
        ("keeper", "crosspost 999 ink", 4, "post.not_found"),
        ("guest", f"crosspost {post} ink", 4, "board.not_found"),
    ):
        ran = await desk.run(name, f"{command} --json")
        assert (ran.code, ran.error) == (code, error)


async def test_a_moderator_moves_a_thread(desk: Desk) -> None:
    thread, _ = await begin(desk)
    for name, command, code, error in (
        ("plum", f"thread move {thread} ink --reason x", 3, "access.denied"),
        ("keeper", f"thread move {thread} ink --reason ' '", 2, "hide.no_reason"),
        ("keeper", f"thread move {thread} life --reason x", 2, "move.same"),
        ("keeper", f"thread move {thread} secretary --reason x", 3, "access.denied"),
        ("keeper", f"thread move {thread} nowhere --reason x", 4, "board.not_found"),
    ):
        ran = await desk.run(name, f"{command} --json")
        assert (ran.code, ran.error) == (code, error)
    moved = await desk.run("keeper", ["thread", "move", str(thread), "ink", "--reason", "about a book", "--json"])
    assert moved.document["thread"]["board"] == "ink"
    assert "thread.move" in (await desk.run("plum", "register show")).out


async def test_a_poll_is_asked(desk: Desk) -> None:
    thread, _ = await begin(desk)
    ask = ["poll", str(thread), "--question", "Which?", "--option", "rice", "--option=面条", "--many", "--days", "7"]
    assert (await desk.run("plum", [*ask, "--json"])).error == "access.denied"
    assert (await desk.run("reed", f"poll {thread} --question Which? --option one --json")).error == "poll.options"
    made = (await desk.run("reed", [*ask, "--json"])).document["poll"]
    assert [one["text"] for one in made["choices"]] == ["rice", "面条"]
    assert (made["many"], made["open_names"], bool(made["closes_at"])) == (True, False, True)
    assert (await desk.run("reed", [*ask, "--json"])).error == "poll.exists"
