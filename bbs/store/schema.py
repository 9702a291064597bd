"""The version of the schema: reading it costs one query, and only changing it loads alembic."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from bbs.errors import Failed
from bbs.store import driver
from bbs.store.database import Tx
from bbs.store.tables import metadata

MIGRATIONS: Final = Path(__file__).parent / "migrations"
# Made by hand in migrations, outside the metadata: the search index, and what only PostgreSQL needs.
_BY_HAND: Final = re.compile(r"search_\w+|ix_outbox_xact_seq")
_VERSION = re.compile(r"[0-9]{4}")
_FILE = re.compile(r"v([0-9]{4})_\w+\.py")
_CONTENTLESS_DELETE: Final = (3, 43)  # the SQLite that can delete from an index without its text


@cache
def head() -> str:
    """The newest version this program knows, from the names of the migrations."""
    return max(found[1] for path in (MIGRATIONS / "versions").iterdir() if (found := _FILE.fullmatch(path.name)))


def found_version(tx: Tx) -> str | None:
    """The version of an opened store, None where it is empty.

    Raises Failed: `store.foreign` for tables that are not ours, `store.newer` for a version from the future,
    `store.library` when the index needs a newer SQLite than there is, `store.encoding` when the server keeps text in
    anything but UTF-8.
    """
    if tx.dialect == "postgresql":
        encoding = tx.connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise Failed("store.encoding", found=encoding)
    names = _table_names(tx)
    if "alembic_version" not in names:
        if names:
            raise Failed("store.foreign")
        return None
    row = tx.connection.execute(text("SELECT version_num FROM alembic_version")).first()
    version = "" if row is None else str(row[0])
    if not _VERSION.fullmatch(version):
        raise Failed("store.foreign")
    if version > head():
        raise Failed("store.newer", found=version, known=head())
    if tx.dialect == "sqlite":
        _check_library(tx)
    return version


def _table_names(tx: Tx) -> set[str]:
    if tx.dialect == "sqlite":
        query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    return set(tx.connection.execute(text(query)).scalars())


def _check_library(tx: Tx) -> None:
    if driver.sqlite_version() >= _CONTENTLESS_DELETE:
        return
    query = text("SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%contentless_delete%'")
    if tx.connection.execute(query).scalar_one():
        raise Failed("store.library", found=".".join(map(str, driver.sqlite_version())), needed="3.43")


def upgrade(tx: Tx, to: str = "head") -> None:
    """Bring the schema to a version (the newest), inside the caller's transaction; two at once take turns."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    if tx.dialect == "postgresql":
        tx.connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('mingtan.schema'))"))
    found_version(tx)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)

    def steps(revision: object, _context: object) -> object:
        return script._upgrade_revs(to, revision)  # type: ignore[arg-type]

    # The transaction is ours, on both engines; alembic is told not to begin or end any.
    with EnvironmentContext(config, script, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=tx.connection, target_metadata=metadata, render_as_batch=True)
        environment.run_migrations()


def differences(connection: Connection) -> list[object]:
    """What differs between an open store and the tables as declared; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def ours(_object: object, name: str | None, _kind: str, _reflected: bool, _compare: object) -> bool:
        return name is None or not _BY_HAND.fullmatch(name)

    options = {"compare_type": True, "include_object": ours, "render_as_batch": True}
    context = MigrationContext.configure(connection, opts=options)
    found: list[object] = list(compare_metadata(context, metadata))
    return found
