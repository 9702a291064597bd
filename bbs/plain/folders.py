"""Favourites in their order: folders made and named, things moved up, down, and into a folder."""

from __future__ import annotations

from bbs.errors import Invalid, NotFound
from bbs.forum.reading.favourites import Favourite, Kind
from bbs.plain.asking import ask, number_of
from bbs.plain.visit import Visit


async def folder(visit: Visit, rest: str) -> None:
    """`folder NAME`: a new folder, the last of the first level."""
    visit.member()
    name = await ask(visit, "plain.ask_folder", rest)
    await visit.forum.favourites.add_folder(visit.actor, name)
    await visit.say("plain.folder_made", name=name)


def at(visit: Visit) -> bool:
    """Whether one is in one's favourites."""
    return visit.here.route == "/fav" or visit.here.route.startswith("/fav/")


async def _one(visit: Visit, rest: str) -> tuple[Favourite, str]:
    """What stands at a number of the list of here, and the rest of the line."""
    if not at(visit):
        raise Invalid("plain.no_favourite_here")
    word = visit.here.route.removeprefix("/fav").removeprefix("/")
    found = await visit.forum.favourites.list(visit.actor, int(word) if word else None)
    number, more = number_of(rest)
    if number is None or not 1 <= number <= len(found):
        raise NotFound("plain.no_such_number", number=rest.strip()[:10] or "?")
    return found[number - 1], more


async def move(visit: Visit, rest: str) -> None:
    """`move 3 1`: to that place; `move 3 FOLDER`: into a folder; `move 3 out`: out of it."""
    one, to = await _one(visit, rest)
    place, _ = number_of(to)
    kept = visit.forum.favourites
    if place is not None:
        await kept.move(visit.actor, one.id, place - 1)
    elif to.casefold() in ("out", "出来", "移出"):
        await kept.put(visit.actor, one.id, None)
    else:
        folders = [each for each in await kept.list(visit.actor) if each.kind is Kind.FOLDER]
        wanted = to or await ask(visit, "plain.ask_into")
        into = next((each for each in folders if each.name.casefold() == wanted.casefold()), None)
        if into is None:
            raise NotFound("plain.no_folder", name=wanted[:40])
        await kept.put(visit.actor, one.id, into.id)
    await visit.say("plain.moved")


async def rename(visit: Visit, rest: str) -> None:
    """`name 3 NEW NAME`: another name for a folder."""
    one, given = await _one(visit, rest)
    await visit.forum.favourites.rename(visit.actor, one.id, await ask(visit, "plain.ask_folder", given))
    await visit.say("plain.renamed")


async def remove(visit: Visit, rest: str) -> None:
    """`delete 3`: keep it no longer; what a folder held moves out of it."""
    one, _ = await _one(visit, rest)
    await visit.forum.favourites.remove(visit.actor, one.id)
    await visit.say("plain.removed")
