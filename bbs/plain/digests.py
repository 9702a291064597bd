"""The opinion digest and the leader's page, read out; and one's own words that may be quoted or not."""

from __future__ import annotations

from bbs.forum.digest.digests import Asked, Issue
from bbs.plain import digestacts
from bbs.plain.phrases import text_lines
from bbs.plain.visit import Visit
from bbs.text.due import after, late


async def issues(visit: Visit) -> None:
    """`/digest`: the issues, the newest week first."""
    visit.arrive("/digest", visit.tr("digest.title"))
    found = await visit.forum.digests.list(visit.actor, 50)
    if not found:
        await visit.say("digest.list_none")
    for one in found:
        line = visit.tr(
            "plain.digest_issue", week=one.week, issue=one.issue, state=visit.tr(f"digest.state.{one.state}")
        )
        await visit.say("plain.numbered", number=visit.number(one.route), line=line)


async def issue(visit: Visit, week: str) -> None:
    """`/digest/WEEK`: the issue as the bulletin that it is or will be."""
    found = await visit.forum.digests.get(visit.actor, week)
    texts = await visit.forum.digests.preview(visit.actor, week, visit.tr)
    own = next((text for text in texts if text.lang == visit.tr.lang), texts[0])
    visit.arrive(found.head.route, own.title, thing=found)
    await visit.paper.say(own.title)
    await visit.say(
        "digest.line",
        issue=found.head.issue,
        state=visit.tr(f"digest.state.{found.head.state}"),
        editor=_hands(visit, found),
    )
    await visit.paper.say_all(text_lines(visit, own.body))
    await visit.say("plain.digest_ends")
    for one in found.topics:
        title = visit.named(one.titles["zh"], one.titles["en"])
        head = visit.tr("plain.topic_line", number=one.id)
        why = "" if one.shown else visit.tr(f"digest.why.{one.why_not}")
        line = visit.tr("plain.titled", head=visit.joined([head, why]), title=title)
        await visit.say("plain.numbered", number=visit.number(f"{found.head.route}/{one.id}"), line=line)
    words = [visit.tr(f"plain.digest_act.{step}") for step in digestacts.steps(visit, found)]
    if words:
        await visit.say("plain.case_acts", words=visit.joined(words))


def _hands(visit: Visit, found: Issue) -> str:
    head = found.head
    if head.reviewer:
        return visit.tr("digest.reviewed_by", editor=head.editor, reviewer=head.reviewer)
    return visit.tr("digest.edited_by", name=head.editor)


async def question(visit: Visit, number: int) -> None:
    """`/digest/quote/ID`: words of one's own; `agree` and `disagree` answer."""
    found = await visit.forum.digests.question(visit.actor, number)
    visit.arrive(found.route, visit.tr("quoted.title"), thing=found)
    await visit.say("quoted.about", week=found.week)
    await visit.paper.say_all(text_lines(visit, found.words))
    await visit.say("quoted.self_search")
    await visit.say(f"quoted.state.{found.state}")
    await visit.say("plain.quote_how")


async def answer(visit: Visit, asked: Asked, *, agree: bool) -> None:
    """Say whether the words heard last may be quoted."""
    visit.here.thing = await visit.forum.digests.answer(visit.actor, asked.id, agree=agree)
    await visit.say("quoted.agreed" if agree else "quoted.refused")


async def leader(visit: Visit) -> None:
    """`/leader`: the digest, what is overdue, what is hot, what was answered."""
    page, tr = await visit.forum.leading.page(visit.actor), visit.tr
    visit.arrive("/leader", tr("leader.title"))
    offices = {slug: visit.named(zh, en) for slug, (zh, en) in page.offices.items()}
    if page.digest is None:
        await visit.say("leader.no_digest")
    else:
        line = tr("leader.digest_line", week=page.digest.week, topics=page.digest.topics)
        await visit.say("plain.numbered", number=visit.number(page.digest.route), line=line)
    count = page.overdue_count
    await visit.paper.say(tr.plural("leader.overdue", count) if count else tr("leader.none_overdue"))
    if page.private_overdue:
        await visit.paper.say(tr.plural("leader.private_overdue", page.private_overdue))
    for one in page.overdue:
        head = visit.joined([offices.get(one.office, one.office), late(one.days, tr)])
        line = tr("plain.titled", head=head, title=one.title)
        await visit.say("plain.numbered", number=visit.number(one.route), line=line)
    await visit.say("leader.hot" if page.hot else "leader.none_hot")
    for hot in page.hot:
        head = tr("leader.hot_line", accounts=hot.accounts, posts=hot.posts)
        line = tr("plain.titled", head=head, title=hot.title)
        await visit.say("plain.numbered", number=visit.number(hot.route), line=line)
    count = page.answered_count
    await visit.paper.say(tr.plural("leader.answered", count) if count else tr("leader.none_answered"))
    for one in page.answered:
        head = visit.joined([offices.get(one.office, one.office), after(one.days, tr)])
        line = tr("plain.titled", head=head, title=one.title)
        await visit.say("plain.numbered", number=visit.number(one.route), line=line)
