"""Who is told of a post: whose floor it answers, and whom it names with `@`. Part of the unit that writes the post."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sqlalchemy import bindparam, select

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts.people import State
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.boards.places import Board
from bbs.forum.people.blocks import unblocked
from bbs.forum.people.inbox import notify
from bbs.forum.people.knowing import officers_named
from bbs.forum.posts.posts import Post
from bbs.forum.writing import followers
from bbs.store.database import Tx
from bbs.store.prepared import Prepared
from bbs.store.tables import account, post
from bbs.text.names import MAX_CELLS, MIN_CELLS, fold
from bbs.text.width import width

MENTIONS_MOST: Final = 10
"""Names of one post that are looked up."""

# After a letter of an address (`a@b`) it is none; after a Chinese character it is.
_MENTION: Final = re.compile(rf"(?<![A-Za-z0-9._@-])@(\w[\w.-]{{0,{MAX_CELLS - 1}}})")
_FENCE: Final = re.compile(r"^ {0,3}(?:```|~~~).*?(?:^ {0,3}(?:```|~~~)|\Z)", re.MULTILINE | re.DOTALL)


def tell(tx: Tx, made: Post, author: int, place: Board, title: str, elsewhere: frozenset[int] = frozenset()) -> None:
    """Make the notices of a post that was just written by the account `author`; nobody is told twice.

    `elsewhere` are accounts that hear of it in another way."""
    answered = _answered(tx, made) if made.floor > 1 else []
    named = _named(tx, made) if "@" in made.body else []
    following = followers.followers(tx, made, author)
    readers = {
        number: kind
        for number, kind in (*answered, *named, *following)
        if number != author and number not in elsewhere and _may_read(number, kind, place)
    }
    heard = unblocked(tx, readers.keys(), author)
    told = [number for number, _ in answered if number in heard]
    facts = {"author": made.author, "title": title, "floor": made.floor, "thread": made.thread}
    notify(tx, told, "reply", made.route, made.created_at, **facts)
    others = [number for number in dict(named) if number in heard and number not in told]
    notify(tx, others, "mention", made.route, made.created_at, **facts)
    rest = [number for number in dict(following) if number in heard and number not in (*told, *others)]
    notify(tx, rest, followers.KIND, made.route, made.created_at, **facts)


def mentions(body: str) -> list[list[str]]:
    """What each `@` of a text may mean, the longest name first: Chinese is written on without a space.

    Quotations and code name nobody.
    """
    return [_readings(word) for word in mentions_in(without_quotes(body), MENTIONS_MOST)]


def mentions_in(text: str, most: int) -> list[str]:
    """The first words that stand after an `@`, each once, at most `most`."""
    found: dict[str, str] = {}
    for match in _MENTION.finditer(text):
        if len(found) >= most:
            break
        found.setdefault(match[1].casefold(), match[1])
    return list(found.values())


def without_quotes(body: str) -> str:
    """A text without what is quoted in it and what is code."""
    return "\n".join(line for line in _FENCE.sub("", body).split("\n") if not line.lstrip().startswith(">"))


def _readings(word: str) -> list[str]:
    """The beginnings of a word that may be a name; letters and digits of one Latin word stay together."""
    ends = [
        end
        for end in range(len(word), 0, -1)
        if end == len(word) or not (_is_latin(word[end - 1]) and _is_latin(word[end]))
    ]
    return [
        word[:end] for end in ends if MIN_CELLS <= width(word[:end]) <= MAX_CELLS * 2 and word[end - 1] not in "._-"
    ]


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "_")


def _answered(tx: Tx, made: Post) -> list[tuple[int, str]]:
    """The author of the floor a post answers: the first floor when it names none."""
    keys = {"t": made.thread, "f": made.reply_to or 1}
    return [(row.id, row.kind) for row in _AUTHOR.all(tx, keys)]


def _named(tx: Tx, made: Post) -> list[tuple[int, str]]:
    words = mentions(made.body)
    folds = {fold(reading) for readings in words for reading in readings}
    if not folds:
        return []
    rows = tx.connection.execute(_NAMED, {"folds": sorted(folds)}).all()
    known: dict[str, tuple[int, str]] = {_same(row.name): (row.id, row.kind) for row in rows}
    for officer in officers_named(tx, sorted(folds), made.created_at):
        known.setdefault(_same(officer.name), (officer.id, officer.kind))
    found = [next((known[_same(one)] for one in readings if _same(one) in known), None) for readings in words]
    return [one for one in dict.fromkeys(found) if one is not None]


def _same(name: str) -> str:
    """Names that are equal but for case and width."""
    return unicodedata.normalize("NFKC", name).casefold()


def _may_read(number: int, kind: str, place: Board) -> bool:
    reader = Actor("", AccountKind(kind), number, transport="ssh")
    return access.allowed(reader, Verb.BOARD_READ, place=place)


_AUTHOR: Final = Prepared(
    select(account.c.id, account.c.kind)
    .join(post, post.c.author_id == account.c.id)
    .where(post.c.thread_id == bindparam("t"), post.c.floor == bindparam("f"), account.c.state == State.ACTIVE.value)
)
_NAMED: Final = select(account.c.id, account.c.name, account.c.kind).where(
    account.c.fold.in_(bindparam("folds", expanding=True)),
    account.c.state == State.ACTIVE,
    account.c.kind != AccountKind.OFFICER,
)
