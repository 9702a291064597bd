"""register show|verify|export: the chain of what was done, and the signed heads to hold it against."""

from __future__ import annotations

from typing import Any, Final

from bbs.commands.answer import Answer, Rows, as_json
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, flag, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.proof.heads import line_of, lines_in
from bbs.forum.proof.register_reading import MOST, Entry
from bbs.text.when import iso

EXPORT_MOST: Final = 20_000
"""Lines of one export; the rest is asked for with --after."""
HEADS_BYTES: Final = 32 * 1024 * 1024
"""Exported heads that are read from standard input at the most."""


async def show(call: Call) -> Answer:
    """Entries of the register, oldest first."""
    found = await call.forum.register.entries(
        call.actor, after=call.number("after"), limit=min(call.number("limit", 50), MOST)
    )
    cells = [[str(one.seq), iso(one.at), one.kind, one.actor, one.subject] for one in found]
    titles = [call.tr(f"column.{name}") for name in ("seq", "at", "kind", "actor", "subject")]
    items = [_shape(one) for one in found]
    return Answer(
        {"items": items, "next": found[-1].seq if found else None}, [Rows(titles, cells, call.tr("register.empty"))]
    )


async def verify(call: Call) -> Answer:
    """Walk the whole chain and hold it against signed heads; exit code 1 when something does not agree."""
    verdict = await call.forum.register.verify(call.actor, await _elsewhere(call))
    document = {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "broken_seq": verdict.broken_seq,
        "broken_upto": verdict.broken_upto,
        "reason": verdict.reason,
        "head": verdict.head,
        "heads": verdict.heads,
    }
    tr = call.tr
    if verdict.ok:
        words = [tr("register.ok", entries=verdict.entries, head=verdict.head[:16])]
        words.append(tr.plural("register.heads", verdict.heads))
    elif verdict.broken_upto is not None:
        upto, seq = verdict.broken_upto, verdict.broken_seq or 0
        words = [tr("register.broken_between", seq=seq, upto=upto, reason=tr(verdict.reason))]
    else:
        words = [tr("register.broken", seq=verdict.broken_seq or 0, reason=tr(verdict.reason))]
    return Answer(document, words, exit_code=0 if verdict.ok else 1)


async def _elsewhere(call: Call) -> str | None:
    """Exported heads named on the line, from standard input for `-`; Invalid(`heads.utf8`), Failed."""
    name = call.text("heads")
    if not name:
        return None
    if name != "-":
        return lines_in(call.path(name))
    try:
        return (await call.stdin_bytes(HEADS_BYTES)).decode()
    except UnicodeDecodeError as error:
        raise Invalid("heads.utf8") from error


async def export(call: Call) -> Answer:
    """The register, or its signed heads, as lines of JSON to keep on another machine."""
    heads = call.flag("heads")
    after = call.number("after")
    lines: list[str] = []
    items: list[dict[str, Any]] = []
    more = True
    while more and len(lines) < EXPORT_MOST:
        if heads:
            signed = await call.forum.register.heads(call.actor, after=after)
            lines += [line_of(one) for one in signed]
            items += [
                {"seq": one.seq, "hash": one.hash, "at": one.at, "signed": one.signed, "armored": one.armored}
                for one in signed
            ]
            after, more = (signed[-1].seq if signed else after), len(signed) == MOST
        else:
            found = await call.forum.register.entries(call.actor, after=after, limit=MOST)
            lines += [as_json(_shape(one)).rstrip("\n") for one in found]
            items += [_shape(one) for one in found]
            after, more = (found[-1].seq if found else after), len(found) == MOST
    parts: list[str] = list(lines)
    return Answer({"items": items, "next": after if more else None}, parts)


def _shape(one: Entry) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "at": one.at,
        "kind": one.kind,
        "actor": one.actor,
        "subject": one.subject,
        "record": one.record,
        "hash": one.hash,
    }


COMMANDS: Final = (
    Command(
        ("register", "show"),
        show,
        (option("after", Kind.NUMBER), option("limit", Kind.NUMBER)),
        Verb.REGISTER_READ,
        "site",
    ),
    Command(("register", "verify"), verify, (option("heads"),), verb=Verb.REGISTER_VERIFY, topic="site"),
    Command(("register", "export"), export, (flag("heads"), option("after", Kind.NUMBER)), Verb.REGISTER_READ, "site"),
)
