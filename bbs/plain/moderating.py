"""What moderators do with the thread, floor or library one is at."""

from __future__ import annotations

from bbs.errors import Invalid
from bbs.forum.boards.places import Board
from bbs.plain.asking import ask, is_off, number_of
from bbs.plain.places import board_meant
from bbs.plain.reading import fresh
from bbs.plain.visit import Visit


async def mark(visit: Visit, what: str, rest: str) -> None:
    """`pin`, `lock`, `keep`, `digested`, each with `off`: one mark of the thread that is read."""
    thread, on = visit.reading().thread, not is_off(rest)
    acts = visit.forum.threads
    act = {"pin": acts.pin, "lock": acts.lock, "keep": acts.keep, "digested": acts.digest}[what]
    await act(visit.actor, thread.id, on)
    await fresh(visit)
    await visit.say(f"plain.{what}_on" if on else f"plain.{what}_off", thread=thread.id)


async def hide(visit: Visit, rest: str) -> None:
    """`hide REASON`: the floor heard last; its number stays, and moderators can restore it."""
    _, post = visit.floor()
    await visit.forum.moderation.hide(visit.actor, post.id, await ask(visit, "plain.ask_reason", rest))
    await visit.say("delete.hidden", floor=post.floor)


async def restore(visit: Visit, rest: str) -> None:
    """`restore`: show the floor heard last again."""
    _, post = visit.floor()
    await visit.forum.moderation.restore(visit.actor, post.id)
    await visit.say("delete.restored", floor=post.floor)


async def relocate(visit: Visit, rest: str) -> None:
    """`relocate BOARD`: move the thread that is read, with a reason."""
    thread = visit.reading().thread
    board = await board_meant(visit, await ask(visit, "plain.ask_board", rest))
    await visit.forum.moving.move(visit.actor, thread.id, board, await ask(visit, "plain.ask_reason"))
    await fresh(visit)
    await visit.say("move.done", board=visit.board_name(board))


async def split(visit: Visit, rest: str) -> None:
    """`split 3-5`: floors of the thread that is read become a thread of their own, with a title and a reason."""
    thread = visit.reading().thread
    floors = await ask(visit, "plain.ask_floors", rest)
    title, reason = await ask(visit, "plain.ask_title"), await ask(visit, "plain.ask_reason")
    await visit.run(["thread", "split", str(thread.id), floors, f"--title={title}", f"--reason={reason}"])


async def join(visit: Visit, rest: str) -> None:
    """`join 12`: the thread that is read goes on as part of another, with the reason."""
    thread = visit.reading().thread
    into = await ask(visit, "plain.ask_thread", rest)
    await visit.run(["thread", "merge", str(thread.id), into, f"--reason={await ask(visit, 'plain.ask_reason')}"])


async def rejoin(visit: Visit, rest: str) -> None:
    """`rejoin`: bring back all that went where the floor heard last went, with the reason."""
    _, post = visit.floor()
    if not post.moved_to:
        raise Invalid("rejoin.not_moved", floor=post.floor)
    other = post.moved_to.removeprefix("/t/").partition("#")[0]
    reason = await ask(visit, "plain.ask_reason", rest)
    await visit.run(["thread", "rejoin", str(post.thread), other, f"--reason={reason}"])
    await fresh(visit)


# The library


def in_library(visit: Visit) -> bool:
    """Whether one is in the library of a board."""
    board = visit.here.board
    return board is not None and visit.here.route.startswith(f"{board.route}/library")


def _here(visit: Visit) -> tuple[Board, str]:
    board = visit.here.board
    if board is None or not in_library(visit):
        raise Invalid("plain.no_library_here")
    return board, visit.here.route.removeprefix(f"{board.route}/library").removeprefix("/")


def _path(visit: Visit, rest: str) -> tuple[Board, str, str]:
    """The board, the path of what stands at a number of the list of here, and the rest of the line."""
    board, _ = _here(visit)
    number, more = number_of(rest)
    if number is None or not 1 <= number <= len(visit.here.numbers):
        raise Invalid("plain.no_such_number", number=rest.strip()[:10] or "?")
    return board, visit.here.numbers[number - 1].removeprefix(f"{board.route}/library/"), more


async def collect(visit: Visit, rest: str) -> None:
    """`collect [FOLDER]`: take the floor heard last into the library of its board."""
    reading, post = visit.floor()
    folder = rest.strip().strip("/")
    title = ((await visit.paper.ask(visit.tr("plain.ask_library_title"))) or "").strip() or reading.thread.title
    made = await visit.forum.library.take(visit.actor, reading.board, post.id, folder, title)
    await visit.say("library.taken", path=made.route)


async def library_folder(visit: Visit, rest: str) -> None:
    """`folder NAME` in a library."""
    board, path = _here(visit)
    made = await visit.forum.library.add_folder(visit.actor, board, path, await ask(visit, "plain.ask_folder", rest))
    await visit.say("library.folder_made", title=made.title)


async def library_name(visit: Visit, rest: str) -> None:
    """`name 2 TITLE` in a library."""
    board, path, given = _path(visit, rest)
    await visit.forum.library.rename(visit.actor, board, path, await ask(visit, "plain.ask_title", given))
    await visit.say("library.renamed")


async def library_move(visit: Visit, rest: str) -> None:
    """`move 2 1` to a place, `move 2 FOLDER` into a folder, `move 2 /` to the top."""
    board, path, to = _path(visit, rest)
    place, _ = number_of(to)
    if place is not None:
        await visit.forum.library.shift(visit.actor, board, path, place - 1)
        await visit.say("plain.moved")
        return
    wanted = (await ask(visit, "plain.ask_into", to)).strip("/")
    moved = await visit.forum.library.move(visit.actor, board, path, wanted)
    await visit.say("library.moved", path=moved.route)


async def library_remove(visit: Visit, rest: str) -> None:
    """`delete 2` in a library."""
    board, path, _ = _path(visit, rest)
    title = (await visit.forum.library.get(visit.actor, board, path)).title
    if not await visit.paper.yes(visit.tr("library.remove_ask", title=title)):
        raise Invalid("plain.left")
    await visit.forum.library.remove(visit.actor, board, path)
    await visit.say("library.removed", title=title)


# Templates


async def office_template(visit: Visit, office: str, rest: str) -> None:
    """`template NAME` of an office: its people write one; `template NAME off` drops it."""
    name = await ask(visit, "templates.ask_name", rest)
    first, _, last = name.rpartition(" ")
    drop = bool(first) and is_off(last)
    given = [first, "--drop"] if drop else [name, "--file=-"]
    await visit.run(["office", "template", office, *given])


async def template(visit: Visit, rest: str) -> None:
    """`template NAME`: moderators write a template of the board they are in; `template NAME off` drops one."""
    board = visit.here.board
    if board is None:
        raise Invalid("plain.no_board")
    name = await ask(visit, "templates.ask_name", rest)
    first, _, last = name.rpartition(" ")
    if first and is_off(last):
        await visit.run(["template", "drop", board.slug, first])
    else:
        await visit.run(["template", "set", board.slug, name])
