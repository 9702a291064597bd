"""Name and password over telnet, for sites that let members in that way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bbs.errors import BbsError, TryLater
from bbs.forum.accounts.passwords import MOST
from bbs.forum.actor import Actor
from bbs.terminal import form
from bbs.terminal.canvas import Frame
from bbs.terminal.form import Form, Note
from bbs.terminal.view import Answer, Hint
from screens.visit import Screen, Visit

TRIES: Final = 3
"""Passwords before the line is closed."""
NAME_LIMIT: Final = 40
"""Characters of the field."""


class TelnetLogin(Screen):
    """Asks who somebody is; afterwards `actor_in` is who they are, or None."""

    route = "/login"
    context = "form"

    def __init__(self, visit: Visit, *, source: str) -> None:
        super().__init__(visit)
        self.title = self.tr("telnet.login")
        self.actor_in: Actor | None = None
        self._source = source
        self._tries = 0
        self._form = Form(
            [
                Note(self.tr("telnet.clear"), "message.warn"),
                Note(""),
                form.text("name", self.tr("telnet.name"), limit=NAME_LIMIT, hint=self.tr("telnet.name_hint")),
                form.secret("password", self.tr("register.password"), limit=MOST),
            ],
            self._submitted,
            on_cancel=self._give_up,
        )

    async def open(self) -> None:
        self._form.attach(self)

    def draw(self, width: int, height: int) -> Frame:
        return self._form.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        return self._form.act(action, data)

    def hints(self) -> tuple[Hint, ...]:
        return (Hint("form.accept", "telnet.hint_enter"), Hint("form.cancel", "telnet.hint_leave"))

    def _give_up(self) -> Answer:
        return self.stage.leave()

    def _submitted(self, values: Mapping[str, str]) -> Answer:
        return self._log_in(values["name"].strip(), values["password"])

    async def _log_in(self, name: str, password: str) -> None:
        accounts = self.forum.accounts
        try:
            if name in ("", "guest"):
                self.actor_in = await accounts.guest(transport="telnet")
            else:
                self._tries += 1
                self.actor_in = await accounts.by_password(name, password, transport="telnet", source=self._source)
        except BbsError as error:
            self._form.fail("password", self.tr.error(error))
            if self._tries < TRIES and not isinstance(error, TryLater):
                return
        await self.stage.leave()
