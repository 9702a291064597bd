"""Short messages: sent in one line, heard between two lines, and read again."""

from __future__ import annotations

from bbs.errors import Invalid
from bbs.forum.people.pager import WORDS_LIMIT
from bbs.plain.asking import ask
from bbs.plain.people import whom
from bbs.plain.places import PAGE, more_there
from bbs.plain.visit import Visit


async def messages(visit: Visit) -> None:
    """`/pages`: one's short messages, newest first."""
    visit.member()
    visit.arrive("/pages", visit.tr("plain.messages"))

    async def page(after: str | None) -> None:
        tr = visit.tr
        rows = await visit.forum.pager.list(visit.actor, after=after, limit=PAGE)
        visit.here.more = (lambda: page(rows.after)) if rows.after is not None else None
        for one in rows.items:
            head = tr(
                "plain.page_to_head" if one.sent else "plain.page_head", name=one.other, when=visit.when(one.created_at)
            )
            line = tr("plain.titled", head=head, title=one.words)
            await visit.say("plain.numbered", number=visit.number(f"/u/{one.other}"), line=line)
        if not rows.items:
            await visit.say("plain.no_messages")
        await more_there(visit)
        await visit.forum.pager.shown(visit.actor, [one.id for one in rows.items if not one.shown])

    await page(None)


async def message(visit: Visit, rest: str) -> None:
    """`message NAME WORDS`; `message WORDS` alone is never guessed: without a name it asks for the words."""
    visit.member()
    name, _, words = rest.strip().partition(" ")
    if not name:
        name = visit.paged or whom(visit)
    await _send(visit, name, words)


async def back(visit: Visit, rest: str) -> None:
    """`tell WORDS`: an answer to the short message heard last."""
    visit.member()
    if not visit.paged:
        raise Invalid("plain.no_message")
    await _send(visit, visit.paged, rest)


async def _send(visit: Visit, name: str, words: str) -> None:
    said = await ask(visit, "plain.ask_message", words, name=name, most=WORDS_LIMIT)
    sent = await visit.forum.pager.send(visit.actor, name, said)
    await visit.say("plain.message_sent", name=sent.other)
