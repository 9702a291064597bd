"""Official posts are signed, what is signed is what is shown, and stock OpenSSH agrees."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import delete, insert, select, update

from bbs.errors import BbsError, Conflict, Forbidden, Invalid, NotFound
from bbs.forum.actor import LOCAL, Actor, Duty
from bbs.forum.forum import Forum, Policy, open_forum
from bbs.forum.posts.posts import Post
from bbs.forum.proof import bundle, signedtext, sshsig
from bbs.forum.proof.proofs import HOLDS, Standing
from bbs.forum.proof.seal import load_seal
from bbs.forum.proof.sealing import UPTO
from bbs.store.database import Event, Tx
from bbs.store.tables import post, register_head, setting, signature, thread
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support.keys import KeyPair, accepts, make_pair, seal

BODY: Final = "下周一起食堂六点半开门。  \n\n> early shift\nTell us here if it does not work."


async def official(forum: Forum, actor: Actor, title: str = "食堂早餐", body: str = BODY) -> Post:
    board = await forum.boards.get(actor, "secretary")
    return await forum.threads.start(actor, board, title, body)


async def run(forum: Forum, *statements: Any) -> None:
    def unit(tx: Tx) -> None:
        for statement in statements:
            tx.connection.execute(statement)

    await forum.db.write(unit)


async def standing(forum: Forum, actor: Actor, number: int) -> Standing:
    found = await forum.threads.post(actor, number)
    _, where = await forum.threads.get(actor, found.thread)
    return (await forum.proofs.standings([found], {where.id: where.title}))[number]


@pytest.fixture
async def column(forum: Forum, people: People) -> Forum:
    """The forum with an officer's column."""
    await forum.db.write(_declare_column)
    await forum.community.load()
    return forum


def _declare_column(tx: Tx) -> None:
    from bbs.store.tables import board

    row = {"slug": "secretary", "section": "after", "zh": "知心书记", "en": "Heart to Heart", "nature": "officers"}
    tx.connection.execute(
        insert(board).values(**row, read="public", post="officers", offices=["secretary"], position=1)
    )
    tx.emit("community.changed")


@pytest.fixture
def lins_key(tmp_path: Path) -> KeyPair:
    """A key of lin's own machine."""
    return make_pair(tmp_path, "lin")


# The canonical text


def test_the_canonical_text_is_as_documented() -> None:
    where = signedtext.Where("明坛 Mingtan", "SHA256:abc")
    clock = ManualClock()
    text = signedtext.post_text(
        where,
        board="secretary",
        thread=12,
        post=34,
        floor=1,
        revision=2,
        written=clock.now(),
        revised=clock.now() + timedelta(minutes=1, microseconds=9),
        office="secretary",
        name="林若溪",
        title_zh="书记",
        title_en="Secretary",
        thread_title="cafe\u0301",
        body="a  \r\ne\u0301\u3000\n\n\n  b\n",
    )
    assert text == (
        "mingtan-post v1\nsite: 明坛 Mingtan\nforum: SHA256:abc\nboard: secretary\nthread: 12\npost: 34\nfloor: 1\n"
        "revision: 2\nwritten: 2026-01-01T00:00:00Z\nrevised: 2026-01-01T00:01:00Z\noffice: secretary\nname: 林若溪\n"
        "title-zh: 书记\ntitle-en: Secretary\nthread-title: caf\u00e9\n\na\n\u00e9\n\n\n  b\n"
    )
    assert signedtext.parse(text)["thread-title"] == "café"
    for wrong in (text + "\n", text.replace("\n", "\r\n"), text.replace("a\n", "a \n"), text[:-1], "", "x: y\n\nz"):
        with pytest.raises(Invalid, match=r"signed\.form"):
            signedtext.parse(wrong)


# The forum's signature


