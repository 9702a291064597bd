"""Every act in every state of an interview and of a question: done, or refused in words with nothing changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

import pytest

from bbs.errors import Conflict
from bbs.forum.forum import Forum
from bbs.forum.interviews.questions import ACTS, MOVES, Act, InterviewState, Move, QuestionState
from bbs.text.when import ManualClock
from tests.forum.conftest import People
from tests.support.studio import Studio, studio_of

COMING, LIVE = InterviewState.ANNOUNCED, InterviewState.LIVE
ENDED, CANCELLED = InterviewState.ENDED, InterviewState.CANCELLED
WAITING, QUEUED, TAKEN = QuestionState.WAITING, QuestionState.QUEUED, QuestionState.TAKEN
ANSWERED, LEFT_OUT = QuestionState.ANSWERED, QuestionState.LEFT_OUT

POSSIBLE: Final[Mapping[Act, set[InterviewState]]] = {
    Act.CHANGE: {COMING, LIVE},
    Act.CANCEL: {COMING},
    Act.BEGIN: {COMING},
    Act.END: {LIVE, ENDED},
    Act.ASK: {COMING, LIVE},
    Act.VOTE: {COMING, LIVE},
    Act.SORT: {COMING, LIVE},
    Act.TAKE: {LIVE},
    Act.ANSWER: {LIVE},
}
"""Written down once more, so that the rules' own table is not its only witness."""

MOVABLE: Final[Mapping[Move, set[QuestionState]]] = {
    Move.ACCEPT: {WAITING, TAKEN, LEFT_OUT},
    Move.LEAVE_OUT: {WAITING, QUEUED},
    Move.LIFT: {QUEUED},
    Move.MERGE: {WAITING, QUEUED},
    Move.TAKE: {QUEUED},
    Move.ANSWER: {QUEUED, TAKEN, ANSWERED},
    Move.VOTE: {QUEUED},
}
AFTER: Final[Mapping[Move, QuestionState]] = {
    Move.ACCEPT: QUEUED,
    Move.LEAVE_OUT: LEFT_OUT,
    Move.LIFT: QUEUED,
    Move.MERGE: LEFT_OUT,
    Move.TAKE: TAKEN,
    Move.ANSWER: ANSWERED,
    Move.VOTE: QUEUED,
}


@pytest.fixture
async def studio(forum: Forum, clock: ManualClock, people: People) -> Studio:
    return await studio_of(forum, clock, reed=people.reed, plum=people.plum, keeper=people.keeper, zhou=people.zhou)


def acts(studio: Studio, number: int, queued: int, waiting: int) -> dict[Act, Callable[[], Awaitable[object]]]:
    rules, until = studio.forum.interviews, studio.clock.now() + timedelta(hours=3)
    return {
        Act.CHANGE: lambda: rules.change(studio.keeper, number, ends_at=until),
        Act.CANCEL: lambda: rules.cancel(studio.keeper, number, "改期"),
        Act.BEGIN: lambda: rules.begin(studio.keeper, number),
        Act.END: lambda: rules.end(studio.keeper, number),
        Act.ASK: lambda: rules.ask(studio.plum, number, "有没有热汤？"),
        Act.VOTE: lambda: rules.vote(studio.plum, queued),
        Act.SORT: lambda: rules.accept(studio.keeper, waiting),
        Act.TAKE: lambda: rules.take(studio.zhou, number),
        Act.ANSWER: lambda: rules.say(studio.zhou, number, "大家好。"),
    }


async def in_state(studio: Studio, state: InterviewState) -> tuple[int, int, int]:
    """An interview in a state with a question in the queue and one that waits, whatever the state."""
    rules = studio.forum.interviews
    number = (await studio.announced()).id
    queued, waiting = await studio.queued(number), await studio.asked(number)
    if state is CANCELLED:
        await rules.cancel(studio.keeper, number, "嘉宾出差")
    elif state is not COMING:
        await rules.begin(studio.keeper, number)
    if state is ENDED:
        await rules.say(studio.zhou, number, "今天到这里。")
        await rules.end(studio.keeper, number)
    return number, queued, waiting


@pytest.mark.parametrize("act", list(Act))
async def test_every_act_in_every_state(studio: Studio, act: Act) -> None:
    assert ACTS[act] | ({ENDED} if act is Act.END else set()) == POSSIBLE[act]
    for state in InterviewState:
        number, queued, waiting = await in_state(studio, state)
        before = (await studio.forum.interviews.room(studio.keeper, number))[1]
        attempt = acts(studio, number, queued, waiting)[act]
        if state in POSSIBLE[act]:
            await attempt()
            continue
        with pytest.raises(Conflict) as caught:
            await attempt()
        assert caught.value.code == f"live.is_{state.value}"
        assert (await studio.forum.interviews.room(studio.keeper, number))[1] == before, "nothing has changed"


def moves(studio: Studio, number: int, asked: int, other: int) -> dict[Move, Callable[[], Awaitable[object]]]:
    rules = studio.forum.interviews
    return {
        Move.ACCEPT: lambda: rules.accept(studio.keeper, asked),
        Move.LEAVE_OUT: lambda: rules.leave_out(studio.keeper, asked, "问过了"),
        Move.LIFT: lambda: rules.lift(studio.keeper, asked),
        Move.MERGE: lambda: rules.merge(studio.keeper, asked, other),
        Move.TAKE: lambda: rules.take(studio.zhou, number, asked),
        Move.ANSWER: lambda: rules.answer(studio.zhou, asked, "年内换完。"),
        Move.VOTE: lambda: rules.vote(studio.plum, asked),
    }


@pytest.mark.parametrize("move", list(Move))
async def test_every_move_from_every_state(studio: Studio, move: Move) -> None:
    assert MOVES[move] == MOVABLE[move]
    for state in QuestionState:
        number = (await studio.live()).id
        asked = await studio.question_at(number, state)
        other = await studio.queued(number, "西梯到底修不修？", studio.plum)
        seen_by_all = state in (QUEUED, TAKEN, ANSWERED)
        attempt = moves(studio, number, asked, other)[move]
        if state in MOVABLE[move]:
            await attempt()
            assert (await studio.forum.interviews.question(studio.reed, asked))[2].state is AFTER[move]
            continue
        before = (await studio.forum.interviews.question(studio.reed, asked))[2]
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the code is looked at below
            await attempt()
        code = getattr(caught.value, "code", "")
        hidden = move is Move.VOTE and not seen_by_all
        assert code == ("live.no_question" if hidden else f"live.question_{state.value.replace('-', '_')}"), (
            move,
            state,
        )
        assert (await studio.forum.interviews.question(studio.reed, asked))[2] == before, "nothing has changed"
