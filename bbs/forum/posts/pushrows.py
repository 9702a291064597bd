"""Push comments as the store has them: the rows, and those that stand under a run of posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, select

from bbs.forum.posts.posts import PUSHES_SHOWN, Push, Stance
from bbs.store.database import Tx
from bbs.store.tables import push

PUSH_COLUMNS: Final = (
    push.c.id,
    push.c.post_id,
    push.c.author,
    push.c.stance,
    push.c.words,
    push.c.created_at,
    push.c.changed_at,
)

PUSHES_READ: Final = 1_000
"""Comments read at most for one run of posts; the page of all comments of a post reaches the rest."""

# In the order of the index: sorting a few hundred rows here is cheaper than in the store, and bounded.
_UNDER: Final = (
    select(*PUSH_COLUMNS)
    .where(push.c.post_id.in_(bindparam("posts", expanding=True)), push.c.words != "")
    .order_by(push.c.post_id)
    .limit(PUSHES_READ)
)


def push_of(row: Sequence[Any]) -> Push:
    """A row as a value."""
    id, post, author, stance, words, created_at, changed_at = row
    return Push(id, post, author, Stance(stance), words, created_at, changed_at)


def pushes_under(tx: Tx, posts: Sequence[int]) -> dict[int, tuple[Push, ...]]:
    """The first comments with words under each post: PUSHES_SHOWN, and one more where there are more."""
    if not posts:
        return {}
    found: dict[int, list[Push]] = {}
    for row in tx.connection.execute(_UNDER, {"posts": list(posts)}):
        one = push_of(row)
        found.setdefault(one.post, []).append(one)
    return {number: tuple(sorted(each, key=_age)[: PUSHES_SHOWN + 1]) for number, each in found.items()}


def _age(one: Push) -> int:
    return one.id