async def test_a_post_is_signed_when_it_is_posted(column: Forum, people: People) -> None:
    told: list[Event] = []
    column.listen(("post.signed",), told.append)
    made = await official(column, people.lin)
    assert [(event.payload["post"], event.payload["floor"]) for event in told] == [(made.id, 1)]
    assert await standing(column, people.reed, made.id) is Standing.SIGNED
    proof = await column.proofs.verify(people.guest, made.id)
    assert (proof.ok, proof.forum.reason, proof.own, proof.recorded.reason) == (True, HOLDS, None, HOLDS)
    assert proof.forum.fingerprint == seal().fingerprint
    assert proof.recorded.head is not None
    assert "lin\n" not in proof.forum.text


async def test_an_edit_a_retitling_and_a_reply_are_signed_anew(column: Forum, people: People) -> None:
    made = await official(column, people.lin)
    before = (await column.proofs.verify(people.reed, made.id)).forum.text
    await column.threads.edit(people.lin, made.id, "Half past six.")
    proof = await column.proofs.verify(people.reed, made.id)
    assert (proof.ok, "revision: 2" in proof.forum.text, proof.forum.text != before) == (True, True, True)
    await column.own.retitle(people.lin, made.thread, "早餐时间")
    await column.sealing.settle()
    proof = await column.proofs.verify(people.reed, made.id)
    assert (proof.ok, "thread-title: 早餐时间" in proof.forum.text) == (True, True)
    answer = await column.threads.reply(people.lin, made.thread, "It works.")
    assert await standing(column, people.reed, answer.id) is Standing.SIGNED
    assert (await column.register.verify(LOCAL)).ok


async def test_what_was_not_signed_when_the_server_died_is_signed_at_the_next_start(
    column: Forum, people: People, clock: ManualClock, policy: Policy
) -> None:
    dead = await open_forum(column.db, clock, policy)  # a server without its key signs nothing
    made = [await official(dead, people.lin, f"第 {number} 条") for number in range(30)]
    await column.sealing.settle()
    await run(column, delete(signature), delete(register_head), delete(setting).where(setting.c.name == UPTO))
    column.proofs._good.clear()
    assert await standing(column, people.reed, made[0].id) is Standing.UNSIGNED
    again = await open_forum(column.db, clock, policy, seal())
    await again.sealing.settle()
    assert {await standing(column, people.reed, one.id) for one in made} == {Standing.SIGNED}
    assert (await column.proofs.verify(people.reed, made[29].id)).ok
    await again.close()
    await dead.close()


FORGERIES: Final[dict[str, dict[str, Any]]] = {
    "the body": {"body": BODY + "!"},
    "the name": {"official_name": "周明"},
    "the title": {"official_title_en": "Director"},
    "the floor": {"floor": 7},
    "the revision": {"revision": 3},
}


async def test_a_forged_post_is_not_shown_as_signed(column: Forum, people: People) -> None:
    made = await official(column, people.lin)
    other = await official(column, people.lin, "另一条", "Something else.")
    assert await standing(column, people.reed, made.id) is Standing.SIGNED  # and remembered
    kept = await column.db.read(
        lambda tx: dict(tx.connection.execute(select(post).where(post.c.id == made.id)).one()._mapping)
    )
    for name, changes in FORGERIES.items():
        await run(column, update(post).where(post.c.id == made.id).values(**changes))
        assert (name, await standing(column, people.reed, made.id)) == (name, Standing.BROKEN)
        proof = await column.proofs.verify(people.reed, made.id)
        assert (name, proof.forum.reason) == (name, "proof.other_text")
        await run(column, update(post).where(post.c.id == made.id).values(**kept))
    await run(column, update(thread).where(thread.c.id == made.thread).values(title="别的"))
    assert await standing(column, people.reed, made.id) is Standing.BROKEN
    await run(column, update(thread).where(thread.c.id == made.thread).values(title="食堂早餐"))
    assert await standing(column, people.reed, made.id) is Standing.SIGNED
    # Another post's signature is not this one's.
    row = await column.db.read(
        lambda tx: tx.connection.execute(select(signature).where(signature.c.post_id == other.id)).one()
    )
    theirs = {name: row._mapping[name] for name in ("signed", "armored")}
    await run(column, update(signature).where(signature.c.post_id == made.id).values(**theirs))
    column.proofs._good.clear()
    assert await standing(column, people.reed, made.id) is Standing.BROKEN


