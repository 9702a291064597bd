"""What one shows of oneself and keeps for oneself: card, followed and muted, blocked, SSH keys, password."""

from __future__ import annotations

from typing import Final

from bbs.errors import Invalid, NotFound
from bbs.forum.people.persons import AVATAR_LIMIT, PLAN_LIMIT, SIGNATURE_LIMIT
from bbs.plain.asking import ask, number_of
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write

PARTS: Final = {"signature": SIGNATURE_LIMIT, "plan": PLAN_LIMIT - 200, "avatar": AVATAR_LIMIT}
"""Parts of a card and the characters of each."""


async def card(visit: Visit) -> None:
    """`/me/card`: what others read of one; numbers lead to what can be changed."""
    visit.member()
    visit.arrive("/me/card", visit.tr("plain.own_card"))
    own = await visit.forum.persons.own(visit.actor)
    await visit.say("own.about")
    for part in PARTS:
        await visit.say("plain.numbered", number=visit.number(f"/me/card/{part}"), line=visit.tr(f"own.{part}"))
        await visit.paper.say_all(text_lines(visit, getattr(own, part) or visit.tr("own.none")))


async def part(visit: Visit, name: str) -> None:
    """`/me/card/PART`: write one part anew."""
    visit.member()
    own = await visit.forum.persons.own(visit.actor)
    visit.arrive("/me/card", visit.tr("plain.own_card"))

    async def send(piece: Piece) -> str:
        await visit.forum.persons.edit(visit.actor, **{name: piece.body})
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("me.kept")

    heading = visit.tr("plain.own_part", part=visit.tr(f"own.{name}"), most=PARTS[name])
    text = getattr(own, name)
    piece = Piece(f"/me/card/{name}", heading, visit.tr("plain.as_pen_name", name=visit.actor.name), "", send)
    piece.reach = visit.tr("plain.card_reach")
    piece.lines = text.split("\n") if text else []
    piece.revising = bool(text)
    await write(visit, piece)


async def following(visit: Visit) -> None:
    """`/me/following`: whom and what one follows and mutes; `follow off` and `mute off` there take it back."""
    found = await visit.forum.following.list(visit.actor)
    tr = visit.tr
    visit.arrive("/me/following", tr("following.title"), thing=found)
    await visit.say("plain.following_head" if found else "plain.following_none")
    for one in found:
        name = tr("following.gone") if one.gone else visit.named(one.zh, one.en)
        parts = [tr(f"following.{one.level}"), tr(f"following.kind.{one.subject}")]
        line = tr("plain.titled", head=visit.joined(parts), title=name)
        await visit.say("plain.numbered", number=visit.number(one.route or "/me/following"), line=line)


async def let_go(visit: Visit, rest: str) -> None:
    """`forget 2`: neither follow nor mute what stands at a number of that list."""
    found = await visit.forum.following.list(visit.actor)
    number, _ = number_of(rest)
    if number is None or not 1 <= number <= len(found):
        raise NotFound("plain.no_such_number", number=rest.strip()[:10] or "?")
    one = found[number - 1]
    await visit.forum.following.change(visit.actor, one, None)
    level = one.level

    async def back() -> str:
        await visit.forum.following.change(visit.actor, one, level)
        return visit.tr("drafts.back")

    visit.undo = back
    await visit.say("plain.let_go", name=visit.named(one.zh, one.en) or visit.tr("following.gone"))


async def blocked(visit: Visit) -> None:
    """`/me/blocked`: whom one blocks."""
    visit.member()
    names = await visit.forum.blocks.list(visit.actor)
    visit.arrive("/me/blocked", visit.tr("blocked.title"))
    await visit.say("blocked.about" if names else "plain.blocked_none")
    for name in names:
        await visit.say("plain.numbered", number=visit.number(f"/u/{name}"), line=name)


async def keys(visit: Visit) -> None:
    """`/me/keys`: one's SSH keys."""
    visit.member()
    visit.arrive("/me/keys", visit.tr("plain.ssh_keys"))
    found = await visit.forum.accounts.keys(visit.actor)
    await visit.paper.say(visit.tr.plural("plain.keys_head", len(found)))
    for number, one in enumerate(found, 1):
        words = visit.joined([one.label, one.fingerprint, visit.when(one.added_at)])
        await visit.say("plain.numbered", number=number, line=words)
    await visit.say("plain.keys_foot")


async def add_key(visit: Visit, rest: str) -> None:
    """`addkey LINE`: log in with another public key."""
    visit.member()
    key = await visit.forum.accounts.add_key(visit.actor, await ask(visit, "sshkeys.ask", rest))
    await visit.say("sshkeys.added_key", fingerprint=key.fingerprint)


async def remove_key(visit: Visit, rest: str) -> None:
    """`removekey 2`: a key that opens nothing from now on."""
    visit.member()
    found = await visit.forum.accounts.keys(visit.actor)
    number, _ = number_of(rest)
    if number is None or not 1 <= number <= len(found):
        raise NotFound("plain.no_such_number", number=rest.strip()[:10] or "?")
    one = found[number - 1]
    if not await visit.paper.yes(visit.tr("sshkeys.sure", key=one.label or one.fingerprint)):
        raise Invalid("plain.left")
    await visit.forum.accounts.remove_key(visit.actor, one.fingerprint)
    await visit.say("sshkeys.removed")


async def password(visit: Visit, rest: str) -> None:
    """`password`: choose another one; what is typed is not shown."""
    visit.member()
    if rest.strip():
        raise Invalid("plain.password_alone")
    if not visit.paper.lines.echoes:
        await visit.say("plain.password_seen")
    first = await visit.paper.ask_hidden(visit.tr("plain.ask_password"))
    again = await visit.paper.ask_hidden(visit.tr("plain.ask_password_again"))
    if not first or first != again:
        raise Invalid("plain.passwords_differ")
    await visit.forum.accounts.set_password(visit.actor, first)
    await visit.say("plain.password_set")
