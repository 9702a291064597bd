"""bulletin import|list|publish|retract."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call, Progress
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.errors import BbsError, Invalid
from bbs.forum.access import Verb
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum
from bbs.text.when import stamp

STDIN_LIMIT = 64 * 1024 * 1024
"""Bytes of bulletins taken from standard input in one call."""


class Failure(Protocol):
    """One item that was not stored."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def reason(self) -> BbsError: ...


class Report(Protocol):
    """What became of the items; ids of created ones are 0 in a dry run."""

    @property
    def created(self) -> Sequence[int]: ...
    @property
    def updated(self) -> Sequence[int]: ...
    @property
    def unchanged(self) -> Sequence[int]: ...
    @property
    def failed(self) -> Sequence[Failure]: ...


class Importer(Protocol):
    """The bulletin importer, given by the wiring: commands know the forum, not the importers."""

    async def __call__(
        self,
        forum: Forum,
        actor: Actor,
        sources: Sequence[Path | bytes],
        *,
        column: str | None,
        format: str,
        dry_run: bool,
        atomic: bool,
        publish: bool | None,
        progress: Progress | None,
    ) -> Report: ...


FORMATS = ("auto", "markdown", "feed", "jsonl")


def bulletin_import(importer: Importer) -> Callable[[Call], Awaitable[Answer]]:
    """The command that imports through `importer`."""

    async def run(call: Call) -> Answer:
        """Import bulletin files; running it twice changes nothing the second time."""
        if call.flag("publish") and call.flag("draft"):
            raise Invalid("command.either", one="--publish", other="--draft")
        sources = await _sources(call)
        async with call.progress() as progress:
            report = await importer(
                call.forum,
                call.actor,
                sources,
                column=call.text("column") or None,
                format=call.text("format") or "auto",
                dry_run=call.flag("dry-run"),
                atomic=call.flag("atomic"),
                publish=True if call.flag("publish") else False if call.flag("draft") else None,
                progress=progress,
            )
        return _reported(call, report)

    return run


async def _sources(call: Call) -> list[Path | bytes]:
    sources: list[Path | bytes] = []
    for name in call.words("paths"):
        if name != "-":
            sources.append(call.path(name))
            continue
        data = await call.stdin_bytes(STDIN_LIMIT)
        if len(data) > STDIN_LIMIT:
            raise Invalid("import.large", limit=STDIN_LIMIT // (1024 * 1024))
        sources.append(data)
    return sources


def _reported(call: Call, report: Report) -> Answer:
    failed = [{"file": one.file, "line": one.line, "reason": call.tr.error(one.reason)} for one in report.failed]
    document = {
        "created": list(report.created),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "failed": failed,
        "dry_run": call.flag("dry-run"),
    }
    counts = call.tr(
        "import.dry_counts" if call.flag("dry-run") else "import.counts",
        created=len(report.created),
        updated=len(report.updated),
        unchanged=len(report.unchanged),
        failed=len(failed),
    )
    lines = [
        f"{one['file']}:{one['line']}: {one['reason']}" if one["line"] else f"{one['file']}: {one['reason']}"
        for one in failed
    ]
    return Answer(document, [*lines, counts], exit_code=1 if failed else 0)


async def bulletin_list(call: Call) -> Answer:
    """Bulletins, newest first, of one column or of all; `--all` also lists drafts and retracted ones, for editors."""
    slug = call.text("column")
    column = await call.forum.news.column(call.actor, slug) if slug else None
    page = await call.forum.news.list(
        call.actor,
        column,
        lang=call.tr.lang,
        after=call.text("after") or None,
        limit=min(call.number("limit", 50), 200),
        everything=call.flag("all"),
        whole=True,
    )
    now = call.forum.clock.now()
    cells = [
        [str(one.id), one.column, one.status.value, stamp(one.published_at, call.zone, now, call.tr), one.title]
        for one in page.items
    ]
    titles = [call.tr(f"column.{name}") for name in ("id", "column", "status", "published", "title")]
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("bulletins.none"))]
    if page.after:
        parts.append(call.tr("command.more", option=f"--after {page.after}"))
    return Answer({"items": [shapes.bulletin(one) for one in page.items], "next": page.after}, parts)


async def bulletin_publish(call: Call) -> Answer:
    """Publish a draft, or a retracted bulletin again."""
    done = await call.forum.news.publish(call.actor, call.number("id"))
    return Answer({"bulletin": shapes.bulletin(done)}, [call.tr("bulletin.published", id=done.id, route=done.route)])


async def bulletin_retract(call: Call) -> Answer:
    """Take a bulletin back, with the reason that goes into the register."""
    number = call.number("id")
    found = await call.forum.news.get(call.actor, number)
    if not await call.agreed(call.tr("bulletin.retract_ask", id=number, title=found.title)):
        return Answer({"retracted": False}, [call.tr("command.left")])
    done = await call.forum.news.retract(call.actor, number, call.text("reason"))
    return Answer({"bulletin": shapes.bulletin(done)}, [call.tr("bulletin.retracted", id=done.id)])


def commands(importer: Importer) -> tuple[Command, ...]:
    """The bulletin commands."""
    return (
        Command(
            ("bulletin", "import"),
            bulletin_import(importer),
            (
                argument("paths", many=True, values="files"),
                option("column", values="columns"),
                option("format", choices=FORMATS),
                flag("dry-run"),
                flag("atomic"),
                flag("publish"),
                flag("draft"),
            ),
            Verb.BULLETIN_IMPORT,
            "news",
        ),
        Command(
            ("bulletin", "list"),
            bulletin_list,
            (option("column", values="columns"), flag("all"), option("after"), option("limit", Kind.NUMBER)),
            topic="news",
        ),
        Command(
            ("bulletin", "publish"), bulletin_publish, (argument("id", Kind.NUMBER),), Verb.BULLETIN_PUBLISH, "news"
        ),
        Command(
            ("bulletin", "retract"),
            bulletin_retract,
            (argument("id", Kind.NUMBER), option("reason", required=True)),
            Verb.BULLETIN_RETRACT,
            "news",
        ),
    )