async def test_a_signature_by_any_other_key_or_for_anything_else_is_refused(
    column: Forum, people: People, tmp_path: Path
) -> None:
    made = await official(column, people.lin)
    text = (await column.proofs.verify(people.reed, made.id)).forum.text
    stranger = make_pair(tmp_path, "stranger")
    public = base64.b64decode(stranger.line.split()[1])
    cases: list[tuple[dict[str, Any], str]] = [
        ({"armored": seal().sign(text, "file")}, "proof.namespace"),
        ({"armored": seal().sign(text + "x", sshsig.POSTS)}, "proof.wrong"),
        ({"armored": "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"}, "proof.bad"),
        ({"armored": stranger.sign(text, sshsig.POSTS)}, "proof.foreign_key"),
        ({"armored": stranger.sign(text, sshsig.POSTS), "public": public}, "proof.foreign_key"),
        ({"signed": text.replace("\n", "\r\n")}, "proof.wrong"),
    ]
    kept = {"signed": text, "armored": seal().sign(text, sshsig.POSTS), "public": seal().public}
    mine = update(signature).where(signature.c.post_id == made.id)
    for changes, reason in cases:
        await run(column, mine.values(**{**kept, **changes}))
        proof = await column.proofs.verify(people.reed, made.id)
        assert (reason, proof.ok) == (proof.forum.reason, False)
    await run(column, mine.values(**kept))
    assert (await column.proofs.verify(people.reed, made.id)).ok


async def test_a_key_the_forum_had_before_still_holds(
    column: Forum, people: People, clock: ManualClock, policy: Policy, tmp_path: Path
) -> None:
    made = await official(column, people.lin)
    folder = tmp_path / "signing"
    new = load_seal(folder)
    assert (folder / "forum_ed25519_key").stat().st_mode & 0o777 == 0o600
    assert load_seal(folder).fingerprint == new.fingerprint
    later = await open_forum(column.db, clock, policy, new)
    assert (await later.proofs.verify(people.reed, made.id)).forum.reason == "proof.foreign_key"
    (folder / "former").mkdir()
    (folder / "former" / "2025.pub").write_text(sshsig.public_line(seal().public) + " old\n")
    after = await open_forum(column.db, clock, policy, load_seal(folder))
    assert (await after.proofs.verify(people.reed, made.id)).ok
    (folder / "forum_ed25519_key").chmod(0o640)
    with pytest.raises(BbsError, match=r"seal\.key_mode"):
        load_seal(folder)


async def test_verify_is_for_official_posts_one_may_read(column: Forum, people: People) -> None:
    life = await column.boards.get(people.reed, "life")
    plain = await column.threads.start(people.reed, life, "Tea", "Green or red?")
    with pytest.raises(Conflict, match=r"proof\.not_official"):
        await column.proofs.verify(people.reed, plain.id)
    with pytest.raises(NotFound, match=r"post\.not_found"):
        await column.proofs.verify(people.reed, 999)
    made = await official(column, people.lin)
    await column.moderation.hide(people.keeper, made.id, "by mistake")
    with pytest.raises(Conflict, match=r"proof\.gone"):
        await column.proofs.verify(people.reed, made.id)
    assert (await column.proofs.verify(people.keeper, made.id)).ok


# The bundle, with the real ssh-keygen


def unpacked(folder: Path, packed: str) -> Path:
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed))) as archive:
        archive.extractall(folder, filter="data")
    return folder


