"""officers, and office list|history|appoint|dismiss: who answers, under which name, and since when."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.forum.access import Verb
from bbs.forum.actor import Duty
from bbs.forum.officers.officers import Office
from bbs.forum.posts.posts import Post, Thread
from bbs.text.when import stamp

PAGE: Final = 50
"""Posts of a page when `--limit` does not say otherwise."""
PAGE_MOST: Final = 200
"""Posts of a page at the most."""


async def officers(call: Call) -> Answer:
    """The offices and who holds them; or what officers wrote, newest first, all or of one office."""
    slug = call.text("office")
    if slug or call.flag("posts"):
        return await _stream(call, slug)
    found = await call.forum.officers.offices(call.actor)
    cells = [
        [
            office.slug,
            shapes.named(call.tr, office.zh, office.en),
            ", ".join(held.real_name for held in office.appointments) or "-",
        ]
        for office in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("office", "name", "holder")]
    items = [shapes.office(office, call.tr) for office in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("offices.none"))])


async def _stream(call: Call, slug: str) -> Answer:
    document: dict[str, Any] = {}
    if slug:
        document["office"] = shapes.office(await call.forum.officers.office(call.actor, slug), call.tr)
    limit = min(call.number("limit", PAGE), PAGE_MOST)
    after = call.text("after") or None
    page = await call.forum.threads.stream(call.actor, office=slug or None, after=after, limit=limit)
    cells = [_row(call, post, thread) for post, thread in page.items]
    titles = [call.tr(f"column.{name}") for name in ("id", "date", "name", "title", "text")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("officers.empty"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    items = [shapes.post(post, call.tr) | {"title": thread.title, "board": thread.board} for post, thread in page.items]
    return Answer({**document, "items": items, "next": page.after}, parts)


def _row(call: Call, post: Post, thread: Thread) -> list[str]:
    when = stamp(post.created_at, call.zone, call.forum.clock.now(), call.tr)
    return [str(post.id), when, post.author, thread.title, shapes.snippet(post.body, 60)]


async def office_list(call: Call) -> Answer:
    """The offices, and the appointments in force."""
    found = await call.forum.officers.offices(call.actor)
    cells = [row for office in found for row in _office_rows(call, office)]
    titles = [call.tr(f"column.{name}") for name in ("office", "name", "account", "holder", "duty", "since", "until")]
    items = [shapes.office(office, call.tr) for office in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("offices.none"))])


def _office_rows(call: Call, office: Office) -> list[list[str]]:
    name = shapes.named(call.tr, office.zh, office.en)
    if not office.appointments:
        return [[office.slug, name, "-", "", "", "", ""]]
    return [
        [
            office.slug,
            name,
            held.account,
            held.real_name,
            call.tr(f"duty.{held.duty.value}"),
            _day(held.since),
            _day(held.until),
        ]
        for held in office.appointments
    ]


async def history(call: Call) -> Answer:
    """Who held an office, when, the latest first; those who will are in it too."""
    found = await call.forum.officers.history(call.actor, call.text("office"))
    cells = [
        [
            held.real_name,
            shapes.named(call.tr, held.title_zh, held.title_en),
            call.tr(f"duty.{held.duty.value}"),
            _day(held.since),
            _day(held.ended_at or held.until),
        ]
        for held in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("holder", "title", "duty", "since", "until")]
    items = [shapes.appointment(held, call.tr) for held in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("office.nobody_ever"))])


async def appoint(call: Call) -> Answer:
    """Appoint an officer account; it is made when there is none, and opens once it has a key."""
    title = call.text("title")
    made = await call.forum.officers.appoint(
        call.actor,
        call.text("office"),
        call.text("account"),
        real_name=call.text("name"),
        title_zh=title,
        title_en=call.text("title-en") or title,
        duty=Duty(call.text("duty") or Duty.HOLDER),
        since=call.date("from"),
        until=call.date("to"),
    )
    words = call.tr("office.appointed", name=made.real_name, office=made.office, account=made.account)
    return Answer({"appointment": shapes.appointment(made, call.tr)}, [words])


async def dismiss(call: Call) -> Answer:
    """End an appointment now."""
    office, account = call.text("office"), call.text("account")
    if not await call.agreed(call.tr("office.dismiss_ask", office=office, account=account)):
        return Answer({"dismissed": False}, [call.tr("command.left")])
    ended = await call.forum.officers.dismiss(call.actor, office, account)
    words = call.tr("office.dismissed", name=ended.real_name, office=ended.office)
    return Answer({"appointment": shapes.appointment(ended, call.tr)}, [words])


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment is not None else ""


_OFFICE: Final = argument("office", values="offices")

COMMANDS: Final = (
    Command(
        ("officers",),
        officers,
        (option("office", values="offices"), flag("posts"), option("after"), option("limit", Kind.NUMBER)),
    ),
    Command(("office", "list"), office_list, verb=Verb.OFFICE_LIST, topic="offices"),
    Command(("office", "history"), history, (_OFFICE,), Verb.OFFICE_LIST, "offices"),
    Command(
        ("office", "appoint"),
        appoint,
        (
            _OFFICE,
            argument("account", values="accounts"),
            option("name", required=True),
            option("title", required=True),
            option("title-en"),
            option("duty", choices=[duty.value for duty in Duty]),
            option("from", Kind.DATE),
            option("to", Kind.DATE),
        ),
        Verb.OFFICE_APPOINT,
        "offices",
    ),
    Command(
        ("office", "dismiss"),
        dismiss,
        (_OFFICE, argument("account", values="accounts")),
        Verb.OFFICE_APPOINT,
        "offices",
    ),
)
