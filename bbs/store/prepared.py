"""Statements that are run so often that even looking up their SQL counts: compiled once, then given to the driver."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import Column, Dialect, Select, TextClause
from sqlalchemy.sql.dml import UpdateBase

from bbs.store.database import Tx

Statement: TypeAlias = Select[Any] | UpdateBase | TextClause
_Process: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement for units of work.

    On SQLite it is compiled when first run, and from then on goes to the driver without SQLAlchemy, whose way there
    costs more than most statements take. On PostgreSQL the way to the server costs more, and SQLAlchemy runs it.
    An INSERT without values of its own is told the columns that its parameters will name.
    """

    __slots__ = ("_columns", "_compiled", "_statement")

    def __init__(self, statement: Statement, columns: Sequence[str] | None = None) -> None:
        self._statement: Final = statement
        self._columns: Final = columns
        self._compiled: _Compiled | None = None

    @property
    def statement(self) -> Statement:
        """What was prepared, for looking at its plan."""
        return self._statement

    def run(self, tx: Tx, parameters: Mapping[str, Any]) -> None:
        """Run it for its effect."""
        if tx.dialect == "sqlite":
            self._on_sqlite(tx, parameters)
        else:
            tx.connection.execute(self._statement, parameters)

    def first(self, tx: Tx, parameters: Mapping[str, Any]) -> Any:
        """The first row, with its columns as attributes; None where there is none."""
        if tx.dialect == "sqlite":
            rows = self._on_sqlite(tx, parameters)
            return self._rows(rows[:1])[0] if rows else None
        return tx.connection.execute(self._statement, parameters).first()

    def all(self, tx: Tx, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """All rows, with their columns as attributes."""
        if tx.dialect == "sqlite":
            return self._rows(self._on_sqlite(tx, parameters))
        return tx.connection.execute(self._statement, parameters).all()

    def _on_sqlite(self, tx: Tx, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        compiled = self._compiled
        if compiled is None:  # two threads may both compile it: they find the same
            compiled = self._compiled = _compile(self._statement, self._columns, tx.connection.dialect)
        raw: Any = tx.connection.connection.driver_connection
        # Read to the end at once: a statement half read would keep its snapshot beyond the transaction.
        rows: list[tuple[Any, ...]] = raw.execute(compiled.sql, compiled.values(parameters)).fetchall()
        return rows

    def _rows(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        assert self._compiled is not None
        return [self._compiled.row(values) for values in rows]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """SQL with a `?` for each of `names`, in order, and what converts values for the driver and back."""

    sql: str
    names: tuple[str, ...]
    constants: dict[str, Any]
    into: tuple[tuple[str, _Process], ...]
    out: tuple[tuple[int, _Process], ...]
    make: type[tuple[Any, ...]]

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values for the driver; KeyError for one that is missing."""
        given = {**self.constants, **parameters}
        for name, process in self.into:
            given[name] = process(given[name])
        return [given[name] for name in self.names]

    def row(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of the driver's as a named one."""
        if not self.out:
            return tuple.__new__(self.make, values)
        changed = list(values)
        for at, process in self.out:
            changed[at] = process(changed[at])
        return tuple.__new__(self.make, changed)


def _compile(statement: Statement, columns: Sequence[str] | None, dialect: Dialect) -> _Compiled:
    """Compile for a dialect with positional parameters; TypeError for what must be computed anew at each run."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=None if columns is None else list(columns))
    names = tuple(compiled.positiontup)
    defaults = {column.key: _default(column) for column in (*compiled.insert_prefetch, *compiled.update_prefetch)}
    constants: dict[str, Any] = {}
    into: list[tuple[str, _Process]] = []
    for name in dict.fromkeys(names):
        bind = compiled.binds[name]
        if bind.expanding:
            raise TypeError("a statement with a list of values is another one for each length")
        process = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if name in defaults or not bind.required:
            value = defaults.get(name, bind.effective_value)
            constants[name] = value if process is None else process(value)
        elif process is not None:
            into.append((name, process))
    columns_out = compiled._result_columns
    processes = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns_out]
    out = tuple((at, process) for at, process in enumerate(processes) if process is not None)
    make = namedtuple("Row", [one.keyname for one in columns_out], rename=True)  # type: ignore[misc]
    return _Compiled(compiled.string, names, constants, tuple(into), out, make)


def _default(column: Column[Any]) -> Any:
    default: Any = column.default if column.default is not None else column.onupdate
    if not default.is_scalar:
        raise TypeError(f"the default of {column} is computed anew at each run")
    return default.arg
