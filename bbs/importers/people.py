"""Bringing in people from a file: accounts, roles and appointments, through the rules that make them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bbs.errors import BbsError, Conflict, Invalid
from bbs.forum.accounts import people
from bbs.forum.actor import AccountKind, Actor, Grant, Role
from bbs.forum.boards import yamlfile
from bbs.forum.boards.yamlfile import Broken
from bbs.forum.forum import Forum
from bbs.importers.frontmatter import SIZE_LIMIT, Refused, decoded
from bbs.text.clean import clean_line

_GRANT = rf"^({'|'.join(Role)})(:[a-z0-9-]{{1,64}})?$"
"""A role, and where it holds."""
PEOPLE_MOST = 1_000
"""People of one file."""


class Person(BaseModel):
    """One of the people of the file."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Literal["guest", "member", "officer", "moderator", "sysop"]
    real_name: str | None = None
    office: str | None = None
    title_zh: str | None = None
    title_en: str | None = None
    plan: str = ""
    roles: list[Annotated[str, Field(pattern=_GRANT)]] = []


_KIND = {
    "member": AccountKind.MEMBER,
    "moderator": AccountKind.MEMBER,
    "officer": AccountKind.OFFICER,
    "sysop": AccountKind.SYSOP,
}
_PEOPLE: TypeAdapter[list[Person]] = TypeAdapter(list[Person])


def read_people(path: Path) -> list[Person]:
    """Read a people.yaml; raises Invalid(`people.invalid`, file, line, problem)."""
    try:
        with path.open("rb") as file:
            document = yamlfile.read(decoded(file.read(SIZE_LIMIT + 1)))
        found = _PEOPLE.validate_python(document.value or [])
    except Refused as refused:
        raise _invalid(path, refused.line or 1, refused.reason.code) from refused
    except Broken as broken:
        raise _invalid(path, broken.line, broken.code) from broken
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise _invalid(path, document.line(tuple(first["loc"])), f"{name}: {first['msg']}") from error
    except OSError as error:
        raise Invalid("import.unreadable", reason=error.strerror or "") from error
    if len(found) > PEOPLE_MOST:
        raise Invalid("import.too_many", most=PEOPLE_MOST)
    return found


def _invalid(path: Path, line: int, problem: str) -> Invalid:
    return Invalid("people.invalid", file=path.name, line=line, problem=clean_line(problem, 200))


async def bring_in(
    forum: Forum, actor: Actor, person: Person, *, since: datetime, password: str | None
) -> Actor | None:
    """Open the account of a person with roles and appointment (from `since`, UTC); guests have none.

    What is there already stays. A password too short for the rules is left out.
    """
    kind = _KIND.get(person.kind)
    if kind is None:
        return None
    try:
        await _open(forum, actor, person.name, kind, password, since)
    except Conflict as error:
        if error.code != "name.taken":
            raise
    if person.kind == "moderator":
        await forum.accounts.role(actor, person.name, Grant(Role.MODERATOR), on=True)
    for given in person.roles:
        role, _, scope = given.partition(":")
        await forum.accounts.role(actor, person.name, Grant(Role(role), scope), on=True)
    if person.office is not None:
        try:
            await forum.officers.appoint(
                actor,
                person.office,
                person.name,
                real_name=person.real_name or person.name,
                title_zh=person.title_zh or "",
                title_en=person.title_en or "",
                since=since,
            )
        except Conflict as error:
            if error.code != "appointment.exists":
                raise
    return await as_actor(forum, person.name)


async def _open(
    forum: Forum, actor: Actor, name: str, kind: AccountKind, password: str | None, since: datetime
) -> None:
    try:
        await forum.accounts.create(actor, name, kind, password=password, opened=since)
    except BbsError as error:
        if password is None or not error.code.startswith("password."):
            raise
        await forum.accounts.create(actor, name, kind, opened=since)


async def as_actor(forum: Forum, name: str) -> Actor:
    """Somebody as the rules see them; NotFound(`account.not_found`)."""
    now = forum.clock.now()

    def unit(tx: Any) -> Actor:
        row = people.must_find(tx, name)
        return people.actor_from(row, people.held_by(tx, row, now), transport="local")

    return await forum.db.read(unit)
