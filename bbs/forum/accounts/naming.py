"""Which names may be taken: nobody takes one that speaks for the house, for an office or for an officer."""

from __future__ import annotations

import re
import string
from typing import Final

from sqlalchemy import select

from bbs.errors import BbsError, Conflict, Invalid
from bbs.forum.accounts import people
from bbs.forum.actor import AccountKind
from bbs.store.database import Tx
from bbs.store.tables import appointment, office
from bbs.text.names import check_pen_name, fold

_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,15}")
"""Logins of officers and sysops: seen by nobody, typed at a prompt."""

_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
"""Names and titles in Chinese characters alone."""

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
    if kind is AccountKind.MEMBER and _speaks_for(name, official_folds(tx)):
        raise Invalid("name.reserved", name=name)


def official_folds(tx: Tx) -> frozenset[str]:
    """What nobody else may be called: offices, titles and the real names of all who hold or ever held an office."""
    offices = select(office.c.slug, office.c.zh, office.c.en)
    held = select(appointment.c.real_name, appointment.c.title_zh, appointment.c.title_en).distinct()
    words = {word for query in (offices, held) for row in tx.connection.execute(query) for word in row}
    return frozenset(fold(word) for word in words if word) - {""}


def _speaks_for(name: str, official: frozenset[str]) -> bool:
    """Whether a name is one of these words, or a Chinese one of them with something around it (`周明本人`).

    Latin words are looked for whole only: `union` is part of many words that have nothing to do with it.
    """
    forms = _forms(name)
    return not forms.isdisjoint(official) or any(
        word in form for word in official if len(word) > 1 and _HAN.fullmatch(word) for form in forms
    )


def _forms(name: str) -> set[str]:
    """The name, and the name without the digits somebody put after it."""
    return {fold(name), fold(name.rstrip(string.digits + "_-. "))}


def taken_instead(error: BbsError, name: str) -> BbsError:
    """What a broken unique constraint means when two people wanted the same name at the same moment."""
    if error.code == "store.conflict" and "account.fold" in str(error.params.get("constraint")):
        return Conflict("name.taken", name=name)
    return error
