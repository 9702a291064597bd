"""What people do in the room of an interview: members ask and vote, moderators sort, guests answer, hosts begin it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from bbs.forum import access
from bbs.forum.interviews.questions import (
    ACTS,
    MOVES,
    REASON_LIMIT,
    TITLE_LIMIT,
    Act,
    Interview,
    InterviewState,
    Move,
    QuestionState,
)
from bbs.forum.interviews.rules import Question
from bbs.terminal.view import Answer, Choice, Hint
from bbs.text.when import parse_iso
from screens.interviews.calendar import listen
from screens.interviews.words import when_line
from screens.parts.leaf import LeafScreen, Text, fact

if TYPE_CHECKING:
    from screens.interviews.room import RoomScreen

_MOVES: Final = (
    ("v", Move.VOTE, "live.do.vote"),
    ("a", Move.ANSWER, "live.do.answer"),
    ("t", Move.TAKE, "live.do.take"),
    ("m", Move.ACCEPT, "live.do.accept"),
    ("d", Move.LEAVE_OUT, "live.do.leave_out"),
    ("l", Move.LIFT, "live.do.lift"),
    ("i", Move.MERGE, "live.do.merge"),
)
_BY_KEY: Final = {
    "vote": Move.VOTE,
    "keep": Move.ACCEPT,
    "delete": Move.LEAVE_OUT,
    "pin": Move.LIFT,
    "move": Move.MERGE,
}

_SHOWN: Final = (
    (Move.VOTE, Hint("vote", "live.hint.vote")),
    (Move.ACCEPT, Hint("keep", "live.hint.accept")),
    (Move.LEAVE_OUT, Hint("delete", "live.hint.leave_out")),
    (Move.LIFT, Hint("pin", "live.hint.lift")),
)
"""What the last row says of the selected question, where it may be done."""


class RoomActs:
    """The keys of the room, and what they do."""

    def __init__(self, screen: RoomScreen) -> None:
        self._screen = screen

    # What may be done

    def _may(self, move: Move, asked: Question) -> bool:
        """Whether this person may, and the states allow it."""
        screen = self._screen
        sorts, _, answers = screen.rights
        found = screen.room.interview
        act = {Move.VOTE: Act.VOTE, Move.ANSWER: Act.ANSWER, Move.TAKE: Act.TAKE}.get(move, Act.SORT)
        if found.state not in ACTS[act] or asked.state not in MOVES[move]:
            return False
        if move is Move.VOTE:
            mine = asked.author_id == screen.actor.account_id
            return not mine and access.allowed(screen.actor, access.Verb.LIVE_VOTE, place=screen.board)
        return answers if move is Move.ANSWER else sorts

    def hints(self) -> Sequence[Hint]:
        """The keys that help this person most, now."""
        screen = self._screen
        _, holds, answers = screen.rights
        found, hints = screen.room.interview, list[Hint]()
        live = found.state is InterviewState.LIVE
        if found.thread is not None:
            hints.append(Hint("library", "live.hint.transcript"))
        if answers and live:
            hints += [Hint("unread_next", "live.hint.next"), Hint("reply", "live.hint.answer")]
        if found.is_open and access.allowed(screen.actor, access.Verb.LIVE_ASK, place=screen.board):
            hints.append(Hint("post", "live.hint.ask") if screen.context == "list" else Hint("reply", "live.hint.ask"))
        if screen.context == "list" and (asked := screen.queue.box.selected) is not None:
            hints += [hint for move, hint in _SHOWN if self._may(move, asked)]
        if holds and found.is_open:
            hints.append(Hint("case", "live.hint.state"))
        to = "live.hint.answers" if screen.context == "list" else "live.hint.queue"
        return [*hints, Hint("tab", to), Hint("details", "key.details"), Hint("leave", "key.leave")]

    # Keys

    def act(self, action: str, asked: Question | None) -> Answer:
        """Answer a key of the room; False when it is none."""
        screen = self._screen
        _, _, answers = screen.rights
        if action == "post" or (action == "reply" and not answers):
            return self._say() if answers else self._ask()
        if action == "reply":
            return self._reply(asked)
        if action == "unread_next":
            return self._next()
        if action == "case":
            return self._state()
        if action == "edit":
            return self._change()
        if action in ("details", "notice"):
            return self._about()
        if action == "library":
            return self._transcript()
        if action == "favourite":
            return listen(screen, screen.room.interview)
        if action in _BY_KEY:
            if asked is None or screen.context != "list":
                return False
            return self._try(_BY_KEY[action], asked)
        return False

    def open_question(self, asked: Question) -> Answer:
        """Enter on a question: all that can be done with it."""
        return self._menu(asked)

    def _try(self, move: Move, asked: Question) -> Answer:
        """Do it, or let the rules say in words why not."""
        return self._moves()[move](asked)

    def _moves(self) -> dict[Move, Callable[[Question], Answer]]:
        screen = self._screen
        return {
            Move.VOTE: screen.toggle_vote,
            Move.ANSWER: lambda asked: screen.stage.go(f"/live/{screen.number}/answer/{asked.id}"),
            Move.TAKE: self._take,
            Move.ACCEPT: self._accept,
            Move.LEAVE_OUT: self._leave_out,
            Move.LIFT: self._lift,
            Move.MERGE: self._merge,
        }

    async def _menu(self, asked: Question) -> None:
        screen = self._screen
        tr = screen.tr
        choices = [Choice(key, tr(said)) for key, move, said in _MOVES if self._may(move, asked)]
        if not choices:
            screen.stage.say(tr(self._why_nothing(asked)), "message.warn")
            return
        chosen = await screen.stage.choose(tr("live.do.what", question=asked.id, name=asked.author), choices)
        for key, move, _ in _MOVES:
            if key == chosen:
                answer = self._try(move, asked)
                if not isinstance(answer, bool) and answer is not None:
                    await answer

    def _why_nothing(self, asked: Question) -> str:
        if self._screen.actor.is_guest:
            return "guest.join"
        mine = asked.author_id == self._screen.actor.account_id
        return "live.nothing_mine" if mine else "live.nothing_to_do"

    # Members

    async def _ask(self) -> None:
        screen = self._screen
        if screen.actor.is_guest:
            screen.stage.say(screen.tr("guest.join"), "message.warn")
            return
        if not screen.room.interview.is_open:
            screen.stage.say(screen.tr("live.over"), "message.warn")
            return
        access.require(screen.actor, access.Verb.LIVE_ASK, place=screen.board)
        await screen.stage.go(f"/live/{screen.number}/ask")

    # Those who sort

    async def _accept(self, asked: Question) -> None:
        screen = self._screen
        await screen.forum.interviews.accept(screen.actor, asked.id)
        await self._done("live.accepted_now", asked)
        self._on_to_waiting(asked)

    async def _leave_out(self, asked: Question) -> None:
        screen = self._screen
        access.require(screen.actor, access.Verb.LIVE_SORT, place=screen.room.interview.place(screen.board))
        reason = await screen.stage.ask(screen.tr("live.ask_reason", name=asked.author), limit=REASON_LIMIT)
        if reason is None:
            return
        await screen.forum.interviews.leave_out(screen.actor, asked.id, reason)
        await self._done("live.left_out_now", asked)
        self._on_to_waiting(asked)

    def _on_to_waiting(self, asked: Question) -> None:
        """Select the next one that waits, so that one key after the other sorts them all."""
        if asked.state is QuestionState.WAITING:
            left = [one.id for one in self._screen.room.waiting]
            after = next((number for number in left if number > asked.id), None)
            if left:
                self._screen.queue.box.select(after or left[0])

    async def _lift(self, asked: Question) -> None:
        screen = self._screen
        await screen.forum.interviews.lift(screen.actor, asked.id, not asked.lifted)
        await self._done("live.unlifted_now" if asked.lifted else "live.lifted_now", asked)

    async def _merge(self, asked: Question) -> None:
        screen = self._screen
        access.require(screen.actor, access.Verb.LIVE_SORT, place=screen.room.interview.place(screen.board))
        into = await screen.stage.ask(screen.tr("live.ask_into", question=asked.id), limit=9)
        if into is None:
            return
        if not (into.strip().isascii() and into.strip().isdecimal()):
            screen.stage.say(screen.tr("live.no_question", question=into.strip()), "message.warn")
            return
        await screen.forum.interviews.merge(screen.actor, asked.id, int(into))
        await self._done("live.merged_now", asked, into=int(into))

    async def _take(self, asked: Question) -> None:
        screen = self._screen
        await screen.forum.interviews.take(screen.actor, screen.number, asked.id)
        await self._taken(asked.id)

    async def _next(self) -> None:
        """Take the first of the queue; a guest goes on to answer it."""
        screen = self._screen
        number = await screen.forum.interviews.take(screen.actor, screen.number)
        await self._taken(number)

    async def _taken(self, number: int) -> None:
        screen = self._screen
        await screen.settle()
        screen.queue.box.select(number)
        if screen.rights[2]:
            await screen.stage.go(f"/live/{screen.number}/answer/{number}")
        else:
            screen.stage.say(screen.tr("live.taken_now", question=number), "message.good")

    async def _done(self, said: str, asked: Question, **more: object) -> None:
        screen = self._screen
        await screen.settle()
        screen.stage.say(screen.tr(said, question=asked.id, **more), "message.good")

    # Guests

    async def _reply(self, asked: Question | None) -> None:
        """Answer the selected question, or say something without one."""
        screen = self._screen
        if asked is None or screen.context != "list":
            await self._say()
        elif asked.state is QuestionState.WAITING and self._may(Move.ACCEPT, asked):
            await screen.forum.interviews.accept(screen.actor, asked.id)
            await screen.stage.go(f"/live/{screen.number}/answer/{asked.id}")
        else:
            await screen.stage.go(f"/live/{screen.number}/answer/{asked.id}")

    async def _say(self) -> None:
        await self._screen.stage.go(f"/live/{self._screen.number}/say")

    # Hosts

    async def _state(self) -> None:
        """Begin, end, call off or change, whichever is possible."""
        screen = self._screen
        tr, found = screen.tr, screen.room.interview
        access.require(screen.actor, access.Verb.LIVE_HOLD, place=found.place(screen.board))
        ways = (
            ("b", Act.BEGIN, "live.do.begin"),
            ("e", Act.END, "live.do.end"),
            ("c", Act.CHANGE, "live.do.change"),
            ("x", Act.CANCEL, "live.do.cancel"),
        )
        choices = [Choice(key, tr(said)) for key, act, said in ways if found.state in ACTS[act]]
        if not choices:
            screen.stage.say(tr("live.over"), "message.warn")
            return
        chosen = await screen.stage.choose(tr("live.do.state"), choices)
        if chosen == "b":
            await self._turn(found, "live.begin_sure", "live.begun_now", begin=True)
        elif chosen == "e":
            await self._turn(found, "live.end_sure", "live.ended_now", begin=False)
        elif chosen == "c":
            await self._change()
        elif chosen == "x":
            await self._cancel(found)

    async def _turn(self, found: Interview, question: str, said: str, *, begin: bool) -> None:
        screen = self._screen
        if not await screen.stage.confirm(screen.tr(question, title=found.title), default=True):
            return
        rules = screen.forum.interviews
        made = await (rules.begin(screen.actor, found.id) if begin else rules.end(screen.actor, found.id))
        await screen.settle()
        words = said if begin or made.thread is not None else "live.ended_empty_now"
        screen.stage.say(screen.tr(words, title=made.title), "message.good")

    async def _cancel(self, found: Interview) -> None:
        screen = self._screen
        reason = await screen.stage.ask(screen.tr("live.ask_cancel"), limit=REASON_LIMIT)
        if reason is None:
            return
        await screen.forum.interviews.cancel(screen.actor, found.id, reason)
        await screen.settle()
        screen.stage.say(screen.tr("live.cancelled_now", title=found.title), "message.good")

    async def _change(self) -> None:
        """Another title or time; guests are changed with the command."""
        screen = self._screen
        tr, stage, found = screen.tr, screen.stage, screen.room.interview
        access.require(screen.actor, access.Verb.LIVE_HOLD, place=found.place(screen.board))
        if not found.is_open:
            stage.say(tr("live.over"), "message.warn")
            return
        title = await stage.ask(tr("live.ask_title"), found.title, limit=TITLE_LIMIT)
        if title is None:
            return
        starts = found.starts_at
        if found.state is InterviewState.ANNOUNCED:
            old = starts.astimezone(screen.visit.zone)
            when = await stage.ask(tr("live.ask_when"), f"{old:%Y-%m-%d %H:%M}", limit=30)
            if when is None:
                return
            starts = parse_iso(when, screen.visit.zone)
        made = await screen.forum.interviews.change(screen.actor, found.id, title=title, starts_at=starts)
        await screen.settle()
        stage.say(tr("live.changed_now", title=made.title), "message.good")

    # Everybody

    async def _about(self) -> None:
        """What it is about, who answers, who holds it, what became of it."""
        screen = self._screen
        tr, found = screen.tr, screen.room.interview
        lines = [
            fact(tr("live.fact.state"), f"{tr(f'live.state.{found.state.value}')}  {when_line(screen.visit, found)}"),
            *(
                fact(tr("live.fact.guest") if place == 0 else "", f"{one.official.name}  {title}")
                for place, one in enumerate(found.guests)
                for title in (screen.visit.office_title(one.official),)
            ),
            fact(tr("live.fact.host"), found.host),
            fact(tr("live.fact.board"), f"{screen.visit.both(screen.board.zh, screen.board.en)}  {screen.board.route}"),
        ]
        if found.thread is not None:
            lines.append(fact(tr("live.fact.transcript"), f"/t/{found.thread}"))
        lines += [fact(tr("live.fact.bulletin"), f"/n/{number}") for number in found.bulletins]
        text = Text(found.about or "", tuple(lines))
        await screen.stage.push(LeafScreen(screen.visit, screen.route, found.title, text))

    async def _transcript(self) -> None:
        screen = self._screen
        thread = screen.room.interview.thread
        if thread is None:
            screen.stage.say(screen.tr("live.no_transcript"), "message.warn")
            return
        await screen.stage.go(f"/t/{thread}")
