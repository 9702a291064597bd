"""Asking a poll: the question, its options and how it is held, on one form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bbs.errors import BbsError
from bbs.forum.posts.polls import DAYS_MOST, OPTION_LIMIT, OPTIONS_LEAST, OPTIONS_MOST, QUESTION_LIMIT, Plan, checked
from bbs.terminal import form
from bbs.terminal.canvas import Frame
from bbs.terminal.form import Entry, Form, Note, Option
from bbs.terminal.view import Answer, Hint
from screens.visit import Screen, Visit

_FIELD_OF: Final = {"poll.days": "days", "poll.option": "option1", "poll.options": "option1", "poll.double": "option1"}
"""Under which field a mistake is told that only the rules see; the question where nothing is said here."""


class PollForm(Screen):
    """The form; `done(plan)` takes what is filled in, and may refuse it by raising BbsError."""

    context = "form"

    def __init__(
        self, visit: Visit, route: str, done: Callable[[Plan], Awaitable[None]], plan: Plan | None = None
    ) -> None:
        super().__init__(visit)
        self.route = route
        self.title = self.tr("poll.form")
        self._done = done
        self.form = Form(self._parts(plan or Plan("", ())), self._filled, on_cancel=self._back)

    def _parts(self, plan: Plan) -> list[Entry | Note]:
        tr = self.tr
        options = [*plan.options, *[""] * (OPTIONS_MOST - len(plan.options))]
        return [
            Note(tr("poll.form_about", name=self.actor.name), "hint"),
            form.text("question", tr("poll.form_question"), plan.question, limit=QUESTION_LIMIT, must=True),
            *(
                form.text(
                    f"option{number}",
                    tr("poll.form_option", number=number),
                    option,
                    limit=OPTION_LIMIT,
                    must=number <= OPTIONS_LEAST,
                )
                for number, option in enumerate(options, 1)
            ),
            form.choose(
                "many",
                tr("poll.form_many"),
                [Option("one", tr("poll.one_only")), Option("several", tr("poll.several"))],
                "several" if plan.many else "one",
            ),
            form.choose(
                "names",
                tr("poll.form_names"),
                [Option("hidden", tr("poll.hidden")), Option("shown", tr("poll.shown"))],
                "shown" if plan.open_names else "hidden",
                hint=tr("poll.form_names_hint"),
            ),
            form.text(
                "days",
                tr("poll.form_days"),
                str(plan.days or ""),
                limit=2,
                check=self._check_days,
                hint=tr("poll.form_days_hint", most=DAYS_MOST),
            ),
        ]

    def _check_days(self, value: str) -> str | None:
        days = value.strip()
        right = not days or (days.isascii() and days.isdecimal() and 1 <= int(days) <= DAYS_MOST)
        return None if right else self.tr("poll.days", most=DAYS_MOST)

    async def open(self) -> None:
        """Put the caret into the question."""
        self.form.attach(self)

    def draw(self, width: int, height: int) -> Frame:
        """The fields."""
        self.form.ambiguous = self.stage.ambiguous
        return self.form.draw(width, height)

    def act(self, action: str, data: str) -> Answer:
        """Fill, finish, go back."""
        answer = self.form.act(action, data)
        return super().act(action, data) if answer is False else answer

    def hints(self) -> Sequence[Hint]:
        """Finishing, leaving."""
        return _HINTS

    def _back(self) -> Answer:
        return self._leave()

    async def _leave(self) -> None:
        typed = [entry.value for entry in self.form.entries if entry.name.startswith(("question", "option"))]
        if not any(text.strip() for text in typed) or await self.stage.confirm(self.tr("compose.abandon_ask")):
            await self.stage.pop()

    def _filled(self, values: Mapping[str, str]) -> Answer:
        options = tuple(values[f"option{number}"] for number in range(1, OPTIONS_MOST + 1))
        days = values["days"].strip()
        plan = Plan(
            values["question"],
            tuple(option for option in options if option.strip()),
            many=values["many"] == "several",
            open_names=values["names"] == "shown",
            days=int(days) if days else None,
        )
        return self._take(plan)

    async def _take(self, plan: Plan) -> None:
        try:
            await self._done(checked(self.actor, plan))
        except BbsError as error:
            self.form.fail(_FIELD_OF.get(error.code, "question"), self.tr.error(error))


_HINTS: Final = (
    Hint("finish", "poll.hint_finish"),
    Hint("form.next", "poll.hint_next"),
    Hint("form.cancel", "key.leave"),
)
