"""One's own ways in: password, keys, preferences; and another's, for sysops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from bbs.errors import Conflict, NotFound
from bbs.forum import access
from bbs.forum.access import Verb
from bbs.forum.accounts import people, preferences
from bbs.forum.accounts.keys import LABEL_LIMIT, PER_ACCOUNT, parse_line
from bbs.forum.accounts.passwords import check_password
from bbs.forum.accounts.registration import keep_key
from bbs.forum.accounts.shared import Shared
from bbs.forum.actor import Actor
from bbs.forum.officers.officers import record_key
from bbs.forum.proof import register
from bbs.store.database import Tx
from bbs.store.tables import account, account_key
from bbs.text.clean import clean_line


@dataclass(frozen=True, slots=True)
class Key:
    """A key as its owner sees it, and nobody else."""

    fingerprint: str
    label: str
    added_at: datetime


class Keyring(Shared):
    """What opens an account, and how its owner wants things."""

    async def set_password(self, actor: Actor, password: str, *, name: str | None = None) -> None:
        """Change one's own password, or with the right another's.

        Raises Invalid(`password.short`, `password.long`, `password.common`), NotFound(`account.not_found`).
        """
        other = _other(actor, name)
        checked = check_password(password, name or actor.name)
        if other:  # before the work is done
            await self._db.read(lambda tx: people.must_find(tx, name or ""))
        hashed = await self._hashes.hash(checked)
        now = self._clock.now()

        def unit(tx: Tx) -> None:
            row = _row(tx, actor, name)
            tx.connection.execute(update(account).where(account.c.id == row.id).values(password=hashed))
            if other:
                register.append(tx, now, "account.password", actor, row.name, {"account": row.name})

        await self._db.write(unit)

    async def add_key(self, actor: Actor, line: str, *, label: str = "", name: str | None = None) -> Key:
        """Add a public key given as an OpenSSH line.

        Raises Invalid(`key.bad`, `key.private`, `key.weak`), Conflict(`key.taken`, `key.most`).
        """
        other = _other(actor, name)
        key = parse_line(line)
        said = clean_line(label, LABEL_LIMIT) or key.comment
        now = self._clock.now()

        def unit(tx: Tx) -> Key:
            row = _row(tx, actor, name)
            if _count(tx, row.id) >= PER_ACCOUNT:
                raise Conflict("key.most", most=PER_ACCOUNT)
            keep_key(tx, row.id, key, said, now)
            if other:
                register.append(tx, now, "account.key", actor, row.name, {"account": row.name, "label": said})
            record_key(tx, now, actor, row, key.fingerprint, added=True)
            return Key(key.fingerprint, said, now)

        try:
            return await self._db.write(unit)
        except Conflict as error:
            if error.code == "store.conflict":  # the same key, added twice at the same moment
                raise Conflict("key.taken") from error
            raise

    async def keys(self, actor: Actor) -> list[Key]:
        """One's own keys, oldest first."""
        access.require(actor, Verb.ACCOUNT_SELF)
        query = select(account_key).where(account_key.c.account_id == actor.account_id).order_by(account_key.c.id)
        rows = await self._db.read(lambda tx: tx.connection.execute(query).all())
        return [Key(row.fingerprint, row.label, row.added_at) for row in rows]

    async def remove_key(self, actor: Actor, fingerprint: str) -> None:
        """Take away one of one's own keys; NotFound(`key.not_found`), Conflict(`key.last_way`) for the last way in."""
        access.require(actor, Verb.ACCOUNT_SELF)
        now = self._clock.now()

        def unit(tx: Tx) -> None:
            row = _row(tx, actor, None)
            mine = (account_key.c.account_id == row.id, account_key.c.fingerprint == fingerprint)
            if tx.connection.execute(select(account_key.c.id).where(*mine)).first() is None:
                raise NotFound("key.not_found")
            if row.password is None and _count(tx, row.id) == 1:
                raise Conflict("key.last_way")
            tx.connection.execute(delete(account_key).where(*mine))
            record_key(tx, now, actor, row, fingerprint, added=False)

        await self._db.write(unit)

    async def set_preferences(self, actor: Actor, changes: Mapping[str, object]) -> Actor:
        """Keep preferences (see `PREFERENCES`; None takes a choice back) and give the actor with them.

        Raises Invalid(`preference.bad`, `preference.unknown`). A guest's hold for the session only.
        """
        checked = preferences.check_changes(changes)
        if actor.account_id is None:
            return replace(actor, preferences=preferences.merged(actor.preferences, checked))

        def unit(tx: Tx) -> dict[str, Any]:
            row = _row(tx, actor, None)
            kept = preferences.merged(row.preferences, checked)
            if kept != row.preferences:
                tx.connection.execute(update(account).where(account.c.id == row.id).values(preferences=kept))
                tx.emit(people.CHANGED, id=row.id, account=row.name)
            return kept

        return replace(actor, preferences=await self._db.write(unit))


def _other(actor: Actor, name: str | None) -> bool:
    """Whether this is about somebody else's account; raises Forbidden(`access.denied`)."""
    other = name is not None and name != actor.name
    access.require(actor, Verb.ACCOUNT_RESET if other else Verb.ACCOUNT_SELF)
    return other


def _row(tx: Tx, actor: Actor, name: str | None) -> Any:
    if name is not None and name != actor.name:
        return people.must_find(tx, name)
    row = tx.connection.execute(select(account).where(account.c.id == actor.account_id)).one_or_none()
    if row is None:
        raise NotFound("account.not_found", name=actor.name)
    return row


def _count(tx: Tx, account_id: int) -> int:
    query = select(func.count()).select_from(account_key).where(account_key.c.account_id == account_id)
    return tx.connection.execute(query).scalar_one()
