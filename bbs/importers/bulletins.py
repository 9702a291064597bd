"""Importing bulletins: Markdown files with a head, directories of them, or one JSON object a line.

Items are stored in batches, each batch in one transaction; each item stands for itself, and its identity and content
decide what becomes of it. So an import that was cut off is finished by running it again, and then changes nothing more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from bbs.errors import BbsError, Conflict, Failed, Invalid
from bbs.forum.actor import Actor
from bbs.forum.faults import unexpected
from bbs.forum.forum import Forum
from bbs.forum.news.bulletins import BulletinItem, Status, Stored
from bbs.importers import sources as sources_
from bbs.importers.fields import Defaults, Wrong, item_of, key_of
from bbs.importers.frontmatter import SIZE_LIMIT, Refused, decoded, part
from bbs.importers.report import Failure, Progress, Report
from bbs.importers.sources import FEED, JSONL, Source
from bbs.text.clean import clean_line

BATCH: Final = 100
"""Items stored in one transaction."""
BATCH_BYTES: Final = 4 * 1024 * 1024
"""Bytes of items held in memory at once."""
ATOMIC_MOST: Final = 5_000
"""Items of an import that takes all or nothing."""
FAILURES_MOST: Final = 10_000
"""Failures reported one by one; an import with more is not the file it was meant to be."""
FORMATS: Final = ("auto", "markdown", "feed", "jsonl")


@dataclass(frozen=True, slots=True)
class _Found:
    """One item of a file, and where its parts stand."""

    item: BulletinItem
    file: str
    line: int
    lines: dict[str, int]
    size: int


@dataclass(frozen=True, slots=True)
class _Read:
    """How many bytes have been read so far."""

    size: int


_Step = _Found | Failure | _Read


async def import_bulletins(
    forum: Forum,
    actor: Actor,
    sources: Sequence[Path | bytes],
    *,
    column: str | None = None,
    format: str = "auto",
    dry_run: bool = False,
    atomic: bool = False,
    publish: bool | None = None,
    progress: Progress | None = None,
    shift: timedelta = timedelta(),
) -> Report:
    """Import what the sources hold (bytes are standard input), and report on each item.

    `column` overrides what the items say; `publish` None publishes new ones and leaves others as they are, False makes
    drafts. Raises Invalid(`import.format`, `import.too_many`, `import.atomic_many`); what is wrong with one item is in
    the report.
    """
    if format not in FORMATS:
        raise Invalid("import.format", value=format[:32], right=", ".join(FORMATS))
    status = None if publish is None else Status.PUBLISHED if publish else Status.DRAFT
    site = forum.community.site
    defaults = Defaults(column, site.language, site.tz, status)
    found, failed = await asyncio.to_thread(sources_.find, sources)
    run = _Run(
        forum,
        actor,
        dry_run=dry_run,
        atomic=atomic,
        progress=progress,
        total=sum(one.size for one in found),
        shift=shift,
    )
    run.report.failed += failed
    steps = _steps(found, format, defaults)
    while batch := await asyncio.to_thread(_take, steps, run.most):
        await run.take(batch)
    await run.finish()
    return run.report


class _Run:
    """One import: what was seen, what waits, and the report."""

    def __init__(
        self,
        forum: Forum,
        actor: Actor,
        *,
        dry_run: bool,
        atomic: bool,
        progress: Progress | None,
        total: int,
        shift: timedelta,
    ) -> None:
        self.report = Report()
        self.most = BATCH
        self._forum = forum
        self._actor = actor
        self._dry_run = dry_run
        self._atomic = atomic
        self._progress = progress
        self._total = total
        self._shift = shift
        self._done = 0
        self._held: list[_Found] = []
        self._seen: set[int] = set()

    async def take(self, steps: Sequence[_Step]) -> None:
        """Store a batch; with `atomic` keep it until all are there."""
        found: list[_Found] = []
        for step in steps:
            if isinstance(step, Failure):
                self._fail(step)
            elif isinstance(step, _Read):
                self._done += step.size
            elif self._is_new(step):
                found.append(step)
        if self._atomic:
            self._held += found
            if len(self._held) > ATOMIC_MOST:
                raise Invalid("import.atomic_many", most=ATOMIC_MOST)
        else:
            await self._store(found)
        if self._progress is not None:
            self._progress(self._done, self._total)

    async def finish(self) -> None:
        """Store what was kept, unless something failed."""
        if not self._atomic or not self._held:
            return
        if self.report.failed:
            for one in self._held:  # the others are checked too, so that one run tells all mistakes
                await self._store([one], dry_run=True, count=False)
            return
        await self._store(self._held)

    def _is_new(self, one: _Found) -> bool:
        key = hash((one.item.source_id, one.item.lang))
        if key in self._seen:
            reason = Conflict(
                "bulletin.twice", id=clean_line(one.item.source_id, 80), lang=clean_line(one.item.lang, 16)
            )
            self._fail(Failure(one.file, one.lines.get("id", one.line), reason))
            return False
        self._seen.add(key)
        return True

    def _moved(self, item: BulletinItem) -> BulletinItem:
        if not self._shift:
            return item
        published = None if item.published_at is None else item.published_at + self._shift
        expires = None if item.expires_at is None else item.expires_at + self._shift
        return replace(item, published_at=published, expires_at=expires)

    def _fail(self, failure: Failure) -> None:
        self.report.failed.append(failure)
        if len(self.report.failed) > FAILURES_MOST:
            raise Invalid("import.failures", most=FAILURES_MOST)

    async def _store(self, found: Sequence[_Found], *, dry_run: bool | None = None, count: bool = True) -> None:
        if not found:
            return
        done = await self._forum.news.store(
            self._actor,
            [self._moved(one.item) for one in found],
            dry_run=self._dry_run if dry_run is None else dry_run,
            atomic=self._atomic,
        )
        broken = any(isinstance(result, Exception) for result in done)
        for one, result in zip(found, done, strict=True):
            if isinstance(result, Stored):
                if count and not (self._atomic and broken):
                    getattr(self.report, result.outcome).append(result.id)
                continue
            line = one.lines.get(key_of(result) or "", one.line)
            reason = result if isinstance(result, BbsError) else Failed("import.fault", reason=type(result).__name__)
            self._fail(Failure(one.file, line, reason))


def _take(steps: Iterator[_Step], most: int) -> list[_Step]:
    """The next steps, as many as make a batch; runs in a thread, away from the screens."""
    batch: list[_Step] = []
    items = size = 0
    for step in steps:
        batch.append(step)
        if isinstance(step, _Found):
            items += 1
            size += step.size
        if items >= most or size >= BATCH_BYTES or len(batch) >= 4 * most:
            break
    return batch


def _steps(found: Sequence[Source], format: str, defaults: Defaults) -> Iterator[_Step]:
    for source in found:
        read = 0
        try:
            with source.open() as file:
                for step in _of_file(source, file, format, defaults):
                    yield step
                    if isinstance(step, _Read):
                        read += step.size
        except Refused as refused:
            yield Failure(source.name, refused.line, refused.reason)
        except BbsError as error:
            yield Failure(source.name, None, error)
        except OSError as error:
            yield Failure(source.name, None, Invalid("import.unreadable", reason=error.strerror or ""))
        except Exception:  # a fault of ours: the other files are none the worse
            yield Failure(source.name, None, unexpected("a bulletin file"))
        yield _Read(max(0, source.size - read))


def _of_file(source: Source, file: BinaryIO, format: str, defaults: Defaults) -> Iterator[_Step]:
    start = file.read(SIZE_LIMIT + 1) if format != "jsonl" and source.suffix not in JSONL else b""
    kind = _kind(source, start) if format == "auto" else format
    if kind == "feed":
        raise Refused(Invalid("import.feed"))
    if kind == "jsonl":
        yield from _of_lines(source, start, file, defaults)
        return
    parted = part(decoded(start))
    fields, lines = _fields(parted.head.value), _lines(parted.head.lines)
    lines["body"] = parted.body_line
    try:
        item = item_of(fields, parted.body, source.stem, defaults)
    except Wrong as wrong:
        raise Refused(wrong.reason, lines.get(wrong.key, 1)) from wrong
    yield _Found(item, source.name, 1, lines, len(start))


def _kind(source: Source, start: bytes) -> str:
    if source.suffix in JSONL:
        return "jsonl"
    if source.suffix in FEED:
        return "feed"
    first = start[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "jsonl" if first == b"{" else "feed" if first == b"<" else "markdown"


def _fields(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(Invalid("import.no_head"), 1)
    return value


def _lines(lines: dict[tuple[str | int, ...], int]) -> dict[str, int]:
    return {str(path[0]): line for path, line in lines.items() if len(path) == 1}


# One JSON object a line


def _of_lines(source: Source, start: bytes, file: BinaryIO, defaults: Defaults) -> Iterator[_Step]:
    for number, line in enumerate(_cut(start, file), 1):
        if line is None:
            yield Failure(source.name, number, Invalid("import.too_large", limit=SIZE_LIMIT // 1024))
            continue
        yield _Read(len(line))
        if line.strip():
            yield _of_line(source, number, line, defaults)


def _cut(start: bytes, file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file whose beginning was read already; None for one that is too long."""
    rest = start
    while True:
        while (end := rest.find(b"\n")) >= 0:
            yield rest[: end + 1]
            rest = rest[end + 1 :]
            if len(rest) > SIZE_LIMIT:
                break
        if end >= 0:
            continue
        more = file.read(64 * 1024)
        if not more:
            if rest:
                yield rest
            return
        rest += more
        if len(rest) > SIZE_LIMIT and b"\n" not in rest:
            yield None
            rest = _after_line(file)


def _after_line(file: BinaryIO) -> bytes:
    """What follows the end of a line that is too long."""
    while more := file.read(64 * 1024):
        _, end, rest = more.partition(b"\n")
        if end:
            return rest
    return b""


def _of_line(source: Source, number: int, line: bytes, defaults: Defaults) -> _Step:
    try:
        text = decoded(line)
        fields = json.loads(text)
        if not isinstance(fields, dict):
            raise Refused(Invalid("import.not_an_object"))
        body = fields.pop("body", "")
        if not isinstance(body, str):
            raise Refused(Invalid("import.not_text", key="body"))
        return _Found(item_of(fields, body, "", defaults), source.name, number, {}, len(line))
    except Refused as refused:
        return Failure(source.name, number, refused.reason)
    except Wrong as wrong:
        return Failure(source.name, number, wrong.reason)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "…"
        return Failure(source.name, number, Invalid("import.not_json", reason=clean_line(reason, 120)))
    except Exception:  # a fault of ours: the other lines are none the worse
        return Failure(source.name, number, unexpected("a bulletin line"))
