"""What every member can type: read, post, reply, news, and who one is."""

from __future__ import annotations

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, option
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind
from bbs.forum.boards.boards import Board
from bbs.forum.cases.table import CaseKind
from bbs.forum.posts.threads import Post, Thread
from bbs.forum.proof.proofs import Standing
from bbs.text.when import stamp
from bbs.text.wrap import wrap

PAGE = 50
"""Rows of a page when `--limit` does not say otherwise."""
PAGE_MOST = 200
"""Rows of a page at the most."""


def limit(call: Call) -> int:
    """Rows of a page, as `--limit` says."""
    return min(call.number("limit", PAGE), PAGE_MOST)


async def boards(call: Call) -> Answer:
    """All boards the caller may read."""
    found = [row for _, rows in await call.forum.boards.sections(call.actor) for row in rows]
    cells = [
        [row.board.slug, shapes.named(call.tr, row.board.zh, row.board.en), str(row.unread), str(row.board.threads)]
        for row in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("board", "name", "unread", "threads")]
    items = [shapes.board(call.tr, row.board, row.unread) for row in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("boards.none"))])


async def threads(call: Call) -> Answer:
    """A page of a board's threads, newest activity first; pinned ones lead the first page."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    after = call.text("after") or None
    page = await call.forum.threads.list(
        call.actor, board, after=after, limit=limit(call), title=call.text("title"), author=call.text("author")
    )
    pinned = [] if after else await call.forum.threads.pinned(call.actor, board)
    found = [*(row for row in pinned if _passes(call, row)), *page.items]
    now = call.forum.clock.now()
    cells = [
        [
            str(row.id),
            ("*" if row.pinned else "") + {"unread": "+", "changed": "~", "read": ""}[row.state.value],
            stamp(row.last_at, call.zone, now, call.tr),
            row.author,
            str(row.posts),
            row.title,
        ]
        for row in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "mark", "last", "author", "posts", "title")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("threads.none"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": [shapes.thread(row) for row in found], "next": page.after}, parts)


def _passes(call: Call, row: Thread) -> bool:
    """Whether a pinned thread is among those that are asked for, as the rows of the list are."""
    title, author = call.text("title"), call.text("author")
    return title.casefold() in row.title.casefold() and author in ("", row.author)


async def thread(call: Call) -> Answer:
    """One thread with a page of its posts."""
    _, found = await call.forum.threads.get(call.actor, call.number("id"))
    most = limit(call)
    floor = call.number("after", 0) + 1
    posts = await call.forum.threads.posts(call.actor, found.id, floor=floor, limit=most)
    more = posts[-1].floor if len(posts) == most and posts[-1].floor < found.last_floor else None
    parts: list[str | Rows] = [f"{found.title}  {found.route}", ""]
    standings = await call.forum.proofs.standings(posts, {found.id: found.title})
    for post in posts:
        parts += _floor(call, post, standings.get(post.id))
    if more:
        parts.append(call.tr("command.more", option=f"--after {more}"))
    document = {
        "thread": shapes.thread(found),
        "items": [shapes.post(post, call.tr) for post in posts],
        "next": str(more) if more else None,
    }
    return Answer(document, parts)


def _floor(call: Call, post: Post, standing: Standing | None) -> list[str]:
    when = stamp(post.created_at, call.zone, call.forum.clock.now(), call.tr)
    if post.official:
        title = shapes.named(call.tr, post.official.title_zh, post.official.title_en)
        head = call.tr("post.head_official", floor=post.floor, name=post.official.name, title=title, when=when)
        if standing is not None:
            head = f"{head}  {call.tr(f'standing.{standing}')}"
    else:
        head = call.tr("post.head", floor=post.floor, author=post.author, when=when)
    body = post.body
    if post.gone and not body:
        body = call.tr("post.hidden") if post.hidden else call.tr("floor.withdrawn_why")
    # Bodies are indented, heads are not, and no line is left for the terminal to wrap: no text of a member can pass
    # for an officer's head line.
    room = max(20, call.around.columns - 3)
    return [head, *(f"  {line}" for line in wrap(body, room)), ""]


async def post(call: Call) -> Answer:
    """Start a thread; the text is a file or standard input."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    made = await call.forum.threads.start(
        call.actor,
        board,
        call.text("title"),
        await call.body(),
        official=_official(call, board),
        kind=CaseKind(call.text("kind")) if call.text("kind") else None,
    )
    return _posted(call, made)


async def reply(call: Call) -> Answer:
    """Reply to a thread; the text is a file or standard input."""
    board, found = await call.forum.threads.get(call.actor, call.number("thread"))
    made = await call.forum.threads.reply(
        call.actor,
        found.id,
        await call.body(),
        reply_to=call.number("to") or None,
        official=_official(call, board),
    )
    return _posted(call, made)


def _official(call: Call, board: Board) -> bool:
    """Officers write under their office: their login is used for nothing else."""
    return call.actor.kind is AccountKind.OFFICER


def _posted(call: Call, made: Post) -> Answer:
    return Answer({"post": shapes.post(made, call.tr)}, [call.tr("post.posted", id=made.id, route=made.route)])


