"""verify, and officer-post: proving what is official, and signing it with one's own key."""

from __future__ import annotations

from typing import Any, Final

from bbs.commands import shapes
from bbs.commands.answer import Answer
from bbs.commands.call import BODY_INPUT_LIMIT, Call, read_file
from bbs.commands.tree import Command, Kind, argument, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.proof import bundle
from bbs.forum.proof.proofs import Check, Proof
from bbs.text.when import full


async def verify(call: Call) -> Answer:
    """Check who signed an official post; with --bundle give what stock OpenSSH needs to check it elsewhere."""
    proof = await call.forum.proofs.verify(call.actor, call.number("post"))
    document = _document(call, proof)
    code = 0 if proof.ok else 1
    where = call.text("bundle")
    if not where:
        return Answer(document, _words(call, proof), code)
    made = bundle.files(proof)
    document["bundle"] = made
    if where == "-":
        return Answer(document, [bundle.packed(made)], code)
    folder = call.path(where)
    bundle.write(folder, made)
    return Answer(document, [*_words(call, proof), call.tr("proof.written", path=folder, files=len(made))], code)


def _document(call: Call, proof: Proof) -> dict[str, Any]:
    checks = [proof.forum, *([proof.own] if proof.own is not None else [])]
    recorded = proof.recorded
    return {
        "ok": proof.ok,
        "post": shapes.post(proof.post, call.tr),
        "signatures": [
            {
                "by": check.by,
                "ok": check.ok,
                "reason": check.reason,
                "fingerprint": check.fingerprint,
                "made_at": check.made_at,
            }
            for check in checks
        ],
        "register": {"ok": recorded.ok, "reason": recorded.reason, "seq": recorded.seq, "hash": recorded.hash},
        "forum_key": call.forum.proofs.line,
    }


def _words(call: Call, proof: Proof) -> list[str]:
    tr, held = call.tr, proof.post.official
    assert held is not None
    title = shapes.named(tr, held.title_zh, held.title_en)
    words = [tr("proof.of", post=proof.post.id, route=proof.post.route, name=held.name, title=title)]
    words.append(_said(call, proof.forum, "proof.by_forum"))
    if proof.own is None:
        words.append(tr("proof.no_own", name=held.name))
    else:
        words.append(_said(call, proof.own, "proof.by_officer"))
    found = proof.recorded
    what = tr("proof.recorded", seq=found.seq) if found.ok else tr(found.reason)
    words.append(tr("proof.in_register", what=what))
    words.append(tr("proof.good" if proof.ok else "proof.not_good"))
    return words


def _said(call: Call, check: Check, by: str) -> str:
    when = full(check.made_at, call.zone) if check.made_at is not None else "-"
    reason = call.tr(check.reason)
    return call.tr(by, reason=reason, fingerprint=check.fingerprint or "-", when=when)


async def prepare(call: Call) -> Answer:
    """Print the text that an officer signs, for a new thread, a reply, or the answer to a case."""
    board, thread, case = call.text("board"), call.number("thread"), call.number("case")
    if sum(map(bool, (board, thread, case))) != 1:
        raise Invalid("statement.where")
    text = await call.forum.statements.prepare(
        call.actor,
        board=board,
        title=call.text("title"),
        thread=thread,
        case=case,
        reply_to=call.number("to"),
        body=await call.body(),
    )
    return Answer({"statement": text}, [text.removesuffix("\n")])


async def post(call: Call) -> Answer:
    """Post a text that an officer has signed: what `prepare` printed, followed by its signature."""
    name = call.text("sig")
    data = await call.stdin_bytes(BODY_INPUT_LIMIT) if name == "-" else read_file(call.path(name))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Invalid("body.utf8", position=error.start) from error
    made = await call.forum.statements.post(call.actor, text)
    return Answer({"post": shapes.post(made, call.tr)}, [call.tr("post.posted", id=made.id, route=made.route)])


COMMANDS: Final = (
    Command(("verify",), verify, (argument("post", Kind.NUMBER), option("bundle"))),
    Command(
        ("officer-post", "prepare"),
        prepare,
        (
            argument("board", required=False, values="boards"),
            option("title"),
            option("thread", Kind.NUMBER),
            option("case", Kind.NUMBER),
            option("to", Kind.NUMBER),
            option("file"),
        ),
        Verb.OFFICE_DESK,
    ),
    Command(("officer-post",), post, (option("sig", required=True),), Verb.POST_OFFICIAL),
)
