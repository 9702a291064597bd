"""verify, officer-post and the register's commands, as people type them."""

from __future__ import annotations

import base64
import io
import json
import tarfile
from pathlib import Path

from bbs.app.house import open_house
from bbs.app.settings import load_settings
from bbs.forum.actor import LOCAL, Duty
from bbs.forum.proof.sshsig import HEADS, POSTS
from bbs.store.database import Event
from tests.app.conftest import WORDS, Desk
from tests.support.keys import accepts, make_pair


async def official(desk: Desk, body: str = "The canteen opens at half past six.") -> int:
    done = await desk.run("lin", 'post secretary --title "早餐 Breakfast" --json', stdin=body)
    return int(done.document["post"]["id"])


async def test_verify_says_in_words_and_in_json(desk: Desk) -> None:
    number = await official(desk)
    said = await desk.run("reed", f"verify {number}")
    assert (said.code, "signature holds" in said.out, "This post is what was signed." in said.out) == (0, True, True)
    document = (await desk.run("guest", f"verify {number} --json")).document
    assert (document["ok"], [one["by"] for one in document["signatures"]]) == (True, ["forum"])
    assert document["register"]["ok"]
    assert "相符" in (await desk.run("reed", f"verify {number}", language="zh")).out
    shown = await desk.run("reed", f"thread {document['post']['thread']}")
    assert "[OFFICIAL]" in shown.out
    assert "  signed\n" in shown.out
    for line, code in (("verify 999 --json", "post.not_found"), ("verify x --json", "command.number")):
        assert (await desk.run("reed", line)).error == code
    plain = await desk.run("reed", "post life --title Tea --json", stdin="Green?")
    assert (await desk.run("reed", f"verify {plain.document['post']['id']} --json")).error == "proof.not_official"


async def test_a_bundle_over_ssh_and_on_the_machine(desk: Desk, tmp_path: Path) -> None:
    number = await official(desk)
    packed = (await desk.run("guest", f"verify {number} --bundle -")).out
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed))) as archive:
        archive.extractall(tmp_path / "ssh", filter="data")
    assert accepts(tmp_path / "ssh", "post.txt", "forum", POSTS)
    assert accepts(tmp_path / "ssh", "head.txt", "forum", HEADS)
    assert (await desk.run("reed", f"verify {number} --bundle there --json")).error == "command.local_file"
    done = await desk.run("local", f"verify {number} --bundle there", cwd=tmp_path)
    assert (done.code, "README.txt" in done.out) == (0, True)
    assert accepts(tmp_path / "there", "post.txt", "forum", POSTS)
    files = (await desk.run("reed", f"verify {number} --bundle - --json")).document["bundle"]
    assert files["post.txt"] == (tmp_path / "ssh" / "post.txt").read_text()


async def test_an_officer_signs_at_home_and_posts(desk: Desk, tmp_path: Path) -> None:
    pair = make_pair(tmp_path)
    await desk.run("lin", "key add", stdin=pair.line)
    text = (await desk.run("lin", 'officer-post prepare secretary --title "早餐"', stdin="六点半。\n\n  early  \n")).out
    assert text.startswith("mingtan-statement v1\n")
    assert text.endswith("\n\n六点半。\n\n  early\n")
    sent = await desk.run("lin", "officer-post --sig - --json", stdin=text + pair.sign(text, POSTS))
    number = sent.document["post"]["id"]
    said = await desk.run("reed", f"verify {number}")
    assert (said.code, "The officer's own signature holds" in said.out) == (0, True)
    wrong = await desk.run("lin", "officer-post --sig - --json", stdin=text + pair.sign(text + "x", POSTS))
    assert wrong.error == "signature.wrong"
    for line, code in (
        ("officer-post prepare --json", "statement.where"),
        ("officer-post prepare secretary --thread 1 --title x --json", "statement.where"),
        ("officer-post --json", "command.missing"),
    ):
        assert (await desk.run("lin", line)).error == code
    for name in ("reed", "chief", "guest"):
        assert (await desk.run(name, "officer-post --sig - --json")).error == "access.denied"


