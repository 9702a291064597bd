"""board list|show|plan|apply: the community as declared in boards.yaml."""

from __future__ import annotations

from pathlib import Path

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows, as_text
from bbs.commands.call import Call, Door
from bbs.commands.tree import Command, argument
from bbs.errors import Invalid
from bbs.forum.access import Verb
from bbs.forum.boards.community import Plan


async def board_list(call: Call) -> Answer:
    """All boards with their policies."""
    found = [row.board for _, rows in await call.forum.boards.sections(call.actor) for row in rows]
    cells = [
        [
            board.slug,
            shapes.named(call.tr, board.zh, board.en),
            board.section,
            board.read,
            board.post,
            str(board.threads),
        ]
        for board in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("board", "name", "section", "read", "post", "threads")]
    items = [shapes.board(call.tr, board, 0) for board in found]
    return Answer({"items": items, "next": None}, [Rows(titles, cells, call.tr("boards.none"))])


async def board_show(call: Call) -> Answer:
    """One board, everything about it."""
    board = await call.forum.boards.get(call.actor, call.text("board"))
    about = shapes.named(call.tr, board.about_zh, board.about_en)
    facts = [
        ("board", board.slug),
        ("name", f"{board.zh} / {board.en}"),
        ("section", board.section),
        ("nature", board.nature),
        ("read", board.read),
        ("post", board.post),
        ("tracked", call.tr("yes" if board.tracked else "no")),
        ("office", ", ".join(board.offices) or "-"),
        ("threads", str(board.threads)),
        ("about", about),
    ]
    cells = [[call.tr(f"column.{name}"), value] for name, value in facts]
    document = shapes.board(call.tr, board, 0) | {
        "read": board.read,
        "post": board.post,
        "offices": list(board.offices),
        "unit": board.unit,
        "about": about,
    }
    return Answer({"board": document}, [Rows(["", ""], cells)])


async def board_plan(call: Call) -> Answer:
    """What applying the file would change; nothing is written."""
    path = _file(call)
    plan = await call.forum.community.plan(call.actor, path)
    return Answer(_document(plan), [*_lines(call, plan), *([call.tr("plan.next")] if plan.changes else [])])


async def board_apply(call: Call) -> Answer:
    """Apply the file. What only adds or changes is done at once; what archives something is asked about first."""
    path = _file(call)
    plan = await call.forum.community.plan(call.actor, path)
    if any(change.act == "archive" for change in plan.changes):
        shown = as_text(_lines(call, plan), call.around.columns)
        if not await call.agreed(shown + call.tr("plan.ask")):
            return Answer({"applied": False, **_document(plan)}, [call.tr("command.left")])
    done = await call.forum.community.apply(call.actor, path)
    return Answer(
        {"applied": True, **_document(done)},
        [*_lines(call, done), call.tr.plural("plan.applied", len(done.changes))],
    )


def _file(call: Call) -> Path:
    """The file named, or the site's own boards.yaml; over SSH only the site's own."""
    name = call.text("path")
    if name and call.around.door is Door.LOCAL:
        return call.path(name)
    if name or call.around.boards_file is None:
        raise Invalid("command.local_file", name=name or "boards.yaml")
    return call.around.boards_file


def _document(plan: Plan) -> dict[str, object]:
    changes = [
        {"act": change.act, "what": change.what, "slug": change.slug, "details": change.details}
        for change in plan.changes
    ]
    return {"changes": changes, "digest": plan.digest}


def _lines(call: Call, plan: Plan) -> list[str | Rows]:
    if not plan.changes:
        return [call.tr("plan.nothing")]
    cells = [[call.tr(f"plan.{one.act}"), call.tr(f"plan.{one.what}"), one.slug, one.details] for one in plan.changes]
    return [Rows([call.tr(f"column.{name}") for name in ("change", "what", "slug", "details")], cells)]


COMMANDS = (
    Command(("board", "list"), board_list, verb=Verb.BOARD_LIST_ALL, topic="boards"),
    Command(("board", "show"), board_show, (argument("board", values="boards"),), Verb.BOARD_LIST_ALL, "boards"),
    Command(("board", "plan"), board_plan, (argument("path", required=False),), Verb.BOARD_PLAN, "boards"),
    Command(("board", "apply"), board_apply, (argument("path", required=False),), Verb.BOARD_APPLY, "boards"),
)
