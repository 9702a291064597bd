"""A generated year, a digest for every week, and somebody who tries to work out from them what is not told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Final

import pytest

from bbs.errors import Conflict
from bbs.forum.actor import LOCAL, AccountKind, Actor, Grant, Role
from bbs.forum.digest.digests import Issue, State
from bbs.forum.digest.privacy import LEAST_ACCOUNTS
from bbs.forum.forum import Forum
from bbs.store.database import Database
from bbs.text.catalogue import Catalogues, Translator
from bbs.text.when import ManualClock
from tests.forum.conftest import People, actor_of
from tests.support import year
from tests.support.terminal import LOCALE
from tests.support.year import Year

WEEKS: Final = {"sqlite": 52, "postgresql": 8}
Post = tuple[int, int, int, str]


@pytest.fixture(scope="module")
def tr() -> Translator:
    """The real words."""
    return Catalogues(LOCALE, strict=True).translator("en")


async def hands(forum: Forum) -> tuple[Actor, Actor]:
    """An editor of the digest, and another who reviews."""
    for name in ("reed", "plum"):
        await forum.accounts.role(LOCAL, name, Grant(Role.EDITOR, "digest"), on=True)
    return await actor_of(forum, "reed"), await actor_of(forum, "plum")


async def test_nothing_can_be_worked_out_from_a_year_of_digests(
    forum: Forum, people: People, db: Database, clock: ManualClock, tr: Translator
) -> None:
    made = await year.make(db, WEEKS[db.dialect])
    editor, reviewer = await hands(forum)
    reader = Actor("reader", AccountKind.MEMBER, 99_999, transport="ssh")
    clock.advance((year.FIRST_DAY - clock.now()).total_seconds())
    told: list[Issue] = []
    hidden = seconds = 0
    for number in range(WEEKS[db.dialect]):
        clock.advance(days=7)
        draft = await forum.digests.draft(editor)
        assert draft.head.week == (year.FIRST_DAY + timedelta(weeks=number)).strftime("%G-W%V")
        threads = {topic.id: topic.threads for topic in draft.topics}
        hidden += sum(topic.why_not == "few" for topic in draft.topics)
        seconds += sum(topic.why_not == "second" for topic in draft.topics)
        if not draft.shown:
            continue
        await forum.digests.submit(editor, draft.head.week, draft.head.change)
        await forum.digests.release(reviewer, draft.head.week, draft.head.change + 1, tr)
        issue = await forum.digests.get(reader, draft.head.week)
        assert all(topic.shown and not topic.threads for topic in issue.topics)
        attack(issue, threads, made.weeks[number], made)
        told.append(issue)
    attack_trends(told)
    texts = [await forum.news.get(reader, id) for issue in told for id in issue.head.bulletins.values()]
    assert len(texts) == 2 * len(told)
    assert told
    assert hidden
    if db.dialect == "sqlite":
        assert seconds, "a year in which nothing has to be held back proves nothing"
    for bulletin in texts:
        assert not [name for name in made.names.values() if name in f"{bulletin.title}\n{bulletin.body}"]


def attack(issue: Issue, threads: Mapping[int, Sequence[int]], posts: Sequence[Post], made: Year) -> None:
    """Compare with the truth, then try every sum of boards less every topic in it."""
    slugs = {number: slug for slug, number in made.boards.items()}
    parts = {topic.id: [one for one in posts if one[0] in threads[topic.id]] for topic in issue.topics}
    for topic in issue.topics:
        assert (topic.accounts, topic.posts) == (len(who(parts[topic.id])), len(parts[topic.id]))
        assert topic.accounts >= LEAST_ACCOUNTS
    told = {one.board: one for one in issue.whole.boards}
    sums: list[set[str]] = []
    for slug, one in told.items():
        mine = [each for each in posts if slugs[each[2]] == slug]
        assert (one.accounts, one.posts) == (len(who(mine)), len(mine))
        assert one.accounts >= LEAST_ACCOUNTS
        sums.append({slug})
    if issue.whole.accounts is not None:
        assert (issue.whole.accounts, issue.whole.posts) == (len(who(posts)), len(posts))
        sums.append(set(slugs.values()) - set(told))
    for size in range(1, len(sums) + 1):
        for chosen in combinations(sums, size):
            places = set().union(*chosen)
            whole = [one for one in posts if slugs[one[2]] in places]
            inside = [part for part in parts.values() if {slugs[one[2]] for one in part} <= places]
            taken = {one[0] for part in inside for one in part}
            left = who([one for one in whole if one[0] not in taken])
            assert not 0 < len(left) < LEAST_ACCOUNTS, (issue.head.week, places)
    pairs = [(len(who(posts)), part) for part in parts.values() if issue.whole.accounts is not None]
    for slug, one in told.items():
        pairs += [(one.accounts, part) for part in parts.values() if {slugs[each[2]] for each in part} == {slug}]
    for larger, part in pairs:
        assert not 0 < larger - len(who(part)) < LEAST_ACCOUNTS, issue.head.week


def who(posts: Iterable[Post]) -> set[int]:
    return {one[1] for one in posts}


def attack_trends(told: Sequence[Issue]) -> None:
    """A number of the week before says nothing that the issue of the week before did not say."""
    compared = 0
    before = {issue.head.week: issue for issue in told}
    weeks = sorted(before)
    for week in weeks:
        issue, last = before[week], before.get(_last(week))
        for topic in issue.topics:
            if topic.accounts_before is not None:
                compared += 1
                assert last is not None
                assert topic.accounts_before in [one.accounts for one in last.topics]
        for count in issue.whole.boards:
            if count.accounts_before is not None:
                assert last is not None
                assert {one.board: one.accounts for one in last.whole.boards}[count.board] == count.accounts_before
        if issue.whole.accounts_before is not None:
            assert last is not None
            assert issue.whole.accounts_before == last.whole.accounts
    assert compared


def _last(week: str) -> str:
    return f"{week[:6]}{int(week[6:]) - 1:02}"


async def test_counting_again_does_not_tell_who_left(
    forum: Forum, people: People, db: Database, clock: ManualClock
) -> None:
    talk = year.Talk
    plan = [[talk("食堂", 5, 2), talk("电梯", 9, 2), talk("福利", 12, 3), talk("书法", 8), talk("租房", 7)]]
    made = await year.make(db, 1, plan=plan)
    editor, _ = await hands(forum)
    clock.advance((year.FIRST_DAY - clock.now()).total_seconds() + 7 * 86_400)
    draft = await forum.digests.draft(editor)
    numbers = {topic.id: (topic.accounts, topic.posts) for topic in draft.topics}
    canteen = next(topic for topic in draft.topics if made.subjects[topic.threads[0]] == "食堂")
    assert canteen.accounts == LEAST_ACCOUNTS
    leaving = made.weeks[0][0][1]
    as_leaving = Actor(made.names[leaving], AccountKind.MEMBER, leaving, transport="ssh")
    for number, account, _, _ in made.weeks[0]:
        if account == leaving:
            for one in await forum.threads.posts(as_leaving, number):
                if one.author == as_leaving.name and not one.withdrawn:
                    await forum.own.withdraw(as_leaving, one.id)
    with pytest.raises(Conflict, match=r"digest\.exists"):
        await forum.digests.draft(editor)
    lift = next(topic for topic in draft.topics if made.subjects[topic.threads[0]] == "电梯")
    merged = await forum.digests.merge(editor, draft.head.week, lift.id, canteen.id, draft.head.change)
    parted = await forum.digests.split(editor, draft.head.week, lift.id, canteen.threads, merged.head.change)
    again = {topic.threads: (topic.accounts, topic.posts) for topic in parted.topics}
    assert again == {topic.threads: numbers[topic.id] for topic in draft.topics}
    assert parted.head.state is State.DRAFT
    assert replace(parted.whole) == draft.whole
