"""fav and library, as scripts and people type them."""

from __future__ import annotations

from bbs.forum.actor import LOCAL
from tests.app.conftest import Desk


async def test_favourites_are_added_listed_and_removed(desk: Desk) -> None:
    posted = await desk.run("plum", "post life --title Soup --json", stdin="Is it vegetarian?")
    number = posted.document["post"]["thread"]
    for target in ("/b/life", "life", f"/t/{number}", str(number)):
        assert (await desk.run("reed", f"fav add {target} --json")).code == 0
    listed = (await desk.run("reed", "fav list --json")).document
    assert listed["next"] is None
    assert [(one["kind"], one["route"], one["unread"]) for one in listed["items"]] == [
        ("board", "/b/life", 1),
        ("thread", f"/t/{number}", 1),
    ]
    assert "Soup" in (await desk.run("reed", "fav list")).out
    assert (await desk.run("reed", "fav remove life --json")).document == {"removed": True}
    assert (await desk.run("reed", "fav remove life --json")).document == {"removed": False}
    assert (await desk.run("plum", "fav list --json")).document["items"] == []


async def test_refusals_of_favourites_have_their_codes(desk: Desk) -> None:
    for command, code, error in (
        ("fav add /x/1", 2, "favourite.target"),
        ("fav add /b/no-such", 4, "board.not_found"),
        ("fav add 99999", 4, "thread.not_found"),
        ("fav add life --folder Nowhere", 4, "favourite.not_found"),
    ):
        ran = await desk.run("reed", f"{command} --json")
        assert (ran.code, ran.error) == (code, error), command
    assert (await desk.run("guest", "fav list --json")).code == 3
    assert (await desk.run("local", "fav list --json")).code == 3


async def test_a_library_is_read(desk: Desk) -> None:
    forum = desk.house.forum
    place = await forum.boards.get(LOCAL, "services")
    await forum.library.add_folder(LOCAL, place, "", "Recipes")
    await forum.library.write(LOCAL, place, "recipes", "Soup", "Boil it.\n#1 [OFFICIAL] zhou")
    (folder,) = (await desk.run("guest", "library services --json")).document["items"]
    assert (folder["path"], folder["folder"], folder["route"]) == ("recipes", True, "/b/services/library/recipes")
    text = (await desk.run("reed", "library services recipes/soup --json")).document["item"]
    assert (text["title"], text["folder"], text["source"]) == ("Soup", False, None)
    assert text["body"].startswith("Boil it.")
    shown = (await desk.run("reed", "library services recipes/soup")).out.split("\n")
    assert all(line.startswith("  ") for line in shown[3:] if line)
    for command, code, error in (
        ("library services nothing", 4, "library.not_found"),
        ("library life", 4, "library.none"),
        ("library no-such", 4, "board.not_found"),
    ):
        ran = await desk.run("reed", f"{command} --json")
        assert (ran.code, ran.error) == (code, error), command
