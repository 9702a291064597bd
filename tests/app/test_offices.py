"""officers and office list|history|appoint|dismiss, as people and scripts use them."""

from __future__ import annotations

from tests.app.conftest import Desk


async def test_the_stream_by_command(desk: Desk) -> None:
    for number in range(3):
        await desk.run("lin", f"post secretary --title T{number} --json", stdin=f"Word {number}.")
    page = (await desk.run("reed", "officers --posts --limit 2 --json")).document
    assert [(item["title"], item["board"], item["official"]["name"]) for item in page["items"]] == [
        ("T2", "secretary", "林若溪"),
        ("T1", "secretary", "林若溪"),
    ]
    rest = (await desk.run("reed", f"officers --posts --after {page['next']} --json")).document
    assert ([item["title"] for item in rest["items"]], rest["next"]) == (["T0"], None)
    one = (await desk.run("reed", "officers --office secretary --json")).document
    assert (one["office"]["slug"], len(one["items"])) == ("secretary", 3)
    assert (await desk.run("reed", "officers --office union --json")).document["items"] == []
    assert (await desk.run("reed", "officers --office nowhere --json")).error == "office.not_found"
    assert "Word 2." in (await desk.run("reed", "officers --posts")).out
    assert (await desk.run("reed", "officers --json")).document["items"][0]["slug"] == "secretary"


async def test_an_office_remembers_who_held_it(desk: Desk) -> None:
    appoint = "office appoint secretary tang --name 唐文 --title 常务副书记 --json"
    assert (await desk.run("chief", appoint)).error == "appointment.held"
    assert (await desk.run("chief", "office dismiss secretary lin --yes")).code == 0
    assert (await desk.run("chief", appoint)).code == 0
    assert (await desk.run("chief", appoint)).error == "appointment.exists"
    found = (await desk.run("guest", "office history secretary --json")).document["items"]
    assert [(item["real_name"], item["ended_at"] is None) for item in found] == [("唐文", True), ("林若溪", False)]
    assert "林若溪" in (await desk.run("reed", "office history secretary")).out
    dates = "--from 2030-01-02 --to 2030-01-01"
    wrong = f"office appoint union gao --name 高原 --title 主席 {dates} --json"
    assert (await desk.run("chief", wrong)).error == "appointment.dates"
    assert (await desk.run("reed", "office appoint union gao --name 高原 --title 主席 --json")).error == "access.denied"
