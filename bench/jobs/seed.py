"""Makes the data directory that servers run on: the demo, callers with keys, and boards with something to read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncssh

from bbs.app.first import prepare_demo
from bbs.forum.actor import LOCAL, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.threads import Backdate
from bench.corpus import Corpus
from bench.jobs.job import member, opened, run

CALLERS: Final = 24
"""Accounts that callers share; an account may be logged in 100 times."""
BOARD: Final = "life"
"""Where callers walk: open to members and guests."""
LONG: Final = 120
"""Floors of the long thread that is scrolled."""
PREFERENCES: Final = {"language": "zh", "preset": "standard", "welcomed": True}


async def seed(data: Path, *, keys: str, threads: int = 240) -> dict[str, Any]:
    """Fill an empty data directory; gives what a load generator must know."""
    async with opened(data) as house:
        await prepare_demo(house, _silent)
        forum = house.forum
        actors = [await _caller(forum, Path(keys), number) for number in range(1, CALLERS + 1)]
        long = await _fill(forum, actors, threads)
        guest = await forum.accounts.guest(transport="telnet")
        return {
            "people": [(actor.name, str(Path(keys) / actor.name)) for actor in actors],
            "board": BOARD,
            "place": await _place(forum, actors[0]),
            "guest_place": await _place(forum, guest),
            "thread": long,
        }


async def _silent(text: str) -> None:
    """Nobody looks."""


async def _caller(forum: Forum, keys: Path, number: int) -> Actor:
    name = f"walker{number:02}"
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(keys / name))
    return await forum.accounts.set_preferences(await member(forum, name, key), PREFERENCES)


async def _fill(forum: Forum, actors: list[Actor], threads: int) -> int:
    corpus = Corpus()
    board = await forum.boards.get(actors[0], BOARD)
    at = forum.clock.now() - timedelta(days=30)

    def back(number: int) -> Backdate:
        return Backdate(LOCAL, at + timedelta(minutes=number))

    numbers: list[int] = []
    for number in range(threads):
        author = actors[number % len(actors)]
        post = await forum.threads.start(author, board, corpus.title(), corpus.body(), backdate=back(number))
        numbers.append(post.thread)
    for floor in range(1, LONG):
        author = actors[floor % len(actors)]
        await forum.threads.reply(author, numbers[0], corpus.body(), backdate=back(threads + floor))
    replies = (
        forum.threads.reply(actors[n % len(actors)], thread, corpus.body(), backdate=back(threads + LONG + n))
        for n, thread in enumerate(thread for thread in numbers[1:] for _ in range(4))
    )
    await asyncio.gather(*replies)
    return numbers[0]


async def _place(forum: Forum, actor: Actor) -> int:
    """How many moves down the list of boards the board is."""
    sections = await forum.boards.sections(actor)
    slugs = [row.board.slug for _, rows in sections for row in rows]
    return slugs.index(BOARD)


if __name__ == "__main__":
    run(seed)
