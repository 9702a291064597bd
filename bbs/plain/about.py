"""What is known of a floor: its address and proofs, what it said before, and all that was said under it."""

from __future__ import annotations

from bbs.forum.posts.history import changed_lines
from bbs.forum.posts.posts import Post
from bbs.plain.asking import number_of
from bbs.plain.heads import marked
from bbs.plain.places import PAGE, more_there
from bbs.plain.reading import enter
from bbs.plain.visit import Reading, Visit


async def details(visit: Visit, rest: str = "") -> None:
    """`details`: number, address, who and when, signatures, copies and moves of the floor heard last."""
    reading, post = visit.floor()
    tr = visit.tr
    await _fact(visit, "details.post", str(post.id))
    await _fact(visit, "details.address", post.route)
    await _fact(visit, "details.author", _author(visit, post))
    await _fact(visit, "details.written", visit.when(post.created_at))
    if post.edited_at is not None:
        await _fact(visit, "details.edited", visit.when(post.edited_at))
        await visit.say("plain.history_how", revisions=post.revision)
    if post.reply_to is not None:
        await _fact(visit, "details.answers", f"/t/{post.thread}#{post.reply_to}")
    if post.agrees or post.disagrees:
        await _fact(visit, "details.pushes", tr("pushes.counts", agrees=post.agrees, disagrees=post.disagrees))
    await _proof(visit, post)
    await _copies(visit, reading, post)
    for each in await visit.forum.history.titles(visit.actor, reading.thread.id):
        await _fact(visit, "details.retitled", visit.joined([visit.when(each.at), each.by, each.old]))
    for move in await visit.forum.moving.moves(visit.actor, reading.thread.id):
        how = tr("details.moved_how", by=move.by, old=move.old, new=move.new, reason=move.reason)
        await _fact(visit, "details.moved", visit.joined([visit.when(move.at), how]))


async def _fact(visit: Visit, label: str, words: str) -> None:
    await visit.say("plain.titled", head=visit.tr(label), title=words)


def _author(visit: Visit, post: Post) -> str:
    if post.official is None:
        return visit.tr("details.pen_name", name=post.author)
    title = visit.named(post.official.title_zh, post.official.title_en)
    return visit.tr("details.official", name=post.official.name, title=title)


async def _proof(visit: Visit, post: Post) -> None:
    """Who signed an official post, and whether that holds."""
    if post.official is None or (post.gone and not post.body) or not visit.forum.proofs.signs:
        return
    tr, proof = visit.tr, await visit.forum.proofs.verify(visit.actor, post.id)
    await _fact(visit, "details.signed_forum", tr(proof.forum.reason))
    await _fact(visit, "details.signed_own", tr("details.not_own" if proof.own is None else proof.own.reason))
    told = tr("proof.recorded", seq=proof.recorded.seq) if proof.recorded.ok else tr(proof.recorded.reason)
    await _fact(visit, "details.register", told)
    await _fact(visit, "details.verify", tr("plain.verify_how", post=post.id))


async def _copies(visit: Visit, reading: Reading, post: Post) -> None:
    if reading.thread.copy_of is not None and post.floor == 1:
        found = await visit.forum.crossposts.source(visit.actor, reading.thread.id)
        where = visit.tr("copy.gone") if found is None else visit.joined([found.route, found.author, found.title])
        await _fact(visit, "details.copy_of", where)
    for copy in await visit.forum.crossposts.copies(visit.actor, post.id):
        await _fact(visit, "details.copied", visit.joined([copy.route, copy.by, visit.when(copy.at)]))


async def history(visit: Visit, rest: str = "") -> None:
    """`history`: what the floor heard last said before; `history 2` one of its revisions, with what changed."""
    _, post = visit.floor()
    number, _ = number_of(rest)
    if number is not None:
        await _revision(visit, post, number)
        return
    await visit.say("plain.history_head", floor=post.floor)
    for one in await visit.forum.history.revisions(visit.actor, post.id):
        parts = [visit.tr("plain.revision", number=one.number), visit.when(one.written_at)]
        parts.append(visit.tr.plural("plain.characters", one.length))
        parts += [visit.tr("history.current")] if one.current else []
        await visit.paper.say(visit.joined(parts))
    await visit.say("plain.history_foot")


async def _revision(visit: Visit, post: Post, number: int) -> None:
    kept = visit.forum.history
    text = await kept.text(visit.actor, post.id, number)
    before = await kept.text(visit.actor, post.id, number - 1) if number > 1 else ""
    await visit.say("plain.revision_of", number=number, floor=post.floor)
    changes = changed_lines(before, text) if number > 1 else [(" ", line) for line in text.split("\n")]
    mark = visit.tr("plain.text_mark")
    said = {" ": "", "-": visit.tr("plain.taken_out"), "+": visit.tr("plain.put_in")}
    for sign, line in changes:
        await visit.paper.say(said[sign] + (line if sign != " " else f"  {marked(line, mark)}"))


async def pushes(visit: Visit, rest: str = "") -> None:
    """`pushes`: all that was said under the floor heard last, newest first."""
    _, post = visit.floor()
    await visit.say("pushes.counts", agrees=post.agrees, disagrees=post.disagrees)

    async def page(after: str | None) -> None:
        rows = await visit.forum.pushes.list(visit.actor, post.id, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            await visit.say(f"plain.push.{one.stance.value}", author=one.author, words=one.words)
        if not rows.items:
            await visit.say("plain.nothing_there")
        await more_there(visit)

    await page(None)


async def at(visit: Visit, thread: int, floor: int, what: str, revision: int | None = None) -> None:
    """`/t/N/details#F` and the other pages behind a floor; NotFound(`floor.not_found`)."""
    await enter(visit, thread, floor, must=True)
    if what == "details":
        await details(visit)
    elif what == "pushes":
        await pushes(visit)
    else:
        await history(visit, str(revision or ""))
