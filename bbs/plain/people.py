"""Who is here, somebody's card, blocking."""

from __future__ import annotations

from bbs.errors import Invalid
from bbs.forum.people.persons import Card
from bbs.forum.reading.attention import Level
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
    if card.seen:
        year, _, week = card.seen.partition("-W")
        parts.append(tr("plain.seen", week=tr("card.week", year=year, week=int(week))))
    if card.blocked:
        parts.append(tr("plain.is_blocked"))
    await visit.say("plain.person", words=visit.joined(parts))
    for held in card.offices:
        title = visit.named(held.title_zh, held.title_en)
        await visit.say("plain.holds", title=title, office=await visit.office(held.office))
    if card.boards:
        await visit.say("plain.moderates", boards=await _boards(visit, card))
    heed = await visit.forum.attention.heed(visit.actor)
    for known, said in ((heed.followed_names, "card.followed"), (heed.muted_names, "card.muted")):
        if card.name in known:
            await visit.say(said)
    for label, text in (
        ("plain.avatar", card.own.avatar),
        ("plain.signature", card.own.signature),
        ("plain.plan", card.own.plan),
    ):
        if text:
            await visit.say(label)
            await visit.paper.say_all(text_lines(visit, text))


async def _boards(visit: Visit, card: Card) -> str:
    """The names of the boards somebody moderates."""
    if "" in card.boards:
        return visit.tr("card.all_boards")
    known = {one.slug: visit.board_name(one) for one in (await visit.forum.boards.readable(visit.actor)).values()}
    return visit.joined([known.get(slug, slug) for slug in card.boards])


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


async def attend(visit: Visit, name: str, level: Level, *, off: bool) -> None:
    """Follow or mute somebody, or no longer; officers are followed as their office, and an office by its slug."""
    rules, actor = visit.forum.attention, visit.actor
    offices = {one.slug for one in await visit.forum.officers.offices(actor)}
    office = visit.here.route.removeprefix("/o/") if not name and visit.here.route.startswith("/o/") else name
    if office not in offices:
        card = await visit.forum.persons.card(actor, name or whom(visit))
        name, office = card.name, card.offices[0].office if card.offices else ""
    if office and level is Level.MUTE:
        raise Invalid("attention.official")
    if office:
        await rules.office(actor, office, follow=not off)
        name = await visit.office(office)
    else:
        await rules.person(actor, name, None if off else level)
    said = "card.now_heard" if off else "card.now_followed" if level is Level.FOLLOW else "card.now_muted"
    await visit.say(said, name=name)


def whom(visit: Visit) -> str:
    """The person a word without a name is about: whose card or floor was heard last; Invalid(`plain.no_name`)."""
    here = visit.here
    if isinstance(here.thing, Card):
        return here.thing.name
    if here.reading is not None and here.reading.post is not None:
        post = here.reading.post
        return post.official.name if post.official is not None else post.author
    raise Invalid("plain.no_name")
