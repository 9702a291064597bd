"""Which names may be taken: nobody takes one that speaks for the house, for an office or for an officer."""

from __future__ import annotations

import re
import string
from typing import Final

from sqlalchemy import select

from bbs.errors import BbsError, Conflict, Invalid
from bbs.forum import people
from bbs.forum.actor import AccountKind
from bbs.store.database import Tx
from bbs.store.tables import appointment, office
from bbs.text.names import check_pen_name, fold

_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,15}")
"""Logins of officers and sysops: seen by nobody, typed at a prompt."""

_DOORS: Final = frozenset({"guest", "new", "local", "go"})
"""Logins that the servers understand themselves."""


def clean_name(name: str, kind: AccountKind) -> str:
    """The clean name for an account of this kind, as far as its spelling goes.

    Raises Invalid(`name.empty`, `name.length`, `name.characters`, `name.reserved`, `name.login`).
    """
    if kind is AccountKind.MEMBER:
        return check_pen_name(name)
    if not _LOGIN.fullmatch(name):
        raise Invalid("name.login")
    if name in _DOORS:
        raise Invalid("name.reserved", name=name)
    return name


def check_free(tx: Tx, name: str, kind: AccountKind) -> None:
    """Check a clean name against the store; raises Conflict(`name.taken`), Invalid(`name.reserved`)."""
    if people.is_taken(tx, name):
        raise Conflict("name.taken", name=name)
    if kind is AccountKind.MEMBER and not _forms(name).isdisjoint(official_folds(tx)):
        raise Invalid("name.reserved", name=name)


def official_folds(tx: Tx) -> frozenset[str]:
    """What nobody else may be called: offices, titles and the real names of all who hold or ever held an office."""
    offices = select(office.c.slug, office.c.zh, office.c.en)
    held = select(appointment.c.real_name, appointment.c.title_zh, appointment.c.title_en).distinct()
    words = {word for query in (offices, held) for row in tx.connection.execute(query) for word in row}
    return frozenset(fold(word) for word in words if word) - {""}


def _forms(name: str) -> set[str]:
    """The name, and the name without the digits somebody put after it."""
    return {fold(name), fold(name.rstrip(string.digits + "_-. "))}


def taken_instead(error: BbsError, name: str) -> BbsError:
    """What a broken unique constraint means when two people wanted the same name at the same moment."""
    if error.code == "store.conflict" and "account.fold" in str(error.params.get("constraint")):
        return Conflict("name.taken", name=name)
    return error
