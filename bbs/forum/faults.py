"""A fault of our own in one of many things: it is logged once under an id, and the others go on."""

from __future__ import annotations

import logging
import secrets

from bbs.errors import Failed

_log = logging.getLogger(__name__)


def unexpected(what: str) -> Failed:
    """Log the exception being handled and give the Failed(`error.unexpected`, id) that tells of it.

    `what` is a word of ours, nothing of the thing itself: who sent it may write control characters."""
    mark = secrets.token_hex(3)
    _log.exception("%s failed, id %s", what, mark)
    return Failed("error.unexpected", id=mark)
