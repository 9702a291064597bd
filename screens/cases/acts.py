"""What can be done with a case from wherever it is shown: exactly what the table of cases allows, no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final

from bbs.errors import BbsError
from bbs.forum.actor import Appointment
from bbs.forum.cases.rules import Cases
from bbs.forum.cases.table import Act, Need, Outcome, Rating
from bbs.forum.cases.values import BELONGS_LIMIT, REASON_LIMIT, Case, CaseView
from bbs.forum.posts.posts import BODY_LIMIT
from bbs.terminal.view import Choice
from screens.cases.composer import CaseComposer
from screens.cases.words import day_of, due_words, state_words
from screens.visit import Screen

KEYS: Final = {
    Act.ANSWER: "r",
    Act.TAKE: "t",
    Act.ASSIGN: "a",
    Act.EXTEND: "e",
    Act.RATE: "s",
    Act.CLOSE: "c",
    Act.TRANSFER: "o",
    Act.RETURN: "b",
    Act.MERGE: "m",
    Act.DECLINE: "d",
    Act.FOLLOW_UP: "f",
    Act.REOPEN: "g",
}
"""The key of each act in the menu, in the order they are shown."""
PICK: Final = "123456789nopqruvwxyz"
"""Keys of the choices of a list that is made at run time."""
_DAYS_DIGITS: Final = 3


class CaseActs:
    """The acts on behalf of one screen; `after()` shows what became of the case.

    Words that were typed for an act that failed, because somebody else was faster, are offered again. `code` is the
    query code of somebody who shows no name.
    """

    def __init__(self, screen: Screen, after: Callable[[], Awaitable[None]], *, code: str = "") -> None:
        self._screen = screen
        self._after = after
        self._code = code
        self._typed: dict[tuple[int, str], str] = {}

    async def of_thread(self, thread: int) -> None:
        """The menu of a thread's case; threads that are none are told so."""
        found = await self._screen.forum.cases.of_thread(self._screen.actor, thread)
        if found is None:
            self._say("cases.none")
        else:
            await self.menu(found.id)

    async def menu(self, number: int, *, look: bool = True) -> None:
        """Offer what the reader may do with a case now; `look` offers the case itself too."""
        screen = self._screen
        view = await self._view(number)
        case = view.case
        choices = [Choice(key, self._label(act, view)) for act, key in KEYS.items() if act in view.acts]
        if self._prepares(view):
            choices.insert(0, Choice("r", screen.tr("cases.do.prepare")))
        if look:
            choices.append(Choice("l", screen.tr("cases.do.look")))
        if not choices:
            self._say("cases.nothing", case=case.id, state=state_words(screen.visit, case))
            return
        chosen = await screen.stage.choose(self._question(case), choices)
        if chosen == "l":
            await screen.stage.go(case.route)
            return
        act = next((act for act, key in KEYS.items() if key == chosen), None)
        if act is not None:
            await self._do(act, view)

    async def do(self, act: Act, number: int) -> None:
        """Do one act with a case as it is now; what cannot be done is told with the reason."""
        view = await self._view(number)
        if act in view.acts or (act is Act.ANSWER and self._prepares(view)):
            await self._do(act, view)
        elif act is Act.EXTEND and view.case.waiting and Act.ANSWER in view.acts:
            self._say("cases.cannot_extend")
        elif view.case.staff and view.case.waiting:
            self._say("cases.cannot_liaison")
        else:
            self._say("cases.cannot", case=number, state=state_words(self._screen.visit, view.case))

    # Asking

    async def _view(self, number: int) -> CaseView:
        return await self._screen.forum.cases.get(self._screen.actor, number, code=self._code)

    def _prepares(self, view: CaseView) -> bool:
        """Whether the reader gets answers ready for those who may send them."""
        return view.case.staff and view.case.waiting and Act.ANSWER not in view.acts

    def _label(self, act: Act, view: CaseView) -> str:
        withdraw = act is Act.CLOSE and not self._closes_for_office(view.case)
        return self._screen.tr("cases.do.withdraw" if withdraw else f"cases.do.{act}")

    def _closes_for_office(self, case: Case) -> bool:
        return case.staff and not case.mine

    def _question(self, case: Case) -> str:
        tr, visit = self._screen.tr, self._screen.visit
        state, due = state_words(visit, case), due_words(visit, case)
        return (
            tr("cases.ask_due", case=case.id, state=state, due=due)
            if due
            else tr("cases.ask", case=case.id, state=state)
        )

    async def _do(self, act: Act, view: CaseView) -> None:
        case = view.case
        if act is Act.ANSWER or act is Act.FOLLOW_UP:
            await self._write(act, view)
            return
        steps: dict[Act, Callable[[CaseView], Awaitable[str | None]]] = {
            Act.TAKE: self._take,
            Act.ASSIGN: self._assign,
            Act.TRANSFER: self._transfer,
            Act.EXTEND: self._extend,
            Act.RETURN: self._return,
            Act.MERGE: self._merge,
            Act.DECLINE: self._decline,
            Act.CLOSE: self._close,
            Act.RATE: self._rate,
            Act.REOPEN: self._reopen,
        }
        try:
            said = await steps[act](view)
        except BbsError:
            await self._after()  # show what somebody else made of it, then say so
            raise
        if said is None:
            return
        for need in Need:
            self._typed.pop((case.id, f"{act}.{need}"), None)
        self._screen.visit.changes += 1
        await self._after()
        self._screen.stage.say(said, "message.good")

    async def _write(self, act: Act, view: CaseView) -> None:
        screen = self._screen
        if screen.actor.is_guest:
            await self._ask_more(view.case)
            return
        beginning = ""
        if act is Act.ANSWER and view.prepared is None:
            template = await self._template(view.case)
            if template is None:
                return
            beginning = template
        await screen.stage.push(CaseComposer(screen.visit, view.case.id, act, beginning, code=self._code))

    async def _ask_more(self, case: Case) -> None:
        """Somebody with a code and no account has no drafts and no composer: a line is asked for."""
        screen = self._screen
        text = await self._words(Act.FOLLOW_UP, case, Need.BODY, screen.tr("cases.ask_follow_up"), BODY_LIMIT)
        if text is None:
            return
        await self._cases.follow_up(screen.actor, case.id, text, change=case.change, code=self._code)
        await self._after()
        screen.stage.say(screen.tr("cases.done.follow-up", case=case.id), "message.good")

    async def _template(self, case: Case) -> str | None:
        """The text to begin an answer with, "" for an empty page; asked only where the office keeps some."""
        screen = self._screen
        templates = await screen.forum.office_templates.list(screen.actor, case.office)
        if not templates:
            return ""
        names = [screen.tr("cases.no_template"), *(one.name for one in templates)]
        place = await self._pick(screen.tr("cases.pick_template"), names)
        if place is None:
            return None
        return templates[place - 1].body if place else ""

    # The acts

    async def _take(self, view: CaseView) -> str:
        case = view.case
        await self._cases.take(self._screen.actor, case.id, change=case.change)
        return self._screen.tr("cases.done.take", case=case.id)

    async def _assign(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        if not view.officers:
            self._say("cases.no_officer")
            return None
        names = [self._officer(held) for held in view.officers]
        place = await self._pick(screen.tr("cases.pick_officer", case=case.id), names)
        if place is None:
            return None
        officer = view.officers[place]
        await self._cases.assign(screen.actor, case.id, officer.account, change=case.change)
        return screen.tr("cases.done.assign", case=case.id, officer=officer.real_name)

    def _officer(self, held: Appointment) -> str:
        return f"{held.real_name}, {self._screen.visit.named(held.title_zh, held.title_en)}"

    async def _transfer(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        offices = [one for one in await screen.forum.officers.offices(screen.actor) if one.slug != case.office]
        names = [screen.visit.named(one.zh, one.en) for one in offices]
        place = await self._pick(screen.tr("cases.pick_office", case=case.id), names)
        reason = None if place is None else await self._reason(Act.TRANSFER, case)
        if place is None or reason is None:
            return None
        await self._cases.transfer(screen.actor, case.id, offices[place].slug, reason, change=case.change)
        return screen.tr("cases.done.transfer", case=case.id, office=names[place])

    async def _extend(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        given = await self._words(Act.EXTEND, case, Need.DATE, screen.tr("cases.ask_until"), limit=10)
        if given is None:
            return None
        until = self._date(given.strip(), case)
        if until is None:
            self._say("cases.need_date")
            return None
        reason = await self._reason(Act.EXTEND, case)
        if reason is None:
            return None
        now = await self._cases.extend(screen.actor, case.id, until, reason, change=case.change)
        return screen.tr("cases.done.extend", case=case.id, date=day_of(screen.visit, now.answer_by))

    def _date(self, given: str, case: Case) -> date | None:
        """A date, or a number of working days from the date there is."""
        calendar = self._screen.forum.community.site.calendar
        if given.isascii() and given.isdecimal() and len(given) <= _DAYS_DIGITS:
            return calendar.after(calendar.day_of(case.answer_by), int(given))
        try:
            return date.fromisoformat(given)
        except ValueError:
            return None

    async def _return(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        belongs = await self._words(Act.RETURN, case, Need.BELONGS, screen.tr("cases.ask_belongs"), BELONGS_LIMIT)
        reason = None if belongs is None else await self._reason(Act.RETURN, case)
        if belongs is None or reason is None:
            return None
        await self._cases.return_(screen.actor, case.id, reason, belongs, change=case.change)
        return screen.tr("cases.done.return", case=case.id)

    async def _merge(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        given = await self._words(Act.MERGE, case, Need.CASE, screen.tr("cases.ask_merge"), limit=10)
        if given is None:
            return None
        number = given.strip().removeprefix("#")
        if not (number.isascii() and number.isdecimal()):
            self._say("cases.need_number")
            return None
        await self._cases.merge(screen.actor, case.id, int(number), change=case.change)
        return screen.tr("cases.done.merge", case=case.id, other=int(number))

    async def _decline(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        reason = await self._reason(Act.DECLINE, case)
        if reason is None or not await screen.stage.confirm(screen.tr("cases.decline_sure", case=case.id)):
            return None
        await self._cases.decline(screen.actor, case.id, reason, change=case.change)
        return screen.tr("cases.done.decline", case=case.id)

    async def _close(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        outcome: Outcome | None = None
        if self._closes_for_office(case):
            outcomes = list(Outcome)
            names = [screen.tr(f"case.outcome.{one}") for one in outcomes]
            place = await self._pick(screen.tr("cases.pick_outcome", case=case.id), names)
            if place is None:
                return None
            outcome = outcomes[place]
        elif not await screen.stage.confirm(screen.tr("cases.withdraw_sure", case=case.id)):
            return None
        await self._cases.close(screen.actor, case.id, outcome, change=case.change, code=self._code)
        return screen.tr("cases.done.close", case=case.id)

    async def _rate(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        tr = screen.tr
        choices = [Choice("s", tr("case.rating.satisfied")), Choice("u", tr("case.rating.unsatisfied"))]
        chosen = await screen.stage.choose(tr("cases.ask_rate", case=case.id), choices)
        if chosen is None:
            return None
        rating = Rating.SATISFIED if chosen == "s" else Rating.UNSATISFIED
        words: str | None
        if rating is Rating.UNSATISFIED:
            words = await self._words(Act.RATE, case, Need.WORDS, tr("cases.ask_rate_why"))
        else:
            words = await screen.stage.ask(tr("cases.ask_rate_words"), limit=REASON_LIMIT)
        if words is None:
            return None
        await self._cases.rate(screen.actor, case.id, rating, words, change=case.change, code=self._code)
        return tr("cases.done.rate")

    async def _reopen(self, view: CaseView) -> str | None:
        screen, case = self._screen, view.case
        reason = await self._reason(Act.REOPEN, case)
        if reason is None:
            return None
        await self._cases.reopen(screen.actor, case.id, reason, change=case.change, code=self._code)
        return screen.tr("cases.done.reopen", case=case.id)

    # Words

    @property
    def _cases(self) -> Cases:
        return self._screen.forum.cases

    async def _words(self, act: Act, case: Case, need: Need, question: str, limit: int = REASON_LIMIT) -> str | None:
        """Ask for words an act needs; None when the person backs out or gives none."""
        key = (case.id, f"{act}.{need}")
        given = await self._screen.stage.ask(question, self._typed.get(key, ""), limit=limit)
        if given is None:
            return None
        if not given.strip():
            self._say("cases.need_words")
            return None
        self._typed[key] = given
        return given

    async def _reason(self, act: Act, case: Case) -> str | None:
        return await self._words(act, case, Need.REASON, self._screen.tr(f"cases.why.{act}"))

    async def _pick(self, question: str, labels: Sequence[str]) -> int | None:
        """Ask for one of a list; its place."""
        choices = [Choice(key, label) for key, label in zip(PICK, labels, strict=False)]
        chosen = await self._screen.stage.choose(question, choices)
        return None if chosen is None else PICK.index(chosen)

    def _say(self, said: str, **facts: object) -> None:
        self._screen.stage.say(self._screen.tr(said, **facts), "message.warn")
