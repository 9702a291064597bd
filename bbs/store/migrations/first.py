"""Writes the first migration anew from the tables (`make schema`): until there is a release there is no second one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from sqlalchemy import create_engine

from bbs.store.schema import MIGRATIONS
from bbs.store.tables import metadata

FILE: Final = MIGRATIONS / "versions" / "v0001_first.py"
_BEGIN: Final = '    """Create everything."""\n'
_END: Final = "    create_index(op.get_bind())\n"
_TIME: Final = "bbs.store.tables.meta.Utc("
_COMMENT: Final = re.compile(r"^\s*# ### .*\n", re.MULTILINE)


def steps() -> str:
    """The operations that make all tables in an empty store, as Python."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.migration import MigrationContext

    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        made = produce_migrations(context, metadata).upgrade_ops
        assert made is not None
        text = _COMMENT.sub("", render_python_code(made, migration_context=context))
    return re.sub(r"^(?=op\.)", "    ", text, flags=re.MULTILINE).replace(_TIME, "sa.DateTime(")


def write(file: Path = FILE) -> None:
    """Put the operations where those of before are."""
    text = file.read_text(encoding="utf-8")
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    file.write_text(text[:begin] + steps().rstrip() + "\n" + text[end:], encoding="utf-8")


if __name__ == "__main__":
    write()
