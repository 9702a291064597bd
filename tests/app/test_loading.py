"""What imports make is left out of collections, and collections go on after it."""

from __future__ import annotations

import gc
from contextlib import suppress

from bbs.app.loading import kept


def test_what_was_made_is_kept_and_collecting_goes_on() -> None:
    before = gc.get_freeze_count()
    try:
        with suppress(ImportError), kept():
            inside = gc.isenabled()
            raise ImportError
        assert not inside
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
