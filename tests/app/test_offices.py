"""officers and office list|history|appoint|dismiss, as people and scripts use them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bbs.forum.actor import LOCAL, Duty
from bbs.forum.proof.sshsig import POSTS
from bbs.text.when import ManualClock
from tests.app.conftest import Desk
from tests.support.keys import make_pair


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


async def test_what_goes_wrong_in_an_office_is_told_in_both_languages(desk: Desk, tmp_path: Path) -> None:
    """In words that say what is the matter, and nothing is written."""
    forum = desk.house.forum
    for name, real, duty in (("zhou", "周明", Duty.HOLDER), ("wen", "文远", Duty.DEPUTY)):
        await forum.officers.appoint(
            LOCAL, "administration", name, real_name=real, title_zh="司长", title_en="Director", duty=duty
        )
    lins, strangers = make_pair(tmp_path, "lin"), make_pair(tmp_path, "stranger")
    await desk.run("lin", "key add", stdin=lins.line)
    numbers = []
    for name, title in (("reed", "Soup"), ("plum", "Tea")):
        made = await desk.run(name, f"case open services --title {title} --json", stdin=f"Cold {title}.")
        numbers.append(made.document["case"]["id"])
    closed, taken = numbers
    for line in (f"case answer {closed}", f"case close {closed} explained", f"case take {taken}"):
        assert (await desk.run("zhou", line, stdin="Hot.")).code == 0
    text = (await desk.run("lin", "officer-post prepare secretary --title Lifts", stdin="They run.")).out
    other = (await desk.run("lin", "officer-post prepare secretary --title Lifts", stdin="They stand.")).out
    appoint = "office appoint {} {} --name 唐文 --title 书记"
    post = "officer-post --sig -"
    wrong = (
        ("chief", appoint.format("secretary", "tang"), "", 5, "林若溪", "林若溪"),
        (
            "chief",
            f"{appoint.format('union', 'gao')} --from 2030-01-02 --to 2030-01-01",
            "",
            2,
            "after it begins",
            "晚于开始",
        ),
        ("zhou", f"case answer {closed}", "Again.", 5, "closed", "办结"),
        ("wen", f"case answer {taken} --change 0", "Mine.", 5, "周明", "周明"),
        ("lin", post, text + strangers.sign(text, POSTS), 3, "key", "密钥"),
        ("lin", post, text + lins.sign(other, POSTS), 2, "signature", "签名"),
        ("lin", post, text, 2, "unchanged", "原样"),
    )
    before = await forum.register.entries(LOCAL, limit=500)
    for who, line, stdin, code, english, chinese in wrong:
        for language, word in (("en", english), ("zh", chinese)):
            done = await desk.run(who, line, stdin=stdin, language=language)
            assert (line, done.code, word in done.err, done.out) == (line, code, True, ""), done.err
    forum.statements._clock = ManualClock(forum.clock.now() - timedelta(hours=1))  # a clock that was set back
    for language, word in (("en", "in the future"), ("zh", "将来")):
        done = await desk.run("lin", post, stdin=text + lins.sign(text, POSTS), language=language)
        assert (done.code, word in done.err) == (5, True)
    assert await forum.register.entries(LOCAL, limit=500) == before
