"""The whole matrix, verb x who x place, against sets written down one verb at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bbs.errors import Forbidden
from bbs.forum.access import Verb, allowed, require, table_markdown
from bbs.forum.access_table import TABLE
from bbs.forum.access_terms import Place, place_of
from bbs.forum.actor import LOCAL, AccountKind, Actor, Appointment, Duty, Grant, Role

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
ROOT: Final = Path(__file__).parents[2]


def officer(office: str, duty: Duty) -> Actor:
    held = Appointment(1, office, "x", "X", "职", "Post", duty, NOW, None)
    return Actor("x", AccountKind.OFFICER, 1, appointments=(held,), transport="ssh")


def member(*grants: Grant) -> Actor:
    return Actor("x", AccountKind.MEMBER, 1, grants=frozenset(grants), transport="ssh")


BY_SSH: Final[Mapping[str, Actor]] = {
    "guest": Actor("guest", AccountKind.GUEST, transport="ssh"),
    "member": member(),
    "leader": member(Grant(Role.LEADER)),
    "moderator": member(Grant(Role.MODERATOR)),
    "life moderator": member(Grant(Role.MODERATOR, "life")),
    "union moderator": member(Grant(Role.MODERATOR, "union")),
    "editor": member(Grant(Role.EDITOR)),
    "digest editor": member(Grant(Role.EDITOR, "digest")),
    "express editor": member(Grant(Role.EDITOR, "express")),
    "union editor": member(Grant(Role.EDITOR, "union")),
    "express importer": member(Grant(Role.IMPORTER, "express")),
    "life importer": member(Grant(Role.IMPORTER, "life")),
    "member sysop": member(Grant(Role.SYSOP)),
    "scoped sysop": member(Grant(Role.SYSOP, "life")),  # no such right: a sysop is one everywhere or not at all
    "secretary": officer("secretary", Duty.HOLDER),
    "administration": officer("administration", Duty.DEPUTY),
    "liaison": officer("secretary", Duty.LIAISON),
    "former officer": Actor("x", AccountKind.OFFICER, 1, transport="ssh"),
    "sysop": Actor("sysop", AccountKind.SYSOP, 1, transport="ssh"),
    "local": LOCAL,
}
BY_TELNET: Final = {f"{name} by telnet": replace(actor, transport="telnet") for name, actor in BY_SSH.items()}
ACTORS: Final = {**BY_SSH, **BY_TELNET}

MEMBERS: Final = {name for name, actor in BY_SSH.items() if actor.kind is AccountKind.MEMBER}
PLAIN: Final = {f"{name} by telnet" for name in MEMBERS}  # over telnet a member is a member and nothing else
GUESTS: Final = set(BY_TELNET) - PLAIN | {"guest"}
OFFICERS: Final = {"secretary", "administration", "liaison", "former officer"}
IN_OFFICE: Final = {"secretary", "administration"}
SYSOPS: Final = {"sysop", "member sysop", "local"}
WITH_ACCOUNT: Final = MEMBERS | PLAIN | OFFICERS | {"sysop"}
READERS: Final = WITH_ACCOUNT | {"local"}
EVERYBODY: Final = READERS | GUESTS
WRITERS: Final = MEMBERS | PLAIN | {"sysop"}
NOBODY: Final[set[str]] = set()

BOARDS: Final = {
    "life": Place("life", read="public", post="members"),
    "members only": Place("ink", read="members", post="members"),
    "column": Place("secretary", read="public", post="officers", offices=("secretary",)),
    "open column": Place("news", read="members", post="officers"),
    "union board": Place("hall", unit="union", read="members", post="members", offices=("union",)),
    "odd": Place("odd", read="members", post="somebody"),
    "interview": Place("interview", read="members", post="officers", offices=("secretary",), nature="interviews"),
    "open interview": Place("talk", read="members", post="officers", nature="interviews"),
    "services": Place("services", read="public", post="members", offices=("administration",), private_cases=True),
    "archived life": Place("life", read="public", post="members", archived=True),
    "archived services": Place("services", read="public", post="members", archived=True, private_cases=True),
    "archived column": Place("secretary", read="members", post="officers", offices=("secretary",), archived=True),
    "archived interview": Place("interview", read="members", post="officers", archived=True, nature="interviews"),
}
COLUMNS: Final = {
    "express": Place("express", read="public"),
    "study": Place("study", read="members"),
    "union news": Place("pictures", unit="union", read="members"),
    "digest": Place("digest", read="members"),
}
BULLETINS: Final = {
    "for all": Place("express", read="public"),
    "for members": Place("express", read="members"),
    "for leaders": Place("study", read="leader"),
    "for officers": Place("study", read="officer"),
    "for the union": Place("study", read="union"),
    "for nobody known": Place("study", read="no-such-word"),
    "for the empty word": Place("study", read=""),
    "draft": Place("express", read="public", published=False),
    "leaders' draft": Place("study", read="leader", published=False),
}
SITE: Final = Place("")

MODERATORS: Final = {
    "life": {"moderator", "life moderator"} | SYSOPS,
    "members only": {"moderator"} | SYSOPS,
    "column": {"moderator"} | SYSOPS,
    "open column": {"moderator"} | SYSOPS,
    "union board": {"moderator", "union moderator"} | SYSOPS,
    "odd": {"moderator"} | SYSOPS,
    "interview": {"moderator"} | SYSOPS,
    "open interview": {"moderator"} | SYSOPS,
    "services": {"moderator"} | SYSOPS,
    "archived services": {"moderator"} | SYSOPS,
    "archived life": {"moderator", "life moderator"} | SYSOPS,
    "archived column": {"moderator"} | SYSOPS,
    "archived interview": {"moderator"} | SYSOPS,
}
KEEPERS: Final = {name: NOBODY if place.archived else MODERATORS[name] for name, place in BOARDS.items()}
HOLDERS: Final = {"moderator", "editor"} | SYSOPS
PUBLIC: Final = {name for name, place in BOARDS.items() if place.read == "public"}
LIVE: Final = {name: not place.archived for name, place in BOARDS.items()}


def held(named: set[str], unnamed: set[str], always: set[str] = NOBODY) -> dict[str, set[str]]:
    """Who may where interviews are held: where the board names an office, and where it names none."""
    found = {"interview": named | always, "open interview": unnamed | always}
    return {name: found.get(name, NOBODY) for name in BOARDS}


ON_BOARDS: Final[Mapping[Verb, Mapping[str, set[str]]]] = {
    Verb.BOARD_READ: {name: EVERYBODY if name in PUBLIC else READERS for name in BOARDS},
    Verb.THREAD_START: {
        "life": WRITERS | IN_OFFICE,
        "members only": WRITERS | IN_OFFICE,
        "column": {"secretary"},
        "open column": IN_OFFICE,
        "union board": WRITERS | IN_OFFICE,
        "odd": NOBODY,
        "interview": {"secretary"},
        "open interview": IN_OFFICE,
        "services": WRITERS | IN_OFFICE,
        "archived services": NOBODY,
        "archived life": NOBODY,
        "archived column": NOBODY,
        "archived interview": NOBODY,
    },
    Verb.THREAD_REPLY: {name: WRITERS | IN_OFFICE if LIVE[name] else NOBODY for name in BOARDS},
    Verb.POST_EDIT: {name: WRITERS | IN_OFFICE if LIVE[name] else NOBODY for name in BOARDS},
    Verb.POST_OFFICIAL: {name: IN_OFFICE if LIVE[name] else NOBODY for name in BOARDS},
    Verb.POST_HIDDEN: MODERATORS,
    Verb.POST_PUSH: {name: WRITERS if LIVE[name] else NOBODY for name in BOARDS},
    Verb.POST_HIDE: MODERATORS,
    Verb.THREAD_RETITLE: KEEPERS,
    Verb.POLL_MAKE: {name: WRITERS | IN_OFFICE if LIVE[name] else NOBODY for name in BOARDS},
    Verb.POLL_VOTE: {name: WRITERS if LIVE[name] else NOBODY for name in BOARDS},
    Verb.THREAD_HELPFUL: {name: WRITERS | IN_OFFICE if LIVE[name] else NOBODY for name in BOARDS},
    Verb.THREAD_PIN: KEEPERS,
    Verb.THREAD_LOCK: KEEPERS,
    Verb.THREAD_MOVE: KEEPERS,
    Verb.THREAD_SPLIT: KEEPERS,
    Verb.THREAD_MERGE: KEEPERS,
    Verb.THREAD_KEEP: KEEPERS,
    Verb.THREAD_DIGEST: KEEPERS,
    Verb.TEMPLATE_CHANGE: KEEPERS,
    Verb.LIBRARY_CHANGE: KEEPERS,
    Verb.LIVE_HOLD: held({"secretary"}, IN_OFFICE, HOLDERS),
    Verb.LIVE_SORT: held({"secretary", "liaison"}, IN_OFFICE | {"liaison"}, HOLDERS),
    Verb.LIVE_ASK: held(WRITERS, WRITERS),
    Verb.LIVE_VOTE: held(WRITERS, WRITERS),
    Verb.LIVE_ANSWER: held(IN_OFFICE, IN_OFFICE),
    Verb.CASE_READ: {name: EVERYBODY if name in PUBLIC else READERS for name in BOARDS},
    Verb.CASE_OPEN: {name: WRITERS if name == "services" else NOBODY for name in BOARDS},
    Verb.CASE_FOLLOW: dict.fromkeys(BOARDS, WRITERS | GUESTS),
    Verb.CASE_WORK: dict.fromkeys(BOARDS, IN_OFFICE),
    Verb.CASE_DISPATCH: MODERATORS,
}

EDITORS: Final = {
    "express": {"editor", "express editor"} | SYSOPS,
    "study": {"editor"} | SYSOPS,
    "union news": {"editor", "union editor"} | SYSOPS,
    "digest": {"editor", "digest editor"} | SYSOPS,
}

ON_COLUMNS: Final[Mapping[Verb, Mapping[str, set[str]]]] = {
    Verb.COLUMN_READ: {"express": EVERYBODY, "study": READERS, "union news": READERS, "digest": READERS},
    Verb.BULLETIN_IMPORT: {**EDITORS, "express": EDITORS["express"] | {"express importer"}},
    Verb.BULLETIN_LIST_ALL: EDITORS,
    Verb.BULLETIN_PUBLISH: EDITORS,
    Verb.BULLETIN_RETRACT: EDITORS,
    Verb.DIGEST_DRAFT: EDITORS,
    Verb.DIGEST_EDIT: {name: who - {"local"} for name, who in EDITORS.items()},
    Verb.DIGEST_REVIEW: {name: who - {"local"} | {"leader"} for name, who in EDITORS.items()},
}

ON_BULLETINS: Final[Mapping[Verb, Mapping[str, set[str]]]] = {
    Verb.BULLETIN_READ: {
        "for all": EVERYBODY,
        "for members": READERS,
        "for leaders": {"leader"} | EDITORS["study"],
        "for officers": OFFICERS | EDITORS["study"],
        "for the union": {"union moderator", "union editor"} | EDITORS["study"],
        "for nobody known": EDITORS["study"],
        "for the empty word": EDITORS["study"],
        "draft": EDITORS["express"],
        "leaders' draft": EDITORS["study"],
    },
}

ON_SITE: Final[Mapping[Verb, set[str]]] = {
    Verb.DIGEST_READ: READERS,
    Verb.DIGEST_QUOTED: WRITERS,
    Verb.LEADER_PAGE: {"leader"} | SYSOPS,
    Verb.SEARCH: EVERYBODY,
    Verb.WHO_READ: READERS,
    Verb.ACCOUNT_SELF: WITH_ACCOUNT,
    Verb.ACCOUNT_KEEP: WITH_ACCOUNT,
    Verb.INBOX_READ: WITH_ACCOUNT,
    Verb.MAIL_READ: WITH_ACCOUNT,
    Verb.MAIL_SEND: WRITERS | IN_OFFICE,
    Verb.PAGE_READ: WITH_ACCOUNT,
    Verb.PAGE_SEND: WRITERS | IN_OFFICE,
    Verb.PERSON_READ: READERS,
    Verb.PERSON_BLOCK: WITH_ACCOUNT,
    Verb.ACCOUNT_LIST: SYSOPS,
    Verb.ACCOUNT_INVITE: SYSOPS,
    Verb.ACCOUNT_ROLE: SYSOPS,
    Verb.ACCOUNT_CREATE: SYSOPS,
    Verb.ACCOUNT_RESET: SYSOPS,
    Verb.ACCOUNT_STATE: SYSOPS,
    Verb.OFFICE_LIST: EVERYBODY,
    Verb.OFFICE_APPOINT: SYSOPS,
    Verb.OFFICE_DESK: {"secretary", "administration", "liaison"},
    Verb.BOARD_LIST_ALL: SYSOPS,
    Verb.BOARD_PLAN: SYSOPS,
    Verb.BOARD_APPLY: SYSOPS,
    Verb.REGISTER_READ: READERS,
    Verb.REGISTER_VERIFY: SYSOPS,
    Verb.DOCTOR: SYSOPS,
    Verb.ADMIN_SHELL: SYSOPS,
}


def who_may(verb: Verb, place: Place | None) -> set[str]:
    return {name for name, actor in ACTORS.items() if allowed(actor, verb, place=place)}


def cases() -> list[tuple[Verb, str, Place | None, set[str]]]:
    found: list[tuple[Verb, str, Place | None, set[str]]] = []
    for table, places in ((ON_BOARDS, BOARDS), (ON_COLUMNS, COLUMNS), (ON_BULLETINS, BULLETINS)):
        for verb, expected in table.items():
            assert set(expected) == set(places), verb
            found += [(verb, name, places[name], names) for name, names in expected.items()]
    return found + [(verb, "site", None, names) for verb, names in ON_SITE.items()]


def _id(part: object) -> str:
    """The same in every process, so that the tests can be shared out among several."""
    return str(part)[:30] if isinstance(part, str) else type(part).__name__


@pytest.mark.parametrize(("verb", "name", "place", "expected"), cases(), ids=_id)
def test_matrix(verb: Verb, name: str, place: Place | None, expected: set[str]) -> None:
    assert who_may(verb, place) == expected


def test_every_verb_is_in_the_table_and_in_the_matrix() -> None:
    assert set(TABLE) == set(Verb)
    assert set(ON_BOARDS) | set(ON_COLUMNS) | set(ON_BULLETINS) | set(ON_SITE) == set(Verb)


def test_what_is_not_listed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbs.forum.access.RULES", {})
    assert all(who_may(verb, place) == NOBODY for verb in Verb for place in (None, *BOARDS.values()))


def test_without_a_place_it_is_whether_there_could_be_one() -> None:
    scoped = {"moderator", "life moderator", "union moderator"} | SYSOPS
    assert who_may(Verb.THREAD_PIN, None) == scoped
    assert who_may(Verb.BULLETIN_IMPORT, None) == SYSOPS | {
        "editor",
        "digest editor",
        "express editor",
        "union editor",
        "express importer",
        "life importer",
    }


def test_refusal_names_the_verb() -> None:
    with pytest.raises(Forbidden) as caught:
        require(BY_SSH["member"], Verb.BOARD_APPLY)
    assert (caught.value.code, caught.value.params) == ("access.denied", {"verb": "board.apply"})
    require(LOCAL, Verb.BOARD_APPLY)


def test_an_unknown_kind_of_place_is_a_fault_and_not_an_answer() -> None:
    with pytest.raises(TypeError):
        place_of("life")


def test_the_page_in_the_documentation_is_the_table() -> None:
    assert (ROOT / "docs" / "access.md").read_text(encoding="utf-8") == table_markdown()
