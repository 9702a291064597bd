"""Accounts: registration, login, keys, roles, preferences."""

from __future__ import annotations

from bbs.forum.accounts.administration import Administration
from bbs.forum.accounts.invitations import Invitation
from bbs.forum.accounts.keyring import Key, Keyring
from bbs.forum.accounts.login import Login
from bbs.forum.accounts.people import Account, State
from bbs.forum.accounts.preferences import PREFERENCES, Preference, PreferenceKind, preference
from bbs.forum.accounts.registration import Registration

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
