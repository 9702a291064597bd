"""Who is here, somebody's card, blocking."""

from __future__ import annotations

from bbs.errors import Invalid
from bbs.forum.people.persons import Card
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit


async def who(visit: Visit) -> None:
    """`/who`: who is here, coarsely."""
    here = visit.forum.presence.list(visit.actor)
    visit.arrive("/who", visit.tr("plain.who"))
    people, _ = visit.forum.presence.counts()
    await visit.paper.say(visit.tr.plural("who.count", people))
    for one in here:
        parts = [one.name, visit.tr(f"kind.{one.kind}")]
        if one.office:
            parts.append(await visit.office(one.office))
        await visit.say("plain.numbered", number=visit.number(f"/u/{one.name}"), line=visit.joined(parts))


async def person(visit: Visit, name: str) -> None:
    """`/u/NAME`: somebody's card."""
    tr = visit.tr
    card = await visit.forum.persons.card(visit.actor, name)
    visit.arrive(card.route, card.name, thing=card)
    parts = [card.name, tr(f"kind.{card.kind.value}"), tr("plain.since", since=card.since)]
    parts.append(tr.plural("plain.posts", card.posts))
    if card.blocked:
        parts.append(tr("plain.is_blocked"))
    await visit.say("plain.person", words=visit.joined(parts))
    for held in card.offices:
        title = visit.named(held.title_zh, held.title_en)
        await visit.say("plain.holds", title=title, office=await visit.office(held.office))
    for label, text in (("plain.signature", card.own.signature), ("plain.plan", card.own.plan)):
        if text:
            await visit.say(label)
            await visit.paper.say_all(text_lines(visit, text))


async def block(visit: Visit, rest: str) -> None:
    """`block [NAME]`, `unblock [NAME]`."""
    await _block(visit, rest, on=True)


async def unblock(visit: Visit, rest: str) -> None:
    """Let somebody through again."""
    await _block(visit, rest, on=False)


async def _block(visit: Visit, rest: str, *, on: bool) -> None:
    visit.member()
    name = rest.strip() or whom(visit)
    done = await visit.forum.blocks.set(visit.actor, name, on)
    await visit.say("card.now_blocked" if on else "card.now_unblocked", name=done)


def whom(visit: Visit) -> str:
    """The person a word without a name is about: whose card or floor was heard last; Invalid(`plain.no_name`)."""
    here = visit.here
    if isinstance(here.thing, Card):
        return here.thing.name
    if here.reading is not None and here.reading.post is not None:
        post = here.reading.post
        return post.official.name if post.official is not None else post.author
    raise Invalid("plain.no_name")
