"""What is done with posts and threads that are there: push, change, withdraw, hide, retitle, pin, lock, history."""

from __future__ import annotations

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.errors import Invalid, NotFound
from bbs.forum.access import Verb
from bbs.forum.posts.polls import OPTIONS_MOST, Poll
from bbs.forum.posts.posts import Stance
from bbs.forum.writing.splitting import floors_in
from bbs.text.when import full

REMOVE = "remove"
"""In place of a stance: take back what one said."""


async def push(call: Call) -> Answer:
    """Say something small under a post, or take it back."""
    number, stance = call.number("post"), call.text("stance")
    if stance == REMOVE:
        done = await call.forum.pushes.remove(call.actor, number)
        return Answer({"removed": done}, [call.tr("push.removed" if done else "push.nothing")])
    made = await call.forum.pushes.push(call.actor, number, Stance(stance), call.text("words"))
    post = await call.forum.threads.post(call.actor, number)
    document = {"push": shapes.push(made), "post": shapes.post(post, call.tr)}
    return Answer(document, [call.tr("push.recorded", route=post.route)])


async def edit(call: Call) -> Answer:
    """Change one's own post; the text is a file or standard input."""
    made = await call.forum.threads.edit(call.actor, call.number("id"), await call.body())
    return Answer({"post": shapes.post(made, call.tr)}, [call.tr("post.edited_now", post=made.id)])


async def withdraw(call: Call) -> Answer:
    """Withdraw one's own post, or put it back."""
    number, undo = call.number("id"), call.flag("undo")
    own = call.forum.own
    made = await (own.put_back(call.actor, number) if undo else own.withdraw(call.actor, number))
    said = call.tr("post.put_back_now" if undo else "post.withdrawn_now", post=number)
    return Answer({"post": {"id": made.id, "route": made.route, "withdrawn": made.withdrawn}}, [said])


async def crosspost(call: Call) -> Answer:
    """Copy a post into another board as a new thread that leads back to it."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    found = await call.forum.crossposts.original(call.actor, call.number("post"))
    title = call.text("title") or found.title
    made = await call.forum.crossposts.make(call.actor, found.post, board, title, call.text("words"))
    said = call.tr("crosspost.done", id=made.id, route=made.route, source=found.route)
    return Answer({"post": shapes.post(made, call.tr), "copy_of": found.post}, [said])


async def history(call: Call) -> Answer:
    """The revisions of a post, or the text of one of them."""
    number, wanted = call.number("id"), call.number("revision")
    if wanted:
        text = await call.forum.history.text(call.actor, number, wanted)
        return Answer({"revision": {"post": number, "number": wanted, "body": text}}, [text])
    found = await call.forum.history.revisions(call.actor, number)
    items = [
        {"number": one.number, "written_at": one.written_at, "length": one.length, "current": one.current}
        for one in found
    ]
    cells = [[str(one.number), full(one.written_at, call.zone), str(one.length)] for one in found]
    titles = [call.tr(f"column.{name}") for name in ("revision", "written", "length")]
    return Answer({"items": items, "next": None}, [Rows(titles, cells)])


async def hide(call: Call) -> Answer:
    """Hide a post; everybody sees the reason."""
    number = call.number("id")
    await call.forum.moderation.hide(call.actor, number, call.text("reason"))
    return Answer({"post": {"id": number, "hidden": True}}, [call.tr("post.hidden_now", post=number)])


async def restore(call: Call) -> Answer:
    """Show a hidden post again."""
    number = call.number("id")
    await call.forum.moderation.restore(call.actor, number)
    return Answer({"post": {"id": number, "hidden": False}}, [call.tr("post.restored_now", post=number)])


async def pin(call: Call) -> Answer:
    """Pin a thread, or let it go."""
    off = call.flag("off")
    found = await call.forum.threads.pin(call.actor, call.number("id"), not off)
    said = call.tr("thread.unpinned_now" if off else "thread.pinned_now", thread=found.id)
    return Answer({"thread": shapes.thread(found)}, [said])


async def lock(call: Call) -> Answer:
    """Lock a thread, or open it again."""
    off = call.flag("off")
    found = await call.forum.threads.lock(call.actor, call.number("id"), not off)
    said = call.tr("thread.unlocked_now" if off else "thread.locked_now", thread=found.id)
    return Answer({"thread": shapes.thread(found)}, [said])


async def move(call: Call) -> Answer:
    """Move a thread into another board."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    number = call.number("id")
    await call.forum.moving.move(call.actor, number, board, call.text("reason"))
    _, found = await call.forum.threads.get(call.actor, number)
    said = call.tr("thread.moved_now", thread=number, board=shapes.named(call.tr, board.zh, board.en))
    return Answer({"thread": shapes.thread(found)}, [said])


async def split(call: Call) -> Answer:
    """Let floors of a thread begin a thread of their own."""
    number, floors = call.number("id"), floors_in(call.text("floors"))
    made = await call.forum.splitting.split(call.actor, number, floors, call.text("title"), call.text("reason"))
    _, found = await call.forum.threads.get(call.actor, made)
    said = call.tr.plural("thread.split_now", len(floors), thread=number, route=found.route)
    return Answer({"thread": shapes.thread(found), "floors": floors}, [said])


async def merge(call: Call) -> Answer:
    """Let a thread go on at the end of another."""
    number, into = call.number("id"), call.number("into")
    count = await call.forum.splitting.merge(call.actor, number, into, call.text("reason"))
    _, found = await call.forum.threads.get(call.actor, into)
    said = call.tr.plural("thread.merged_now", count, thread=number, route=found.route)
    return Answer({"thread": shapes.thread(found), "carried": count}, [said])


