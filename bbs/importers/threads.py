"""Importing threads: Markdown files that hold a thread and its replies, brought in through the rules of posting.

A file has a head (`board`, `title`, `author`, `at`, `pinned`, `locked`, and on tracked boards `kind` and `case`, see
`casework`) and the first post; each further post begins
with a line `--- NAME TIME [official] [re FLOOR]`. Posts of all files are written in the order of their times, so that
the newest activity is last. Each post carries an identity made of file and place: importing twice makes nothing twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bbs.errors import BbsError, Invalid, NotFound
from bbs.forum.access import Verb, require
from bbs.forum.actor import AccountKind, Actor
from bbs.forum.forum import Forum
from bbs.forum.posts.posts import Post
from bbs.forum.posts.threads import Backdate
from bbs.importers.casework import NO_CASEWORK, CaseStep, Casework, parse_casework, replay
from bbs.importers.frontmatter import SIZE_LIMIT, Refused, decoded, part
from bbs.importers.report import Failure, Progress, Report
from bbs.importers.sources import Source, find
from bbs.text.clean import clean_line
from bbs.text.when import parse_iso

_SEPARATOR: Final = re.compile(
    r"--- (?P<name>\S+) (?P<at>\d{4}-\S+)(?P<official> official)?(?: re (?P<re>\d{1,6}))?[ \t]*"
)
_KEYS: Final = ("board", "title", "author", "at", "pinned", "locked")
_CASE_KEYS: Final = ("kind", "case")
_SWITCH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class PostDraft:
    """One post of a file: `line` is where it begins, `reply_to` a floor."""

    author: str
    at: datetime
    official: bool
    reply_to: int | None
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class ThreadDraft:
    """One file."""

    file: str
    identity: str
    board: str
    title: str
    pinned: bool
    locked: bool
    posts: tuple[PostDraft, ...]
    casework: Casework = NO_CASEWORK

    def draft_id(self, floor: int) -> str:
        """The identity of one of its posts."""
        return hashlib.sha256(f"{self.identity}\n{floor}".encode()).hexdigest()[:32]


def read_threads(given: Sequence[Path | bytes]) -> tuple[list[ThreadDraft], list[Failure]]:
    """Read files and directories; what cannot be read is in the failures."""
    sources, failed = find(given)
    found: list[ThreadDraft] = []
    for source in sources:
        try:
            with source.open() as file:
                found.append(parse_thread(source, file.read(SIZE_LIMIT + 1)))
        except Refused as refused:
            failed.append(Failure(source.name, refused.line, refused.reason))
        except BbsError as error:
            failed.append(Failure(source.name, None, error))
        except OSError as error:
            failed.append(Failure(source.name, None, Invalid("import.unreadable", reason=error.strerror or "")))
    return found, failed


def parse_thread(source: Source, data: bytes) -> ThreadDraft:
    """A thread from the bytes of its file; raises Refused."""
    parted = part(decoded(data))
    head = parted.head.value if isinstance(parted.head.value, dict) else {}
    for key in head:
        if key not in (*_KEYS, *_CASE_KEYS):
            reason = Invalid("import.unknown_key", key=clean_line(key, 40), right=", ".join((*_KEYS, *_CASE_KEYS)))
            raise Refused(reason, parted.head.line((key,)))
    values: dict[str, str] = {}
    for key in _KEYS:
        value = head.get(key, "false" if key in ("pinned", "locked") else "")
        if not isinstance(value, str) or not value:
            raise Refused(Invalid("import.missing_key", key=key), parted.head.line((key,)))
        if key in ("pinned", "locked") and value not in _SWITCH:
            raise Refused(Invalid("import.not_yes_no", key=key), parted.head.line((key,)))
        values[key] = value
    posts = _posts(parted.body, parted.body_line, values["author"], values["at"])
    lines = head.get("case")
    places = [parted.head.line(("case", at)) for at in range(len(lines))] if isinstance(lines, list) else []
    casework = parse_casework(head.get("kind"), lines, places, parted.head.line(("kind",)))
    return ThreadDraft(
        file=source.name,
        identity=f"{source.stem}\n{values['title']}",
        board=values["board"],
        title=values["title"],
        pinned=_SWITCH[values["pinned"]],
        locked=_SWITCH[values["locked"]],
        posts=tuple(posts),
        casework=casework,
    )


def _posts(body: str, first_line: int, author: str, at: str) -> list[PostDraft]:
    posts: list[PostDraft] = []
    lines: list[str] = []
    head = (author, _moment(at, 1), False, None, first_line)

    def close() -> None:
        name, moment, official, floor, line = head
        posts.append(PostDraft(name, moment, official, floor, "\n".join(lines), line))

    for number, line in enumerate(body.split("\n"), first_line):
        match = _SEPARATOR.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        close()
        lines = []
        floor = int(match["re"]) if match["re"] else None
        head = (match["name"], _moment(match["at"], number), bool(match["official"]), floor, number)  # type: ignore[assignment]
    close()
    return posts


def _moment(value: str, line: int) -> datetime:
    try:
        return parse_iso(value, UTC)
    except Invalid as error:
        raise Refused(Invalid("import.not_a_date", key="at", value=clean_line(value, 40)), line) from error


async def import_threads(
    forum: Forum,
    actor: Actor,
    given: Sequence[Path | bytes],
    *,
    authors: Callable[[str], Actor | None] | Mapping[str, Actor],
    shift: timedelta = timedelta(),
    progress: Progress | None = None,
) -> Report:
    """Import threads under the names they give, at their own times (moved by `shift`).

    Only the person at the machine may: raises Forbidden. The report has the numbers of threads; `created` are those
    that were started now.
    """
    require(actor, Verb.BOARD_APPLY)
    found, failed = await asyncio.to_thread(read_threads, given)
    boards = await forum.boards.readable(actor)
    before = max((board.last_post_id for board in boards.values()), default=0)
    run = _Run(forum, actor, authors if callable(authors) else authors.get, shift, before)
    run.report.failed += failed
    every: list[tuple[datetime, int, CaseStep | None]] = sorted(
        [
            *((draft.at, at, None) for at, one in enumerate(found) for draft in one.posts),
            *((step.at, at, step) for at, one in enumerate(found) for step in one.casework.steps),
        ],
        key=lambda one: one[0],
    )
    # In one thread the order of the file holds, whatever its times say.
    nexts = [1] * len(found)
    for done, (_, at, step) in enumerate(every, 1):
        if step is not None:
            await run.step(found[at], step)
        else:
            await run.write(found[at], nexts[at])
            nexts[at] += 1
        if progress is not None and (done % 20 == 0 or done == len(every)):
            progress(done, len(every))
    for one in found:
        await run.finish(one)
    return run.report


class _Run:
    """One import of threads."""

    def __init__(
        self, forum: Forum, actor: Actor, author: Callable[[str], Actor | None], shift: timedelta, before: int
    ) -> None:
        self.report = Report()
        self._forum = forum
        self._actor = actor
        self._author = author
        self._shift = shift
        self._threads: dict[str, int] = {}
        self._cases: dict[str, int] = {}
        self._broken: set[str] = set()
        self._before = before  # the newest post there was

    async def write(self, one: ThreadDraft, floor: int) -> None:
        """Write one post of a thread, unless an earlier one of it failed."""
        if one.identity in self._broken:
            return
        draft = one.posts[floor - 1]
        try:
            made = await self._post(one, floor, draft)
        except BbsError as error:
            self._broken.add(one.identity)
            self.report.failed.append(Failure(one.file, draft.line, error))
            return
        if floor == 1:
            self._threads[one.identity] = made.thread
            if made.id > self._before:
                await self._note_case(one, made.thread)
            (self.report.created if made.id > self._before else self.report.unchanged).append(made.thread)

    async def _note_case(self, one: ThreadDraft, thread: int) -> None:
        """Remember the case of a thread that was started now; of one that was there already nothing is done again."""
        found = await self._forum.cases.of_thread(self._actor, thread)
        if found is not None:
            self._cases[one.identity] = found.id

    async def step(self, one: ThreadDraft, step: CaseStep) -> None:
        """Do a step of a thread's case, unless something of the thread failed."""
        number = self._cases.get(one.identity)
        if number is None or one.identity in self._broken:
            return
        try:
            author = self._author(step.name)
            if author is None:
                raise NotFound("account.not_found", name=clean_line(step.name, 40))
            cases = self._forum.cases.backdated(Backdate(self._actor, step.at + self._shift))
            await replay(cases, author, number, step, self._shift)
        except BbsError as error:
            self._broken.add(one.identity)
            self.report.failed.append(Failure(one.file, step.line, error))

    async def _post(self, one: ThreadDraft, floor: int, draft: PostDraft) -> Post:
        author = self._author(draft.author)
        if author is None:
            raise NotFound("account.not_found", name=clean_line(draft.author, 40))
        backdate = Backdate(self._actor, draft.at + self._shift)
        official = draft.official or author.kind is AccountKind.OFFICER
        name = one.draft_id(floor)
        if floor in one.casework.answers and one.identity in self._cases:
            cases = self._forum.cases.backdated(backdate)
            done = await cases.answer(
                author, self._cases[one.identity], draft.body, draft_id=name, reply_to=draft.reply_to
            )
            posts = await self._forum.threads.posts(author, self._threads[one.identity], floor=done.answered_floor or 1)
            return posts[0]
        if floor == 1:
            board = await self._forum.boards.get(author, one.board)
            return await self._forum.threads.start(
                author,
                board,
                one.title,
                draft.body,
                official=official,
                draft_id=name,
                backdate=backdate,
                kind=one.casework.kind,
            )
        return await self._forum.threads.reply(
            author,
            self._threads[one.identity],
            draft.body,
            reply_to=draft.reply_to,
            official=official,
            draft_id=name,
            backdate=backdate,
        )

    async def finish(self, one: ThreadDraft) -> None:
        """Pin and lock as the file says, when all posts are in."""
        number = self._threads.get(one.identity)
        if number is None or one.identity in self._broken:
            return
        if one.pinned:
            await self._forum.threads.pin(self._actor, number, True)
        if one.locked:
            await self._forum.threads.lock(self._actor, number, True)
