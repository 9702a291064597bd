"""What all rules of accounts work with."""

from __future__ import annotations

from bbs.forum.accounts.passwords import Hashes
from bbs.forum.boards.community import Community
from bbs.forum.policy import Policy
from bbs.store.database import Database
from bbs.text.when import Clock


class Shared:
    """The store, the time, the site's policy, the community and the hashes, shared by the parts of `Accounts`."""

    def __init__(self, db: Database, clock: Clock, policy: Policy, hashes: Hashes, community: Community) -> None:
        self._db = db
        self._clock = clock
        self._policy = policy
        self._hashes = hashes
        self._community = community

    @property
    def registration(self) -> str:
        """How an account is come by now: `invitation`, `open` or `approval`."""
        return "open" if self._policy.demo else self._policy.registration or self._community.site.registration
