"""Small units of work that tests share; they write to the table of settings."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, func, insert, select, update

from bbs.store.database import Tx
from bbs.store.tables import setting


def put(name: str, value: str = "") -> Callable[[Tx], str]:
    """A unit that writes a new setting, and answers its name."""

    def unit(tx: Tx) -> str:
        tx.connection.execute(insert(setting).values(name=name, value=value))
        return name

    return unit


def put_and_tell(name: str, kind: str = "put") -> Callable[[Tx], str]:
    """A unit that writes a new setting and emits an event that names it."""

    def unit(tx: Tx) -> str:
        tx.emit(kind, name=name)
        return put(name)(tx)

    return unit


def get(name: str) -> Callable[[Tx], str | None]:
    """A unit that reads a setting."""
    return lambda tx: tx.connection.execute(select(setting.c.value).where(setting.c.name == name)).scalar()


def names(tx: Tx) -> list[str]:
    """A unit that lists all settings."""
    return list(tx.connection.execute(select(setting.c.name).order_by(setting.c.name)).scalars())


def count(tx: Tx) -> int:
    """A unit that counts settings."""
    return tx.connection.execute(select(func.count()).select_from(setting)).scalar_one()


def add_one(name: str) -> Callable[[Tx], int]:
    """A unit that reads a number and writes the next one."""

    def unit(tx: Tx) -> int:
        value = int(get(name)(tx) or 0) + 1
        tx.connection.execute(update(setting).where(setting.c.name == name).values(value=str(value)))
        return value

    return unit


def clear(tx: Tx) -> None:
    """A unit that deletes all settings."""
    tx.connection.execute(delete(setting))
