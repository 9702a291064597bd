"""The templates of a board: listing, keeping and dropping them."""

from __future__ import annotations

from typing import Any

from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, argument, option
from bbs.forum.access import Verb
from bbs.forum.boards.templates import Template
from bbs.text.markdown import plain

BEGINNING = 60
"""Characters of a template shown in the list."""


def shape(found: Template) -> dict[str, Any]:
    """A template as a document."""
    return {"board": found.board, "name": found.name, "body": found.body}


async def templates(call: Call) -> Answer:
    """The templates of a board."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    found = await call.forum.templates.list(call.actor, board)
    titles = [call.tr(f"column.{name}") for name in ("name", "title")]
    rows = Rows(titles, [[one.name, plain(one.body, BEGINNING)] for one in found], call.tr("templates.none"))
    return Answer({"items": [shape(one) for one in found], "next": None}, [rows])


async def keep(call: Call) -> Answer:
    """Keep a template; the text is a file or standard input."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    made = await call.forum.templates.set(call.actor, board, call.text("name"), await call.body())
    return Answer({"template": shape(made)}, [call.tr("templates.kept")])


async def drop(call: Call) -> Answer:
    """Drop a template."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    found = await call.forum.templates.get(call.actor, board, call.text("name"))
    dropped = await call.agreed(call.tr("templates.sure", name=found.name))
    if dropped:
        await call.forum.templates.drop(call.actor, board, found.name)
    return Answer({"dropped": dropped}, [call.tr("templates.dropped" if dropped else "drafts.left")])


_BOARD = argument("board", values="boards")

COMMANDS = (
    Command(("template", "list"), templates, (_BOARD,)),
    Command(("template", "set"), keep, (_BOARD, argument("name"), option("file")), verb=Verb.TEMPLATE_CHANGE),
    Command(("template", "drop"), drop, (_BOARD, argument("name")), verb=Verb.TEMPLATE_CHANGE),
)
