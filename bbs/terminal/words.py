"""What the terminal needs of a translator; `bbs.text.catalogue.Translator` is one."""

from __future__ import annotations

from typing import Protocol

from bbs.errors import BbsError


class Words(Protocol):
    """The messages of one language."""

    def __call__(self, msgid: str, /, **params: object) -> str:
        """Translate a message id."""
        ...

    def plural(self, msgid: str, /, n: int, **params: object) -> str:
        """Translate in the form that goes with `n`."""
        ...

    def error(self, error: BbsError) -> str:
        """Say an error of ours in words."""
        ...
