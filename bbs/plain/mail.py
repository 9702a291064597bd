"""Letters and notices."""

from __future__ import annotations

from bbs.errors import Invalid
from bbs.forum.people.letters import Letter
from bbs.forum.posts.posts import TITLE_LIMIT
from bbs.plain.asking import ask
from bbs.plain.people import whom
from bbs.plain.phrases import text_lines
from bbs.plain.places import PAGE, more_there
from bbs.plain.posting import as_whom
from bbs.plain.visit import Visit
from bbs.plain.writing import Piece, write


async def inbox(visit: Visit) -> None:
    """`/inbox`: notices, newest first."""
    visit.member()
    visit.arrive("/inbox", visit.tr("plain.inbox"))
    await visit.paper.say(visit.tr.plural("plain.inbox_head", await visit.forum.inbox.unread(visit.actor)))

    async def page(after: str | None) -> None:
        tr = visit.tr
        rows = await visit.forum.inbox.list(visit.actor, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            known = f"notice.{one.kind}"
            words = tr(known, **one.facts) if tr.has(known) else tr("notice.other", route=one.route)
            parts = ([] if one.read else [tr("plain.is_new")]) + [visit.when(one.created_at)]
            line = tr("plain.titled", head=visit.joined(parts), title=words)
            await visit.say("plain.numbered", number=visit.number(one.route), line=line)
        if not rows.items:
            await visit.say("inbox.empty")
        await more_there(visit)

    await page(None)


async def box(visit: Visit) -> None:
    """`/mail`: conversations, newest first."""
    visit.member()
    visit.arrive("/mail", visit.tr("plain.mail"))
    await visit.paper.say(visit.tr.plural("plain.mail_head", await visit.forum.mail.unread(visit.actor)))

    async def page(after: str | None) -> None:
        tr = visit.tr
        rows = await visit.forum.mail.talks(visit.actor, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            parts = [tr("plain.letter", id=one.letter.id), tr("plain.with", name=one.letter.other)]
            parts += [tr("plain.is_new")] if one.unread else []
            parts += [tr.plural("plain.letters", one.letters), visit.when(one.letter.created_at)]
            line = tr("plain.titled", head=visit.joined(parts), title=one.letter.subject)
            await visit.say("plain.numbered", number=visit.number(one.letter.route), line=line)
        if not rows.items:
            await visit.say("plain.no_mail")
        await more_there(visit)

    await page(None)


async def letter(visit: Visit, number: int) -> None:
    """`/m/ID`: one letter; hearing it makes it read."""
    visit.member()
    tr = visit.tr
    found = await visit.forum.mail.get(visit.actor, number)
    visit.arrive(found.route, found.subject, thing=found)
    when = visit.when(found.created_at)
    if found.official is not None:
        title = visit.named(found.official.title_zh, found.official.title_en)
        office = await visit.office(found.official.office)
        who = tr("plain.letter_official", id=found.id, name=found.official.name, title=title, office=office, when=when)
    else:
        who = tr("plain.letter_to" if found.sent else "plain.letter_from", id=found.id, name=found.other, when=when)
    await visit.say("plain.titled", head=who, title=found.subject)
    await visit.paper.say_all(text_lines(visit, found.body))
    await visit.say("plain.letter_ends", id=found.id)
    if not found.read:
        await visit.forum.mail.mark(visit.actor, found.id, read=True)
        await visit.forum.inbox.seen(visit.actor, [found.route])


async def send(visit: Visit, rest: str) -> None:
    """`write [NAME]`: a letter to somebody, or to whoever was heard last."""
    visit.member()
    name = rest.strip() or whom(visit)
    person = await visit.forum.mail.recipient(visit.actor, name)
    heading = visit.tr("plain.letter_heading", name=person.name)

    async def send(piece: Piece) -> str:
        made = await visit.forum.mail.send(visit.actor, name, piece.title or "", piece.body, draft_id=piece.draft_id)
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("mail.sent", name=made.other)

    reach = visit.tr("plain.only_to", name=person.name)
    piece = Piece(f"/mail/to/{person.name}", heading, as_whom(visit, None), reach, send, title="")
    piece.title_label = "plain.ask_subject"
    await write(visit, piece)


async def answer(visit: Visit) -> None:
    """An answer to the letter that was heard last."""
    found = _letter(visit)
    subject = found.subject if found.subject.casefold().startswith("re:") else f"Re: {found.subject}"
    heading = visit.tr("plain.answer_heading", name=found.other, subject=found.subject)

    async def send(piece: Piece) -> str:
        made = await visit.forum.mail.send(
            visit.actor, "", piece.title or subject, piece.body, answers=found.id, draft_id=piece.draft_id
        )
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("mail.sent", name=made.other)

    reach = visit.tr("plain.only_to", name=found.other)
    await write(visit, Piece(f"{found.route}/reply", heading, as_whom(visit, None), reach, send, title=subject))


async def forward(visit: Visit, rest: str) -> None:
    """`forward NAME`: the letter that was heard last, passed on to somebody; it begins a new conversation."""
    found = _letter(visit)
    person = await visit.forum.mail.recipient(visit.actor, await ask(visit, "plain.ask_name", rest))

    async def send(piece: Piece) -> str:
        title = piece.title or ""
        made = await visit.forum.mail.send(visit.actor, person.name, title, piece.body, draft_id=piece.draft_id)
        await visit.forum.drafts.drop(visit.actor, piece.draft_id)
        return visit.tr("mail.sent", name=made.other)

    writer = visit.actor.name if found.sent else found.other
    head = visit.tr("mail.forwarded", name=writer, when=visit.when(found.created_at))
    lines = ["", f"> {head}", ">", *(f"> {line}".rstrip() for line in found.body.split("\n"))]
    heading, reach = visit.tr("plain.letter_heading", name=person.name), visit.tr("plain.only_to", name=person.name)
    route = f"{found.route}/forward/{person.name}"
    piece = Piece(route, heading, as_whom(visit, None), reach, send, title=f"Fwd: {found.subject}"[:TITLE_LIMIT])
    piece.lines, piece.revising = lines, True
    await write(visit, piece)


async def whole(visit: Visit, rest: str) -> None:
    """`talk`: the whole conversation that the letter heard last is of, oldest first."""
    found = _letter(visit)
    for one in await visit.forum.mail.talk(visit.actor, found.id):
        await letter(visit, one.id)


async def keep(visit: Visit, *, on: bool) -> None:
    """Keep the letter that was heard last, or no longer."""
    await visit.forum.mail.keep(visit.actor, _letter(visit).id, on=on)
    await visit.say("plain.letter_kept" if on else "plain.letter_not_kept")


def _letter(visit: Visit) -> Letter:
    if not isinstance(visit.here.thing, Letter):
        raise Invalid("plain.no_letter")
    return visit.here.thing


async def forget(visit: Visit, rest: str) -> None:
    """`delete`: one's own copy of the letter that was heard last."""
    found = _letter(visit)
    if await visit.paper.yes(visit.tr("plain.delete_ask", title=found.subject)):
        count = await visit.forum.mail.delete(visit.actor, found.id)
        await visit.paper.say(visit.tr.plural("mail.deleted", count))
        await visit.go("/mail")