async def test_stock_ssh_keygen_accepts_the_bundle_and_nothing_else(
    column: Forum, people: People, tmp_path: Path
) -> None:
    made = await official(column, people.lin)
    other = await official(column, people.lin, "另一条", "Something else.")
    folder = unpacked(tmp_path / "one", bundle.packed(bundle.files(await column.proofs.verify(people.reed, made.id))))
    bundle.write(tmp_path / "two", bundle.files(await column.proofs.verify(people.reed, other.id)))
    assert accepts(folder, "post.txt", "forum", sshsig.POSTS)
    assert accepts(folder, "head.txt", "forum", sshsig.HEADS)
    summed = hashlib.sha256((folder / "entry.txt").read_bytes()).hexdigest()
    assert f"hash: {summed}\n" in (folder / "head.txt").read_text()
    assert not accepts(folder, "post.txt", "forum", "file")
    assert not accepts(folder, "post.txt", "secretary", sshsig.POSTS)
    text = (folder / "post.txt").read_bytes()
    for wrong in (
        text.replace(b"half", b"Half") if b"half" in text else text.replace(b"early", b"Early"),
        text.replace(b"\n", b"\r\n"),
        (tmp_path / "two" / "post.txt").read_bytes(),
        text + b"\n",
    ):
        (folder / "post.txt").write_bytes(wrong)
        assert not accepts(folder, "post.txt", "forum", sshsig.POSTS)


# The officer's own signature


async def prepared(forum: Forum, actor: Actor, body: str = BODY) -> str:
    return await forum.statements.prepare(actor, board="secretary", title="食堂早餐", body=body)


async def test_an_officer_signs_with_their_own_key(
    column: Forum, people: People, lins_key: KeyPair, tmp_path: Path
) -> None:
    await column.accounts.add_key(people.lin, lins_key.line)
    text = await prepared(column, people.lin)
    signed = text + lins_key.sign(text, sshsig.POSTS)
    made = await column.statements.post(people.lin, signed)
    assert (await column.statements.post(people.lin, signed)).id == made.id  # twice is once
    proof = await column.proofs.verify(people.reed, made.id)
    assert (proof.ok, proof.own is not None and proof.own.reason) == (True, HOLDS)
    bundle.write(tmp_path / "b", bundle.files(proof))
    assert accepts(tmp_path / "b", "statement.txt", "secretary", sshsig.POSTS)
    assert accepts(tmp_path / "b", "post.txt", "forum", sshsig.POSTS)
    assert not accepts(tmp_path / "b", "statement.txt", "forum", sshsig.POSTS)
    answer = await column.statements.prepare(people.lin, thread=made.thread, reply_to=1, body="It works.")
    reply = await column.statements.post(people.lin, answer + lins_key.sign(answer, sshsig.POSTS))
    assert (reply.floor, reply.reply_to) == (2, 1)
    assert (await column.proofs.verify(people.reed, reply.id)).ok
    await column.threads.edit(people.lin, made.id, "Otherwise.")
    own = (await column.proofs.verify(people.reed, made.id)).own
    assert (own and own.reason) == "proof.edited"


async def test_a_key_that_was_taken_away_no_longer_vouches(
    column: Forum, people: People, lins_key: KeyPair, tmp_path: Path
) -> None:
    key = await column.accounts.add_key(people.lin, lins_key.line)
    text = await prepared(column, people.lin)
    made = await column.statements.post(people.lin, text + lins_key.sign(text, sshsig.POSTS))
    await column.accounts.remove_key(people.lin, key.fingerprint)
    proof = await column.proofs.verify(people.reed, made.id)
    assert (proof.ok, proof.forum.ok, proof.own and proof.own.reason) == (False, True, "proof.key_gone")
    bundle.write(tmp_path / "b", bundle.files(proof))
    assert not accepts(tmp_path / "b", "statement.txt", "secretary", sshsig.POSTS, "-r", "revoked_keys")
    assert not accepts(tmp_path / "b", "statement.txt", "secretary", sshsig.POSTS)
    text = await prepared(column, people.lin)
    with pytest.raises(Forbidden, match=r"statement\.key"):
        await column.statements.post(people.lin, text + lins_key.sign(text, sshsig.POSTS))


