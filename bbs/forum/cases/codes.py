"""Query codes: who opened a private case without a name comes back to it by one. Only a hash of it is kept."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from bbs.errors import TryLater
from bbs.forum.accounts import throttle
from bbs.forum.accounts.invitations import ALPHABET
from bbs.forum.actor import Actor
from bbs.store.database import Tx
from bbs.store.tables import case

GROUPS, GROUP = 4, 4
"""16 letters of 30: 78 bits, and guesses are delayed."""
CODE_LIMIT: Final = 64
"""Characters of a typed code that are looked at."""
_PURPOSE: Final = "query code"


def draw_code() -> str:
    """A new code, in groups that are easy to copy by hand."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def code_hash(code: str) -> str:
    """What is kept of a code: typed small, wide, with spaces or without hyphens it is the same code."""
    text = unicodedata.normalize("NFKC", code[:CODE_LIMIT]).upper()
    letters = "".join(char for char in text if char in ALPHABET)
    return hashlib.sha256(f"{_PURPOSE}\n{letters}".encode()).hexdigest()


def find(tx: Tx, code: str, actor: Actor, now: datetime) -> int | None:
    """The number of the case a code opens; None, and one more failure counted, for a code that opens nothing.

    Raises TryLater(`case.code_wait`, seconds) for who has guessed too often.
    """
    source = f"session {actor.session}" if actor.account_id is None else f"account {actor.account_id}"
    try:
        attempt = throttle.begin(tx, _PURPOSE, source, now)
    except TryLater as error:
        raise TryLater("case.code_wait", seconds=error.params["seconds"]) from error
    number = tx.connection.execute(_BY_CODE, {"h": code_hash(code)}).scalar_one_or_none()
    if number is None:
        return None
    throttle.succeed(tx, attempt)
    return int(number)


_BY_CODE: Final = select(case.c.id).where(case.c.code_hash == bindparam("h"))
