"""Registering, for `ssh new@host`: language, welcome, code, pen name, rules, a way in; the account comes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bbs.errors import BbsError, Invalid
from bbs.forum.accounts.keys import LINE_LIMIT, fingerprint, parse_line
from bbs.forum.accounts.passwords import MOST, check_password
from bbs.forum.actor import Actor
from bbs.terminal import form
from bbs.terminal.canvas import Frame, Row
from bbs.terminal.form import Entry, Note, Option
from bbs.terminal.view import Answer, Hint
from bbs.text.catalogue import Translator
from bbs.text.names import check_pen_name
from bbs.text.spans import Line, Span
from bbs.text.wrap import wrap_line
from screens.arriving.registersteps import Filling, Reading, Step, page_rows
from screens.help.screen import topic
from screens.parts import choices
from screens.visit import Screen, Visit

CODE_LIMIT: Final = 64
NAME_LIMIT: Final = 40
"""Characters of the fields."""

KEY, PASSWORD = "key", "password"
"""The ways in."""

_ABOUT: Final = {"code": "code", "name": "name", "password": "password", "key": "way"}
"""The step that a refusal is about, by the first word of its code."""


@dataclass(slots=True)
class Answers:
    """What was filled in so far; nothing is in the store before all of it is there."""

    code: str = ""
    name: str = ""
    way: str = PASSWORD
    paste: str = ""
    """The line of a `.pub` file, when the key is not one they came with."""
    password: str = ""


class Registration(Screen):
    """All steps in one view. Afterwards `member` is who registered, ready to go in, or None.

    `source` is the address that delays count by; `address` is the host and port people reach this site at, as the last
    page tells them.
    """

    route = "/register"
    context = "form"

    def __init__(self, visit: Visit, *, source: str = "", address: tuple[str, int] | None = None) -> None:
        super().__init__(visit)
        self.member: Actor | None = None
        self._source = source
        self._address = address
        self._answers = Answers(way=KEY if visit.key else PASSWORD)
        self._name = "language"
        self._step: Step
        self._entered: Actor | None = None
        self._pending = False
        self._again = False
        self._head: tuple[object, Row] | None = None

    # Which steps there are

    def _steps(self) -> list[str]:
        steps = ["language", "welcome"]
        if self.forum.accounts.registration != "open":
            steps.append("code")
        steps += ["name", "rules"]
        steps.append("way")
        if self._answers.way == PASSWORD:
            steps.append("password")
        elif not self.visit.key:
            steps.append("paste")
        return steps

    async def open(self) -> None:
        """Begin with the language."""
        await self._enter("language")

    async def resume(self) -> None:
        """Go on where it was left."""

    async def _enter(self, name: str) -> None:
        self._name = name
        self.title = self.tr("register.title")
        self._step = self._make(name)
        await self._step.enter(self)

    async def _forward(self) -> None:
        steps = self._steps()
        at = steps.index(self._name) + 1
        if at < len(steps):
            await self._enter(steps[at])
        else:
            await self._register()

    async def _back(self) -> None:
        at = self._steps().index(self._name)
        if at == 0:
            self.stage.bell()
            self.stage.say(self.tr("register.first_step"))
        else:
            await self._enter(self._steps()[at - 1])

    async def _give_up(self) -> None:
        if self._name == "done" or await self.stage.confirm(self.tr("register.give_up")):
            await self.stage.leave()

    # The steps

    def _make(self, name: str) -> Step:
        match name:
            case "language":
                return self._language()
            case "welcome":
                return self._page(name, "new", "register.go_on")
            case "code":
                return self._code()
            case "name":
                return self._pen_name()
            case "rules":
                return self._page(name, "rules", "register.accept_rules")
            case "way":
                return self._way()
            case "password":
                return self._password()
            case "paste":
                return self._paste()
        prompt = "register.wait" if self._pending else "register.go_in" if self._entered else "register.come_back"
        return Reading(
            "done", self._farewell, prompt=prompt,
            on_accept=self._go_in, on_back=lambda: False,
        )  # fmt: skip

    def _filling(self, name: str, *parts: Entry | Note) -> Filling:
        return Filling(name, parts, self._filled, on_back=self._back)

    def _language(self) -> Step:
        words = " / ".join(self._in(lang)("register.language") for lang in ("zh", "en"))
        options = [Option("zh", "1 中文"), Option("en", "2 English")]
        both = "   ".join(self._in(lang)("register.choose_language") for lang in ("zh", "en"))
        return self._filling(
            "language", Note(both, "hint"), Note(""),
            form.choose("language", words, options, "zh" if self.visit.chinese else "en"),
        )  # fmt: skip

    def _in(self, lang: str) -> Translator:
        return self.visit.catalogues.translator(lang)

    def _page(self, name: str, page: str, prompt: str) -> Step:
        source = self.visit.pages.get(page, self.tr.lang)
        if name == "welcome":
            source += "\n\n" + self.tr(f"register.mode.{self.forum.accounts.registration}")
        text = page_rows(source, self.stage.ambiguous)
        return Reading(name, text, prompt=prompt, on_accept=self._forward, on_back=self._back)

    def _code(self) -> Step:
        optional = self.forum.accounts.registration == "approval"

        def check(value: str) -> str | None:
            return None if optional or value.strip() else self.tr("register.code_missing")

        note = Note(self.tr("register.about_code_optional" if optional else "register.about_code"))
        entry = form.text("code", self.tr("register.code"), self._answers.code, limit=CODE_LIMIT, check=check)
        return self._filling("code", note, Note(""), entry)

    def _pen_name(self) -> Step:
        entry = form.text(
            "name", self.tr("register.name"), self._answers.name, limit=NAME_LIMIT, check=self._why_not,
            hint=self.tr("register.name_hint"),
        )  # fmt: skip

        def changed() -> None:
            entry.error = (self._why_not(entry.value) or "") if entry.value else ""

        entry.field.changed = changed
        return self._filling("name", Note(self.tr("register.about_name")), Note(""), entry)

    def _why_not(self, name: str) -> str | None:
        try:
            check_pen_name(name)
        except Invalid as error:
            return self.tr.error(error)
        return None

    def _way(self) -> Step:
        options = [Option(KEY, self.tr("register.way.key")), Option(PASSWORD, self.tr("register.way.password"))]
        if self.visit.key:
            shown = self.tr("register.your_key", key=fingerprint(self.visit.key))
            notes = [Note(self.tr("register.about_way")), Note(shown, "hint")]
        else:
            notes = [Note(self.tr("register.about_ways"))]
        return self._filling(
            "way", *notes, Note(""), form.choose("way", self.tr("register.way"), options, self._answers.way)
        )

    def _paste(self) -> Step:
        def good(value: str) -> str | None:
            try:
                parse_line(value)
            except Invalid as error:
                return self.tr.error(error)
            return None

        entry = form.text("paste", self.tr("register.key"), self._answers.paste, limit=LINE_LIMIT, check=good)
        return self._filling("paste", Note(self.tr("register.about_paste")), Note(""), entry)

    @property
    def _public(self) -> bytes | None:
        """The key that is to open the account, SSH wire form; None with a password."""
        if self._answers.way != KEY:
            return None
        return self.visit.key or parse_line(self._answers.paste).public

    def _password(self) -> Step:
        def good(value: str) -> str | None:
            try:
                check_password(value, self._answers.name)
            except Invalid as error:
                return self.tr.error(error)
            return None

        first = form.secret("password", self.tr("register.password"), limit=MOST, check=good)

        def same(value: str) -> str | None:
            return None if value == first.value else self.tr("register.not_the_same")

        second = form.secret("again", self.tr("register.again"), limit=MOST, check=same)
        return self._filling("password", Note(self.tr("register.about_password")), Note(""), first, second)

    def _filled(self, values: Mapping[str, str]) -> Answer:
        return self._take(values)

    async def _take(self, values: Mapping[str, str]) -> None:
        """Keep what a step asked for, once the rules agree to it."""
        if "language" in values:
            preferences = {**self.actor.preferences, "language": values["language"]}
            self.visit.actor = replace(self.actor, preferences=preferences)
            choices.apply(self.visit, self.stage)
        if "name" in values:
            try:
                values = {"name": await self.forum.accounts.name_free(values["name"])}
            except BbsError as error:
                self._step.fail("name", self.tr.error(error))
                return
        for name in ("code", "name", "way", "paste", "password"):
            if name in values:
                setattr(self._answers, name, values[name])
        if self._again and "way" not in values:
            # Everything else is answered: only this was refused.
            self._again = False
            await self._register()
        else:
            await self._forward()

    # The end

    async def _register(self) -> None:
        answers = self._answers
        public = self._public
        try:
            account = await self.forum.accounts.register(
                answers.name,
                code=answers.code.strip(),
                password=None if public else answers.password,
                public=public,
                source=self._source,
            )
        except BbsError as error:
            await self._refused(error)
            return
        answers.name = account.name
        self._pending = account.state != "active"
        if not self._pending:
            self._entered = await self._log_in()
        answers.password = answers.code = ""
        await self._enter("done")

    async def _refused(self, error: BbsError) -> None:
        """Go back to the step it is about, if there is one, and say there what would be right."""
        about = _ABOUT.get(error.code.partition(".")[0], "")
        if about == "way" and error.code != "key.needed" and "paste" in self._steps():
            about = "paste"
        if about in self._steps():
            self._again = True
            await self._enter(about)
        self._step.fail(about, self.tr.error(error))

    async def _log_in(self) -> Actor | None:
        """Who just registered, with their language kept; None where that needs a login of its own."""
        accounts, answers = self.forum.accounts, self._answers
        with suppress(BbsError):
            if answers.way == KEY:
                if not self.visit.key:
                    return None  # a key that was pasted has proved nothing yet: its owner comes in with it
                actor = await accounts.by_key(answers.name, self.visit.key, transport="ssh", session=self.actor.session)
            else:
                actor = await accounts.by_password(
                    answers.name, answers.password, transport="ssh", source=self._source, session=self.actor.session
                )
            return await accounts.set_preferences(actor, {"language": self.tr.lang})
        return None

    def _farewell(self, cells: int) -> list[Line]:
        tr, name = self.tr, self._answers.name
        rows: list[Line] = [(Span(tr("register.welcome", name=name), "md.heading"),), ()]
        if self._pending:
            rows += [(Span(tr("register.pending")),), ()]
        rows.append((Span(tr("register.log_in")),))
        if self._address is not None:
            host, port = self._address
            command = f"ssh {name}@{host}" if port == 22 else f"ssh -p {port} {name}@{host}"
            rows += [(), (Span(f"    {command}", "md.code"),), ()]
        else:
            rows += [(), (Span(f"    ssh {name}@...", "md.code"),), (Span(tr("register.same_address"), "hint"),), ()]
        way = "register.with_key" if self._answers.way == KEY else "register.with_password"
        rows.append((Span(tr(way)),))
        return [piece for row in rows for piece in wrap_line(row, cells, self.stage.ambiguous)]

    async def _go_in(self) -> None:
        self.member = self._entered
        await self.stage.leave()

    # The view

    def draw(self, width: int, height: int) -> Frame:
        """The row that names the step, then the step."""
        if height < 4:
            return self._step.draw(width, height)
        frame = self._step.draw(width, height - 2)
        cursor = (frame.cursor[0], frame.cursor[1] + 2) if frame.cursor is not None else None
        return Frame([self._heading(), Row(), *frame.rows], cursor, frame.caret)

    def _heading(self) -> Row:
        steps = self._steps()
        key = (self._name, len(steps), self.tr.lang)
        if self._head is None or self._head[0] != key:
            words = self.tr(self._step.title)
            if self._name in steps:
                words = self.tr("register.progress", at=steps.index(self._name) + 1, of=len(steps), step=words)
            self._head = (key, Row((Span(f" {words}"),), "panel.title"))
        return self._head[1]

    def act(self, action: str, data: str) -> Answer:
        """Esc gives up; everything else is for the step."""
        if action == "form.cancel":
            return self._give_up()
        if action == "editor_help":
            return self.stage.push(topic(self.visit, self.context))
        return self._step.act(action, data)

    def hints(self) -> Sequence[Hint]:
        """Those of the step."""
        return self._step.hints()
