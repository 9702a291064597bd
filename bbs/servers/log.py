"""One line a happening: an event name and facts, with nothing in them that a terminal could obey."""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import Final

from bbs.text.clean import show_controls

_log: Final = logging.getLogger("mingtan.servers")

_SECRET: Final = secrets.token_bytes(16)
_LONGEST: Final = 120
"""Characters kept of one fact; names and versions come from strangers."""


def note(event: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log `event key=value ...`; `event` and the cleaned facts also travel as attributes of the record."""
    if not _log.isEnabledFor(level):
        return
    clean = {key: _shown(value) for key, value in facts.items() if value is not None}
    told = " ".join([event, *(f"{key}={_quoted(value)}" for key, value in clean.items())])
    _log.log(level, "%s", told, extra={"event": event, "facts": clean})


def mark(name: str) -> str:
    """Something that stands for a name nobody has proven: people type passwords there. The same until a restart."""
    return hashlib.blake2s(name.encode("utf-8", "replace"), key=_SECRET, digest_size=4).hexdigest()


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return show_controls(str(value)[:_LONGEST], newlines=False)


def _quoted(value: str) -> str:
    if value and not set(value) & set(' "='):
        return value
    return '"' + value.replace('"', "'") + '"'
