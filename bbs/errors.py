"""The tree of our own errors: each has a stable code, and parameters for its translated message."""

from __future__ import annotations

from typing import ClassVar


class BbsError(Exception):
    """Something a person or a script is told in one clear line.

    `code` is stable and is also the message id in the catalogues (`board.not_found`). `params` fill the message.
    `exit_code` is what a command ends with (see docs: 0 done, 1 failed, 2 wrong usage, 3 not permitted, 4 not found,
    5 conflict, 75 try again later).
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class Failed(BbsError):
    """The act could not be done for a reason outside its arguments (a full disk, a lost store)."""


class Invalid(BbsError):
    """The arguments are wrong; the message says what would be right."""

    exit_code = 2


class Forbidden(BbsError):
    """The access table says no."""

    exit_code = 3


class NotFound(BbsError):
    """There is no such thing, or the actor may not know that there is."""

    exit_code = 4


class Conflict(BbsError):
    """Somebody else was first, or the thing is in a state that does not allow the act."""

    exit_code = 5


class TryLater(BbsError):
    """Too many, too fast or too busy; `params["seconds"]` says how long to wait where it is known."""

    exit_code = 75
