"""Private cases: who sees what of them, coming back by a code, and that nothing of them is found anywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bbs.errors import Conflict, Forbidden, Invalid, NotFound, TryLater
from bbs.forum.accounts import throttle
from bbs.forum.actor import LOCAL, Actor, Grant, Role
from bbs.forum.arrivals import Most
from bbs.forum.cases import codes as case_codes
from bbs.forum.cases.rules import Case, Sight
from bbs.forum.cases.table import Act, CaseKind, CaseState, Doer, Rating, acts_of
from bbs.forum.forum import Forum
from bbs.store.database import Event, Tx
from bbs.store.tables import metadata
from bbs.text.when import ManualClock
from tests.forum.casework import MARK, Office, open_office
from tests.forum.conftest import People


@pytest.fixture
async def office(forum: Forum, people: People, clock: ManualClock) -> Office:
    """The office and its tracked board."""
    return await open_office(forum, people, clock)


async def test_its_poster_and_its_office_read_it_and_others_see_that_it_exists(office: Office) -> None:
    case, code = await office.private()
    assert (code, case.poster, case.thread, case.mine) == ("", "reed", None, True)
    answered = await office.forum.cases.answer(office.wen, case.id, f"{MARK} answer", change=case.change)
    assert answered.state is CaseState.ANSWERED
    for who in (office.poster, office.zhou, office.wen, office.bai):
        view = await office.forum.cases.get(who, case.id)
        assert [one.body for one in view.messages] == [f"{MARK} body", f"{MARK} answer"]
        assert view.messages[1].official is not None
        assert view.messages[1].official.name == "文远"
    for who in (office.stranger, office.keeper, office.sysop, office.lin, office.guest, LOCAL):
        view = await office.forum.cases.get(who, case.id)
        seen = view.case
        assert (seen.sight, seen.kind, seen.office, seen.state) == (
            Sight.EXISTS,
            CaseKind.HELP,
            "administration",
            CaseState.ANSWERED,
        )
        assert (seen.title, seen.poster, seen.assignee, view.messages) == ("", "", "", ())
        assert [(step.act, step.actor) for step in view.steps] == [(Act.OPEN, ""), (Act.ANSWER, "")]
        assert {step.at for step in view.steps} | {seen.opened_at, seen.answered_at} == {
            office.clock.now().replace(hour=0, minute=0)
        }
        assert view.acts <= {Act.TRANSFER}
    with pytest.raises(Conflict, match=r"case\.private"):
        await office.forum.cases.merge(office.wen, (await office.private())[0].id, case.id)


async def test_without_a_name_only_the_code_leads_back(office: Office) -> None:
    case, code = await office.private(nameless=True)
    assert len(code.replace("-", "")) == case_codes.GROUPS * case_codes.GROUP
    assert case.mine
    # The account it came from is a stranger to it, and nothing says whose it was.
    seen = (await office.forum.cases.get(office.poster, case.id)).case
    assert (seen.sight, seen.mine) == (Sight.EXISTS, False)
    assert (await office.forum.cases.list(office.poster, mine=True)).items == ()
    as_office = (await office.forum.cases.get(office.zhou, case.id)).case
    assert (as_office.poster, as_office.title, as_office.opened_at.hour) == ("", f"{MARK} title", 0)
    # A guest who has the code is its poster, however it is typed.
    typed = f"  {code.lower().replace('-', ' ')} "
    view = await office.forum.cases.lookup(office.guest, typed)
    assert view.acts == acts_of(CaseState.RECEIVED, {Doer.POSTER})
    cases = office.forum.cases
    await cases.follow_up(office.guest, case.id, f"{MARK} more", code=code)
    done = await cases.answer(office.wen, case.id, f"{MARK} answer")
    assert done.state is CaseState.ANSWERED
    await cases.rate(office.guest, case.id, Rating.UNSATISFIED, f"{MARK} words", code=code)
    again = await cases.reopen(office.guest, case.id, f"{MARK} reason", code=code)
    assert (again.state, again.mine) == (CaseState.RECEIVED, True)
    view = await cases.lookup(office.guest, code)
    assert [(one.author, one.official is None) for one in view.messages] == [("", True), ("", True), ("文远", False)]


async def test_a_code_is_for_its_own_case_and_guesses_are_delayed(office: Office) -> None:
    first, code = await office.private(nameless=True)
    second, _ = await office.private(nameless=True)
    with pytest.raises(NotFound, match=r"case\.no_code"):
        await office.forum.cases.get(office.stranger, second.id, code=code)
    for _ in range(throttle.FREE):
        with pytest.raises(NotFound, match=r"case\.no_code"):
            await office.forum.cases.lookup(office.stranger, case_codes.draw_code())
    with pytest.raises(TryLater, match=r"case\.code_wait"):
        await office.forum.cases.lookup(office.stranger, code)  # the right one has to wait too
    office.clock.advance(minutes=31)
    assert (await office.forum.cases.lookup(office.stranger, code)).case.id == first.id
    # Who guesses does not lock out others: guests are told apart by their connections.
    other = replace(office.guest, session="another")
    assert (await office.forum.cases.lookup(other, code)).case.id == first.id


async def test_opening_one_is_checked(office: Office, forum: Forum) -> None:
    cases = forum.cases
    life = await forum.boards.get(office.poster, "life")
    for who, board in ((office.guest, office.services), (office.wen, office.services), (office.poster, life)):
        with pytest.raises(Forbidden):
            await cases.open_private(who, board, CaseKind.HELP, "Title", "Body")
    with pytest.raises(Invalid, match=r"case\.office"):
        await cases.open_private(office.poster, office.services, CaseKind.HELP, "Title", "Body", office="union")
    with pytest.raises(Invalid, match=r"title\.empty"):
        await cases.open_private(office.poster, office.services, CaseKind.HELP, " ", "Body")


@pytest.mark.parametrize("nameless", [False, True])
async def test_sending_one_twice_opens_one(office: Office, nameless: bool) -> None:
    opened = [
        await office.forum.cases.open_private(
            office.poster, office.services, CaseKind.HELP, "Title", "Body", nameless=nameless, draft_id="d"
        )
        for _ in range(2)
    ]
    assert opened[0] == opened[1]
    assert len((await office.forum.cases.list(office.stranger)).items) == 1
    said = office.forum.cases.follow_up
    office.clock.advance(minutes=6)
    for _ in range(2):
        await said(office.poster, opened[0].case, "More.", draft_id="e", code=opened[0].code)
        office.clock.advance(minutes=6)
    view = await office.forum.cases.get(office.zhou, opened[0].case)
    assert [one.body for one in view.messages][:2] == ["Body", "More."]
    assert len(view.messages) == (3 if nameless else 2)  # by code nothing is kept of the draft


async def test_of_two_messages_at_once_both_arrive_and_answers_are_told(office: Office) -> None:
    case, _ = await office.private()
    office.clock.advance(minutes=6)
    both = await asyncio.gather(
        office.forum.cases.answer(office.wen, case.id, "Yes.", change=case.change),
        office.forum.cases.follow_up(office.poster, case.id, "One thing more.", change=case.change),
        return_exceptions=True,
    )
    assert [isinstance(one, Conflict) for one in both].count(True) == 1


async def test_nothing_of_a_private_case_is_found_anywhere_else(office: Office) -> None:
    """Everything that can be done with them is done; then every way of reading is looked through for a word of them."""
    told: list[Event] = []
    office.forum.listen(("case.changed", "notice.changed", "thread.new", "post.new"), told.append)
    for nameless in (False, True):
        case, code = await office.private(nameless=nameless)
        await _live(office, case, code)
    private = {case.id for case in (await office.forum.cases.list(office.sysop)).items}
    assert len(private) == 2
    assert MARK not in repr([event.payload for event in told])
    others = (office.stranger, office.keeper, office.sysop, office.lin, office.guest, LOCAL)
    for who in others:
        found = [page async for page in _everything(office, who, private)]
        assert len(found) > 12
        assert MARK not in repr(found)
    # The nameless one's own account finds no more than that one exists either.
    assert MARK not in repr(await office.forum.search.find(office.poster, MARK))
    assert await _tables_with(office, MARK) == {"case", "case_step", "case_message"}
    # Nothing kept of the nameless one names its account; notices and events name nobody at all.
    account = office.poster.account_id
    for table, key in (("case", "id"), ("case_message", "case_id"), ("case_step", "case_id")):
        nameless_rows = [row for row in await _rows(office, table) if row[key] == max(private)]
        assert nameless_rows
        for row in nameless_rows:
            assert "reed" not in repr(row)
            assert account not in (row.get("poster_id"), row.get("author_id"))
    about = f"/c/{max(private)}"
    assert account not in [row["account_id"] for row in await _rows(office, "notice") if row["route"] == about]
    assert "reed" not in repr([row for row in await _rows(office, "register") if row["subject"] == about])
    assert await _rows(office, "draft") == []


async def _live(office: Office, case: Case, code: str) -> None:
    """A whole life with the mark in every text."""
    cases = office.forum.cases
    await cases.take(office.wen, case.id)
    await cases.extend(office.wen, case.id, office.clock.now().date() + timedelta(days=20), f"{MARK} extension")
    office.clock.advance(minutes=6)
    await cases.follow_up(office.poster, case.id, f"{MARK} follow-up", code=code)
    await cases.prepare(office.bai, case.id, f"{MARK} prepared")
    await cases.transfer(office.wen, case.id, "secretary", f"{MARK} transfer")
    await cases.transfer(office.lin, case.id, "administration", f"{MARK} back")
    await cases.decline(office.wen, case.id, f"{MARK} decline")
    await cases.rate(office.poster, case.id, Rating.UNSATISFIED, f"{MARK} words", code=code)
    await cases.reopen(office.poster, case.id, f"{MARK} reopen", code=code)
    await cases.return_(office.wen, case.id, f"{MARK} return", f"{MARK} belongs")


async def _everything(office: Office, who: Actor, private: set[int]) -> AsyncIterator[object]:
    """What somebody can read."""
    forum = office.forum
    yield await forum.search.find(who, MARK)
    yield await forum.cases.list(who)
    for number in private:
        yield await forum.cases.get(who, number)
    yield await forum.cases.waiting(who)
    yield await forum.case_figures.report(who)
    for board in (await forum.boards.readable(who)).values():
        yield await forum.threads.list(who, board)
        yield await forum.threads.list(who, board, title=MARK)
    yield await forum.threads.stream(who)
    yield await forum.boards.sections(who)
    yield await forum.arrivals.look(who, Most(10, 10, 10), lang="en")
    yield await forum.officers.offices(who)
    yield await forum.news.list(who, None)
    if not who.is_guest:
        yield await forum.register.entries(who, limit=500)
    if who.account_id is not None:
        yield await forum.inbox.list(who)
        yield await forum.mail.talks(who)
        yield await forum.favourites.all(who)
        yield await forum.attention.heed(who)


async def _tables_with(office: Office, word: str) -> set[str]:
    """The tables in which a word stands anywhere."""
    return {name for name in metadata.tables if any(word in repr(row) for row in await _rows(office, name))}


async def _rows(office: Office, name: str) -> list[dict[str, object]]:
    def unit(tx: Tx) -> list[dict[str, object]]:
        return [dict(row) for row in tx.connection.execute(select(metadata.tables[name])).mappings()]

    return await office.forum.db.read(unit)


async def test_who_keeps_the_house_acts_for_no_office(office: Office) -> None:
    """A moderator's step names them alone; of another's private case others learn only that it was done."""
    forum, cases = office.forum, office.forum.cases
    both = replace(office.lin, grants=frozenset({Grant(Role.MODERATOR)}))  # an officer elsewhere, and a moderator here
    public = await office.public()
    await cases.transfer(office.zhou, public.id, "union", "Theirs.")
    await cases.transfer(office.keeper, public.id, "administration", "Not theirs.")
    await cases.transfer(both, public.id, "union", "Theirs after all.")
    steps = (await cases.get(office.stranger, public.id)).steps
    assert [(step.actor, step.office) for step in steps[1:]] == [
        ("周明", "administration"),
        ("keeper", None),
        ("林若溪", None),
    ]
    for nameless in (False, True):
        case, code = await office.private(nameless=nameless)
        await cases.transfer(office.keeper, case.id, "union", "Theirs.")
        await cases.transfer(office.keeper, case.id, "administration", "Back.")
        for who, given, names in (
            (office.zhou, "", ["keeper"] * 2),
            (office.poster, code, ["keeper"] * 2),
            *((who, "", ["", ""]) for who in (office.stranger, office.lin, office.guest, office.sysop)),
        ):
            steps = (await cases.get(who, case.id, code=given)).steps
            assert [step.actor for step in steps[1:]] == names, who.name
            assert {step.office for step in steps[1:]} == {None}
        told = [one.facts for one in (await forum.inbox.list(office.poster)).items if one.route == f"/c/{case.id}"]
        assert (told == [], MARK in repr(told)) == (nameless, False)
