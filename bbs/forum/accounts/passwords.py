"""Passwords: what may be one, and argon2id hashing off the event loop with a bounded number at once."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import string
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bbs.errors import Invalid, TryLater
from bbs.forum.accounts.common_passwords import COMMON

T = TypeVar("T")

LEAST: Final = 8
MOST: Final = 128
"""Characters of a password; checked before anything is hashed."""

_WAITING: Final = 256
"""Hashes that may wait for their turn; more would only wait longer than anybody stays."""

_TAG_BYTES: Final = 32
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id hash costs; by default the OWASP set of 19 MiB, 2 passes, 1 lane."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


CHEAP: Final = Cost(memory_kib=8, passes=1)
"""For tests only: as little as argon2 accepts."""


class Hashes:
    """Hashes and verifies in at most 2 x cores threads: a storm of logins takes bounded memory and no loop time.

    `count` is how many hashes were computed: the measure by which known and unknown names must not differ.
    """

    def __init__(self, cost: Cost) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_TAG_BYTES,
            salt_len=_SALT_BYTES,
        )
        self._nobody = _impossible(cost)
        # The pool's threads are the semaphore: unlike one on the loop it also counts work whose caller has gone.
        self._pool = ThreadPoolExecutor(2 * (os.cpu_count() or 1), thread_name_prefix="password")
        self._waiting = 0
        self.count = 0

    async def hash(self, password: str) -> str:
        """The argon2id string to keep; raises TryLater(`login.busy`) when too many wait."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one kept; with nothing kept the same work is done and the answer is no."""
        return await self._run(lambda: self._matches(kept or self._nobody, password)) and kept is not None

    def is_old(self, kept: str) -> bool:
        """Whether a kept hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """Let the threads go; hashes that wait are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING:
            raise TryLater("login.busy", seconds=5)
        self._waiting += 1
        self.count += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, work)
        future.add_done_callback(lambda _: self._one_less())
        return await future

    def _one_less(self) -> None:
        self._waiting -= 1


def check_password(password: str, name: str) -> str:
    """Return the password in the form that is hashed (NFKC, so that every keyboard's spelling of it is the same).

    Raises Invalid(`password.short`, `password.long`, `password.common`).
    """
    if too_long(password):
        raise Invalid("password.long", most=MOST)
    password = same_form(password)
    if len(password) < LEAST:
        raise Invalid("password.short", least=LEAST)
    if _is_common(password.casefold(), name.casefold()):
        raise Invalid("password.common")
    return password


def same_form(password: str) -> str:
    """NFKC, as NIST SP 800-63B has it; the caller has checked the length."""
    return unicodedata.normalize("NFKC", password)


def too_long(password: str) -> bool:
    """Whether it is longer than any password here can be; asked before any work is done on it."""
    return len(password) > MOST


def _is_common(password: str, name: str) -> bool:
    bare = password.strip(string.digits + string.punctuation + " ")
    if password in COMMON or bare == name or (not bare and len(set(password)) < 5):
        return True
    return len(set(password)) < 3 or _is_run(password)


def _is_run(password: str) -> bool:
    """`abcdefgh`, `87654321`: every character one further, or one back."""
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def _impossible(cost: Cost) -> str:
    """A well-formed argon2id string at the live cost that no password is known for: checking it is honest work."""
    salt, tag = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (_SALT_BYTES, _TAG_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${tag}"