async def news(call: Call) -> Answer:
    """The columns, or the bulletins of one."""
    slug = call.text("column")
    if not slug:
        rows = await call.forum.news.columns(call.actor)
        cells = [
            [row.column.slug, shapes.named(call.tr, row.column.zh, row.column.en), str(row.unread), str(row.bulletins)]
            for row in rows
        ]
        titles = [call.tr(f"column.{name}") for name in ("column", "name", "unread", "bulletins")]
        items = [shapes.column(call.tr, row) for row in rows]
        return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("columns.none"))])
    column = await call.forum.news.column(call.actor, slug)
    page = await call.forum.news.list(
        call.actor, column, lang=call.tr.lang, after=call.text("after") or None, limit=limit(call), whole=True
    )
    now = call.forum.clock.now()
    cells = [
        [str(found.id), "" if found.read else "+", stamp(found.published_at, call.zone, now, call.tr), found.title]
        for found in page.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "mark", "published", "title")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("bulletins.none"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": [shapes.bulletin(found) for found in page.items], "next": page.after}, parts)


async def bulletin(call: Call) -> Answer:
    """One bulletin, whole."""
    found = await call.forum.news.get(call.actor, call.number("id"))
    await call.forum.news.mark_read(call.actor, found)
    when = stamp(found.published_at, call.zone, call.forum.clock.now(), call.tr)
    head = "  ".join(part for part in (found.source, found.author, when, found.route) if part)
    body = wrap(found.body, max(20, call.around.columns - 1))
    return Answer(shapes.bulletin(found), [found.title, head, "", *body])


async def whoami(call: Call) -> Answer:
    """Who the caller is, and what they may do here."""
    actor = call.actor
    roles = sorted(f"{grant.role.value}:{grant.scope}".rstrip(":") for grant in actor.grants)
    document = {
        "name": actor.name,
        "kind": actor.kind.value,
        "roles": roles,
        "offices": [held.office for held in actor.appointments],
        "transport": actor.transport,
    }
    parts = [call.tr("whoami.line", name=actor.name, kind=call.tr(f"kind.{actor.kind.value}"))]
    for held in actor.appointments:
        title = shapes.named(call.tr, held.title_zh, held.title_en)
        parts.append(call.tr("whoami.office", name=held.real_name, title=title, office=held.office))
    if roles:
        parts.append(call.tr("whoami.roles", roles=", ".join(roles)))
    return Answer(document, parts)


async def who(call: Call) -> Answer:
    """Who is here, coarsely."""
    here = call.forum.presence.list(call.actor)
    people, officers = call.forum.presence.counts()
    items = [{"name": one.name, "kind": one.kind, "office": one.office, "since": one.since} for one in here]
    cells = [[one.name, call.tr(f"kind.{one.kind}"), one.office or ""] for one in here]
    titles = [call.tr(f"column.{name}") for name in ("name", "kind", "office")]
    document = {"items": items, "next": None, "here": people, "officers": officers}
    return Answer(document, [Rows(titles, cells, call.tr("who.none")), call.tr.plural("who.count", people)])


async def key_list(call: Call) -> Answer:
    """One's own keys."""
    found = await call.forum.accounts.keys(call.actor)
    items = [{"fingerprint": key.fingerprint, "label": key.label, "added_at": key.added_at} for key in found]
    cells = [[key.fingerprint, key.label, key.added_at.date().isoformat()] for key in found]
    titles = [call.tr(f"column.{name}") for name in ("fingerprint", "label", "added")]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("keys.none"))])


async def key_add(call: Call) -> Answer:
    """Add a public key: a line as in a `.pub` file, from a file or standard input."""
    lines = (await call.body()).strip().splitlines()
    if not lines:
        raise Invalid("key.bad")
    made = await call.forum.accounts.add_key(call.actor, lines[0], label=call.text("label"))
    return Answer(
        {"key": {"fingerprint": made.fingerprint, "label": made.label, "added_at": made.added_at}},
        [call.tr("key.added", fingerprint=made.fingerprint)],
    )


async def key_remove(call: Call) -> Answer:
    """Remove one of one's own keys."""
    fingerprint = call.text("fingerprint")
    if not await call.agreed(call.tr("key.remove_ask", fingerprint=fingerprint)):
        return Answer({"removed": False}, [call.tr("command.left")])
    await call.forum.accounts.remove_key(call.actor, fingerprint)
    return Answer({"removed": True}, [call.tr("key.removed", fingerprint=fingerprint)])


_PAGING = (option("after"), option("limit", Kind.NUMBER))
_BODY = option("file")

COMMANDS = (
    Command(("boards",), boards),
    Command(("threads",), threads, (argument("board", values="boards"), option("title"), option("author"), *_PAGING)),
    Command(
        ("thread",),
        thread,
        (argument("id", Kind.NUMBER), option("after", Kind.NUMBER), option("limit", Kind.NUMBER)),
    ),
    Command(
        ("post",),
        post,
        (
            argument("board", values="boards"),
            option("title", required=True),
            option("kind", choices=[kind.value for kind in CaseKind]),
            _BODY,
        ),
    ),
    Command(("reply",), reply, (argument("thread", Kind.NUMBER), option("to", Kind.NUMBER), _BODY)),
    Command(("news",), news, (argument("column", required=False, values="columns"), *_PAGING)),
    Command(("bulletin",), bulletin, (argument("id", Kind.NUMBER),)),
    Command(("who",), who, verb=Verb.WHO_READ),
    Command(("whoami",), whoami),
    Command(("key", "list"), key_list, verb=Verb.ACCOUNT_SELF),
    Command(("key", "add"), key_add, (_BODY, option("label")), verb=Verb.ACCOUNT_SELF),
    Command(("key", "remove"), key_remove, (argument("fingerprint"),), verb=Verb.ACCOUNT_SELF),
)