async def test_what_is_not_signed_as_it_should_be_is_not_posted(
    column: Forum, people: People, clock: ManualClock, lins_key: KeyPair, tmp_path: Path
) -> None:
    await column.accounts.add_key(people.lin, lins_key.line)
    text = await prepared(column, people.lin)
    good = lins_key.sign(text, sshsig.POSTS)
    stranger = make_pair(tmp_path, "stranger")
    other_forum = text.replace(seal().fingerprint, "SHA256:" + "A" * 43)
    other_name = text.replace("name: 林若溪", "name: 周明")
    spaced = text.replace("early shift", "early shift ")
    wrong: list[tuple[str, str]] = [
        (text, "statement.form"),
        (good, "statement.form"),
        ("", "statement.form"),
        (text + good.replace("U1NI", "AAAA"), "signature.bad"),
        (text.replace("early", "Early") + good, "signature.wrong"),
        (text + lins_key.sign(text, "file"), "signature.namespace"),
        (text + stranger.sign(text, sshsig.POSTS), "statement.key"),
        (other_forum + lins_key.sign(other_forum, sshsig.POSTS), "statement.other_forum"),
        (other_name + lins_key.sign(other_name, sshsig.POSTS), "statement.office"),
        (spaced + lins_key.sign(spaced, sshsig.POSTS), "statement.form"),
    ]
    before = await column.register.entries(LOCAL, limit=500)
    for given, code in wrong:
        with pytest.raises(BbsError) as caught:
            await column.statements.post(people.lin, given)
        assert caught.value.code == code
    clock.advance(hours=25)
    with pytest.raises(Conflict, match=r"statement\.old"):
        await column.statements.post(people.lin, text + good)
    assert await column.register.entries(LOCAL, limit=500) == before
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await column.statements.post(people.reed, text + good)


async def test_sha1_is_refused(column: Forum, people: People, tmp_path: Path) -> None:
    pair = make_pair(tmp_path, "rsa", "rsa", "-b", "3072")
    await column.accounts.add_key(people.lin, pair.line)
    text = await prepared(column, people.lin)
    made = pair.sign(text, sshsig.POSTS)
    assert (await column.statements.post(people.lin, text + made)).floor == 1
    found = sshsig.parse(made)
    name = b"rsa-sha2-512"
    weak = base64.b64decode("".join(made.split("\n")[1:-2])).replace(
        len(name).to_bytes(4, "big") + name, len(b"ssh-rsa").to_bytes(4, "big") + b"ssh-rsa"
    )
    # The inner string is five bytes shorter now; its length stands just before it.
    inner = len(found.signature)
    weak = weak.replace(
        inner.to_bytes(4, "big") + b"\x00\x00\x00\x07", (inner - 5).to_bytes(4, "big") + b"\x00\x00\x00\x07"
    )
    armored = f"{sshsig.BEGIN}\n{base64.b64encode(weak).decode()}\n{sshsig.END}\n"
    with pytest.raises(Invalid, match=r"signature\.weak"):
        sshsig.check(text, armored, sshsig.POSTS)


async def test_a_liaison_prepares_and_the_officer_signs(column: Forum, people: People, lins_key: KeyPair) -> None:
    titles: dict[str, Any] = {"title_zh": "秘书", "title_en": "Clerk"}
    await column.officers.appoint(LOCAL, "secretary", "xu", real_name="徐可", **titles, duty=Duty.LIAISON)
    xu = replace(await actor_of(column, "xu"), transport="ssh")
    text = await prepared(column, xu)
    assert "name: 林若溪\n" in text
    await column.accounts.add_key(people.lin, lins_key.line)
    signed = text + lins_key.sign(text, sshsig.POSTS)
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await column.statements.post(xu, signed)
    assert (await column.statements.post(people.lin, signed)).author == "林若溪"
    with pytest.raises(Forbidden, match=r"access\.denied"):
        await prepared(column, people.reed)
