"""The access table: verb x role x board policy -> yes or no. Every screen, command and server asks it.

The table itself is in `bbs.forum.access_table`, one block an action; `docs/access.md` is written from it.
"""

from __future__ import annotations

from collections.abc import Hashable

from bbs.errors import Forbidden
from bbs.forum.access_table import RULES, TABLE, Allow
from bbs.forum.access_terms import TELNET, Place, Verb, Where, Who, place_of, standing
from bbs.forum.actor import Actor

__all__ = ["Place", "Verb", "Who", "allowed", "place_of", "require", "rights", "standing", "table_markdown"]


def allowed(actor: Actor, verb: Verb, *, place: object = None) -> bool:
    """Whether the actor may; `place` is the Board, Column or Bulletin the verb is about, where it is about one.

    Without a place: whether there can be any place where the actor may, which is what menus and help ask. Who acts on
    a thing always names it.
    """
    allows = RULES.get(verb, ())
    if not allows:
        return False
    where = None if place is None else place_of(place)
    held = standing(actor, where)
    return any(not held.isdisjoint(allow.who) and _holds(allow, actor, where) for allow in allows)


def require(actor: Actor, verb: Verb, *, place: object = None) -> None:
    """Raises Forbidden(`access.denied`, verb=…)."""
    if not allowed(actor, verb, place=place):
        raise Forbidden("access.denied", verb=verb.value)


def rights(actor: Actor) -> Hashable:
    """All that the table asks about an actor: who are equal in this may the same, so answers can be kept by it."""
    return actor.kind, actor.transport == TELNET, actor.grants, actor.appointments


def _holds(allow: Allow, actor: Actor, place: Place | None) -> bool:
    return place is None or allow.where.holds(actor, place)


def table_markdown() -> str:
    """The table as a page of Markdown, for the documentation."""
    lines = [*_INTRODUCTION, "", "| action | who, where | rule |", "|---|---|---|"]
    for rule in TABLE.values():
        groups = "<br>".join(_group(allow) for allow in rule.allows)
        lines.append(f"| `{rule.verb.value}` | {groups} | {rule.note} |")
    return "\n".join(lines) + "\n"


_INTRODUCTION = (
    "# Who may do what",
    "",
    "Written from the access table (`bbs/forum/access_table.py`); a test compares the two. What is not listed is",
    "refused. *Here* means a role given for this board or column, for its sub-site, or for the whole site. *Local* is",
    "the person at the machine itself. Over telnet everybody is a guest or a plain member: no role, no office counts.",
)


def _group(allow: Allow) -> str:
    names = ", ".join(who.value for who in Who if who in allow.who)
    return names if allow.where is Where.ANYWHERE else f"{names}: {allow.where.value}"
