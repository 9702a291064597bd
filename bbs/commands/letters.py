"""What concerns one personally: inbox, mail, cards, blocking."""

from __future__ import annotations

from typing import Any

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.forum.access import Verb
from bbs.forum.people.inbox import Notice
from bbs.forum.people.letters import Letter
from bbs.text.when import stamp

PAGE = 50
"""Rows of a page when `--limit` does not say otherwise."""
PAGE_MOST = 200


def _limit(call: Call) -> int:
    return min(call.number("limit", PAGE), PAGE_MOST)


def _words(call: Call, found: Notice) -> str:
    known = f"notice.{found.kind}"
    return call.tr(known, **found.facts) if call.tr.has(known) else call.tr("notice.other", route=found.route)


async def inbox(call: Call) -> Answer:
    """One's notices, newest first."""
    page = await call.forum.inbox.list(
        call.actor, after=call.text("after") or None, limit=_limit(call), unread=call.flag("unread")
    )
    now = call.forum.clock.now()
    items = [
        {
            "id": one.id,
            "kind": one.kind,
            "route": one.route,
            "text": _words(call, one),
            "created_at": one.created_at,
            "read": one.read,
        }
        for one in page.items
    ]
    cells = [
        [
            str(one.id),
            "" if one.read else "+",
            stamp(one.created_at, call.zone, now, call.tr),
            _words(call, one),
            one.route,
        ]
        for one in page.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "mark", "at", "text", "route")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("inbox.empty"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": items, "next": page.after}, parts)


async def inbox_read(call: Call) -> Answer:
    """Mark one notice read, or all."""
    number = call.number("id")
    if number:
        await call.forum.inbox.mark(call.actor, number)
    count = 1 if number else await call.forum.inbox.mark_all(call.actor)
    return Answer({"marked": count}, [call.tr.plural("inbox.marked", count)])


def letter(call: Call, found: Letter) -> dict[str, Any]:
    """A letter as a document."""
    return {
        "id": found.id,
        "talk": found.talk,
        "other": found.other,
        "sent": found.sent,
        "official": shapes.official(found.official, call.tr),
        "subject": found.subject,
        "body": found.body,
        "created_at": found.created_at,
        "read": found.read,
        "kept": found.kept,
        "route": found.route,
    }


async def mail_list(call: Call) -> Answer:
    """One's conversations, newest first."""
    page = await call.forum.mail.talks(
        call.actor, after=call.text("after") or None, limit=_limit(call), unread=call.flag("unread")
    )
    now = call.forum.clock.now()
    items = [
        {**letter(call, one.letter), "letters": one.letters, "unread": one.unread, "kept": bool(one.kept)}
        for one in page.items
    ]
    cells = [
        [
            str(one.letter.id),
            "+" if one.unread else "",
            stamp(one.letter.created_at, call.zone, now, call.tr),
            one.letter.other,
            str(one.letters),
            one.letter.subject,
        ]
        for one in page.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "mark", "last", "with", "letters", "subject")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("mail.empty"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": items, "next": page.after}, parts)


async def mail_read(call: Call) -> Answer:
    """One letter; reading it marks it read."""
    found = await call.forum.mail.get(call.actor, call.number("id"))
    if not found.read:
        await call.forum.mail.mark(call.actor, found.id, read=True)
        await call.forum.inbox.seen(call.actor, [found.route])
    when = stamp(found.created_at, call.zone, call.forum.clock.now(), call.tr)
    writer = call.actor.name if found.sent else found.other
    if found.official is not None:
        title = shapes.named(call.tr, found.official.title_zh, found.official.title_en)
        head = call.tr("post.head_official", floor=found.floor, name=found.official.name, title=title, when=when)
    else:
        head = call.tr("post.head", floor=found.floor, author=writer, when=when)
    body = [f"  {line}" for line in found.body.split("\n")]
    return Answer({"mail": letter(call, found)}, [f"  {found.subject}", head, *body])


async def mail_send(call: Call) -> Answer:
    """Write to somebody; the text is a file or standard input."""
    answers = call.number("to-letter") or None
    made = await call.forum.mail.send(
        call.actor, call.text("name"), call.text("subject"), await call.body(), answers=answers
    )
    return Answer({"mail": letter(call, made)}, [call.tr("mail.sent", name=made.other)])


async def mail_delete(call: Call) -> Answer:
    """Delete one's own copy of a letter."""
    count = await call.forum.mail.delete(call.actor, call.number("id"))
    return Answer({"deleted": count}, [call.tr.plural("mail.deleted", count)])


async def person(call: Call) -> Answer:
    """Somebody's card."""
    card = await call.forum.persons.card(call.actor, call.text("name"))
    offices = [
        {"office": held.office, "title": shapes.named(call.tr, held.title_zh, held.title_en)} for held in card.offices
    ]
    document = {
        "name": card.name,
        "kind": card.kind.value,
        "since": card.since,
        "posts": card.posts,
        "seen": card.seen or None,
        "offices": offices,
        "moderates": list(card.boards),
        "signature": card.own.signature,
        "plan": card.own.plan,
        "avatar": card.own.avatar,
        "blocked": card.blocked,
        "route": card.route,
    }
    parts = [f"{card.name}  {call.tr(f'kind.{card.kind.value}')}  {card.route}"]
    parts += [f"{call.tr('card.office')}: {held['title']}" for held in offices]
    parts.append(f"{call.tr('card.since')}: {card.since}")
    for text in (card.own.avatar, card.own.signature, card.own.plan):
        if text:
            parts += ["", *(f"  {line}" for line in text.split("\n"))]
    return Answer(document, parts)


async def block_list(call: Call) -> Answer:
    """Whom one blocks."""
    names = await call.forum.blocks.list(call.actor)
    rows = Rows([call.tr("column.name")], [[name] for name in names], call.tr("block.none"))
    return Answer({"items": [{"name": name} for name in names], "next": None}, [rows])


async def block_add(call: Call) -> Answer:
    """Block somebody."""
    name = await call.forum.blocks.set(call.actor, call.text("name"), True)
    return Answer({"name": name, "blocked": True}, [call.tr("card.now_blocked", name=name)])


async def block_remove(call: Call) -> Answer:
    """Let somebody through again."""
    name = await call.forum.blocks.set(call.actor, call.text("name"), False)
    return Answer({"name": name, "blocked": False}, [call.tr("card.now_unblocked", name=name)])


_PAGING = (option("after"), option("limit", Kind.NUMBER), flag("unread"))

COMMANDS = (
    Command(("inbox",), inbox, _PAGING, verb=Verb.INBOX_READ),
    Command(("inbox", "read"), inbox_read, (argument("id", Kind.NUMBER, required=False),), verb=Verb.INBOX_READ),
    Command(("mail", "list"), mail_list, _PAGING, verb=Verb.MAIL_READ),
    Command(("mail", "read"), mail_read, (argument("id", Kind.NUMBER),), verb=Verb.MAIL_READ),
    Command(
        ("mail", "send"),
        mail_send,
        (
            argument("name"),
            option("subject", required=True),
            option("to-letter", Kind.NUMBER),
            option("file"),
        ),
        verb=Verb.MAIL_SEND,
    ),
    Command(("mail", "delete"), mail_delete, (argument("id", Kind.NUMBER),), verb=Verb.MAIL_READ),
    Command(("person",), person, (argument("name"),), verb=Verb.PERSON_READ),
    Command(("block", "list"), block_list, verb=Verb.PERSON_BLOCK),
    Command(("block", "add"), block_add, (argument("name"),), verb=Verb.PERSON_BLOCK),
    Command(("block", "remove"), block_remove, (argument("name"),), verb=Verb.PERSON_BLOCK),
)
