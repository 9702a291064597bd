"""Accounts: registration, login, keys, roles, preferences."""

from __future__ import annotations

from bbs.forum.administration import Administration
from bbs.forum.invitations import Invitation
from bbs.forum.keyring import Key, Keyring
from bbs.forum.login import Login
from bbs.forum.people import Account, State
from bbs.forum.preferences import PREFERENCES, Preference, PreferenceKind, preference
from bbs.forum.registration import Registration

__all__ = [
    "PREFERENCES",
    "Account",
    "Accounts",
    "Invitation",
    "Key",
    "Preference",
    "PreferenceKind",
    "State",
    "preference",
]


class Accounts(Login, Registration, Keyring, Administration):
    """The rules of accounts. Password hashing runs off the loop, in at most 2 x cores threads."""

    def close(self) -> None:
        """Let the hashing threads go."""
        self._hashes.close()
