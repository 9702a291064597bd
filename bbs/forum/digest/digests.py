"""The opinion digest: drafted from a week, edited by one, released by another as a bulletin for staff and leaders."""

from __future__ import annotations

import builtins
from typing import Final

from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.digest import rows as digest_rows
from bbs.forum.digest.desk import sight_of
from bbs.forum.digest.drafting import Drafting
from bbs.forum.digest.issue import (
    CHANGED,
    BoardCount,
    Head,
    Issue,
    Side,
    State,
    Topic,
    Week,
    week_before,
    week_of,
)
from bbs.forum.digest.quotes import Asked, Quoting
from bbs.forum.digest.release import Releasing
from bbs.forum.digest.shaping import Shaping

__all__ = ["CHANGED", "Asked", "BoardCount", "Digests", "Head", "Issue", "Side", "State", "Topic", "Week"]

LIST_MOST: Final = 500
"""Issues in a list: more than nine years."""


class Digests(Drafting, Shaping, Releasing, Quoting):
    """The rules of the opinion digest. What may be told at all is decided in `bbs.forum.digest.privacy`."""

    def last_week(self) -> str:
        """The last week that is over, in the site's zone."""
        return week_before(week_of(self._clock.now(), self._community.site.tz))

    async def list(self, actor: Actor, limit: int = LIST_MOST) -> builtins.list[Head]:
        """Issues, the newest week first; drafts for those who work on them."""
        access.require(actor, Verb.DIGEST_READ)
        sight = sight_of(actor)
        return await self._db.read(lambda tx: digest_rows.heads(tx, sight, max(1, min(limit, LIST_MOST))))