async def rejoin(call: Call) -> Answer:
    """Bring back what was split off or merged away."""
    number = call.number("id")
    floors = await call.forum.splitting.rejoin(call.actor, number, call.number("from"), call.text("reason"))
    _, found = await call.forum.threads.get(call.actor, number)
    said = call.tr.plural("thread.rejoined_now", len(floors), route=found.route)
    return Answer({"thread": shapes.thread(found), "floors": floors}, [said])


async def retitle(call: Call) -> Answer:
    """Change the title of a thread."""
    number = call.number("id")
    await call.forum.own.retitle(call.actor, number, call.text("title"))
    _, found = await call.forum.threads.get(call.actor, number)
    said = call.tr("thread.retitled_now", thread=number, title=found.title)
    return Answer({"thread": shapes.thread(found)}, [said])


async def helpful(call: Call) -> Answer:
    """Mark the answer that helped, or take the mark away."""
    number, floor, off = call.number("id"), call.number("floor"), call.flag("off")
    await call.forum.own.helpful(call.actor, number, None if off else floor)
    _, found = await call.forum.threads.get(call.actor, number)
    said = call.tr("thread.unhelpful_now" if off else "thread.helpful_now", thread=number, floor=floor)
    return Answer({"thread": shapes.thread(found)}, [said])


async def poll(call: Call) -> Answer:
    """A thread's poll with its votes; `--vote "1 3"` votes, `--vote 0` takes the vote back; `--question` asks."""
    number, wanted = call.number("thread"), call.text("vote")
    if call.text("question"):
        found: Poll | None = await call.forum.polls.make(
            call.actor,
            number,
            call.text("question"),
            call.words("option"),
            many=call.flag("many"),
            open_names=call.flag("names"),
            days=call.number("days") or None,
        )
    elif wanted:
        numbers = [int(word) for word in wanted.split()[:20] if word.isascii() and word.isdecimal() and len(word) < 4]
        if len(numbers) != len(wanted.split()):
            raise Invalid("poll.choice", most=OPTIONS_MOST)
        found = await call.forum.polls.vote(call.actor, number, [] if numbers == [0] else numbers)
    else:
        found = await call.forum.polls.get(call.actor, number)
    if found is None:
        raise NotFound("poll.none")
    choices = [
        {"number": one.number, "text": one.text, "votes": one.votes, "names": one.names} for one in found.choices
    ]
    document = {
        "thread": found.thread,
        "question": found.question,
        "choices": choices,
        "many": found.many,
        "open_names": found.open_names,
        "closes_at": found.closes_at,
        "closed": found.closed,
        "voters": found.voters,
        "mine": found.mine,
    }
    cells = [
        ["*" if one.number in found.mine else "", str(one.number), one.text, str(one.votes)] for one in found.choices
    ]
    titles = ["", *(call.tr(f"column.{name}") for name in ("number", "option", "votes"))]
    recorded = call.tr("poll.recorded_shown" if found.open_names else "poll.recorded_hidden")
    return Answer({"poll": document}, [found.question, recorded, Rows(titles, cells)])


_ID = argument("id", Kind.NUMBER)

COMMANDS = (
    Command(
        ("push",),
        push,
        (
            argument("post", Kind.NUMBER),
            argument("stance", choices=(*(stance.value for stance in Stance), REMOVE)),
            option("words"),
        ),
        verb=Verb.POST_PUSH,
    ),
    Command(
        ("crosspost",),
        crosspost,
        (argument("post", Kind.NUMBER), argument("board", values="boards"), option("title"), option("words")),
    ),
    Command(("post", "edit"), edit, (_ID, option("file")), verb=Verb.POST_EDIT),
    Command(("post", "withdraw"), withdraw, (_ID, flag("undo")), verb=Verb.POST_EDIT),
    Command(("post", "history"), history, (_ID, option("revision", Kind.NUMBER))),
    Command(("post", "hide"), hide, (_ID, option("reason", required=True)), verb=Verb.POST_HIDE),
    Command(("post", "restore"), restore, (_ID,), verb=Verb.POST_HIDE),
    Command(
        ("poll",),
        poll,
        (
            argument("thread", Kind.NUMBER),
            option("vote"),
            option("question"),
            option("option", many=True),
            flag("many"),
            flag("names"),
            option("days", Kind.NUMBER),
        ),
    ),
    Command(("thread", "pin"), pin, (_ID, flag("off")), verb=Verb.THREAD_PIN),
    Command(("thread", "lock"), lock, (_ID, flag("off")), verb=Verb.THREAD_LOCK),
    Command(
        ("thread", "move"),
        move,
        (_ID, argument("board", values="boards"), option("reason", required=True)),
        verb=Verb.THREAD_MOVE,
    ),
    Command(
        ("thread", "split"),
        split,
        (_ID, argument("floors"), option("title", required=True), option("reason", required=True)),
        verb=Verb.THREAD_SPLIT,
    ),
    Command(
        ("thread", "merge"),
        merge,
        (_ID, argument("into", Kind.NUMBER), option("reason", required=True)),
        verb=Verb.THREAD_MERGE,
    ),
    Command(
        ("thread", "rejoin"),
        rejoin,
        (_ID, argument("from", Kind.NUMBER), option("reason", required=True)),
        verb=Verb.THREAD_SPLIT,
    ),
    Command(("thread", "retitle"), retitle, (_ID, option("title", required=True))),
    Command(
        ("thread", "helpful"), helpful, (_ID, argument("floor", Kind.NUMBER), flag("off")), verb=Verb.THREAD_HELPFUL
    ),
)