async def test_an_answer_signed_at_home_answers_the_case(desk: Desk, tmp_path: Path) -> None:
    """The same act as from the desk: whoever was faster is named to the other, whose text is still in their file."""
    forum, pairs = desk.house.forum, {}
    for name, real, duty in (
        ("zhou", "周明", Duty.HOLDER),
        ("wen", "文远", Duty.DEPUTY),
        ("bai", "白露", Duty.LIAISON),
    ):
        await forum.officers.appoint(
            LOCAL, "administration", name, real_name=real, title_zh="司长", title_en="Director", duty=duty
        )
        pairs[name] = make_pair(tmp_path, name)
        await desk.run(name, "key add", stdin=pairs[name].line)
    made = await desk.run("reed", "case open services --title Soup --json", stdin="Cold.")
    await desk.run("plum", "case open services --title Bread --json", stdin="Hard.")
    case, thread = made.document["case"]["id"], made.document["case"]["thread"]
    told: list[Event] = []
    forum.listen(("case.changed",), told.append)

    async def signed(name: str, writer: str, body: str) -> str:
        text = (await desk.run(writer, f"officer-post prepare --case {case}", stdin=body)).out
        assert (text.startswith("mingtan-answer v1\n"), f"\ncase: {case}\nchange: 0\n" in text) == (True, True)
        return text + pairs[name].sign(text, POSTS)

    first, second = await signed("wen", "wen", "It is hot."), await signed("zhou", "bai", "Hot from Monday.")
    elsewhere = first.partition("-----BEGIN")[0].replace(f"case: {case}\n", f"case: {case + 1}\n")
    post = "officer-post --sig - --json"
    assert (
        await desk.run("wen", post, stdin=elsewhere + pairs["wen"].sign(elsewhere, POSTS))
    ).error == "case.not_found"
    assert (await desk.run("bai", post, stdin=second)).error == "access.denied"
    assert told == []
    sent = await desk.run("zhou", post, stdin=second)
    assert (await desk.run("zhou", post, stdin=second)).document == sent.document  # twice is once
    late = await desk.run("wen", post, stdin=first)
    assert (late.code, late.error, "周明" in late.err) == (5, "case.meanwhile", True)
    view = (await desk.run("plum", f"case {case} --json")).document
    assert (view["case"]["state"], view["case"]["assignee"], view["case"]["answered_floor"]) == ("answered", "周明", 2)
    assert view["steps"][-1]["facts"] == {"post": sent.document["post"]["id"], "floor": 2}
    assert [event.payload["act"] for event in told] == ["answer"]
    assert len((await desk.run("plum", f"thread {thread} --json")).document["items"]) == 2
    proof = (await desk.run("plum", f"verify {sent.document['post']['id']} --json")).document
    assert (proof["ok"], [one["by"] for one in proof["signatures"]]) == (True, ["forum", "officer"])
    closed = await desk.run("reed", "case open services --title Tea --private --json", stdin="Cold too.")
    private = closed.document["case"]["id"]
    for name, line, code in (
        ("zhou", f"officer-post prepare --case {case}", "case.is_answered"),
        ("zhou", f"officer-post prepare --case {private}", "statement.private"),
        ("zhou", f"officer-post prepare --case {case} --thread {thread}", "statement.where"),
        ("lin", f"officer-post prepare --case {case}", "case.not_yours"),
        ("zhou", "officer-post prepare --case 999", "case.not_found"),
        ("reed", f"officer-post prepare --case {case}", "access.denied"),
    ):
        assert (line, (await desk.run(name, f"{line} --json", stdin="Words.")).error) == (line, code)


async def test_heads_kept_elsewhere_are_held_against_the_register(desk: Desk, tmp_path: Path) -> None:
    await official(desk)
    kept = (await desk.run("reed", "register export --heads")).out
    assert [json.loads(line)["seq"] for line in kept.splitlines()] != []
    whole = await desk.run("chief", "register verify --heads - --json", stdin=kept)
    assert (whole.code, whole.document["ok"], whole.document["heads"]) == (0, True, 1)
    (tmp_path / "heads.jsonl").write_text(kept)
    assert (await desk.run("local", "register verify --heads heads.jsonl", cwd=tmp_path)).code == 0
    assert (await desk.run("chief", "register verify --heads -", stdin="x")).code == 2
    assert (await desk.run("local", ["register", "verify", "--heads", "nowhere"], cwd=tmp_path)).code == 1
    head = json.loads(kept.splitlines()[0])
    ahead = json.dumps({**head, "seq": head["seq"] + 5})
    assert (await desk.run("chief", "register verify --heads - --json", stdin=ahead)).document["ok"] is False
    entries = (await desk.run("reed", "register export")).out.splitlines()
    assert json.loads(entries[-1])["kind"] == "post.official"


async def test_the_signing_key_is_made_once_and_the_doctor_looks_at_it(desk: Desk, tmp_path: Path) -> None:
    key = tmp_path / "data" / "signing" / "forum_ed25519_key"
    assert key.stat().st_mode & 0o777 == 0o600
    items = (await desk.run("local", "doctor --json", cwd=tmp_path)).document["items"]
    assert [item["health"] for item in items if item["what"] == "signing key"] == ["good"]
    key.chmod(0o644)
    items = (await desk.run("local", "doctor --json", cwd=tmp_path)).document["items"]
    assert [item["health"] for item in items if item["what"] == "signing key"] == ["bad"]
    key.chmod(0o600)
    before = desk.house.forum.proofs.fingerprint
    await desk.house.close()
    again = await open_house(load_settings({"data": tmp_path / "data"}), WORDS)
    assert again.forum.proofs.fingerprint == before
    await again.close()
    database = (tmp_path / "data" / "mingtan.db").read_bytes()
    assert b"OPENSSH PRIVATE KEY" not in database
