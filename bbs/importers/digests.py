"""Bringing in an issue of the opinion digest from a file: drafted, worded and released by two, under the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bbs.errors import Failed, NotFound
from bbs.forum.actor import Actor
from bbs.forum.boards import yamlfile
from bbs.forum.boards.yamlfile import Broken
from bbs.forum.digest.digests import Issue
from bbs.forum.digest.issue import Topic, week_of
from bbs.forum.forum import Forum
from bbs.importers.frontmatter import SIZE_LIMIT, Refused, decoded
from bbs.text.catalogue import Translator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TopicDraft(_Strict):
    """What is said of the topic that a thread belongs to; `thread` is its file's name without ending."""

    thread: str
    title_zh: Annotated[str, Field(min_length=1)]
    title_en: Annotated[str, Field(min_length=1)]
    body_zh: str = ""
    body_en: str = ""


class DigestDraft(_Strict):
    """An issue: who edits it, who reviews it, and what is told, in order."""

    editor: str
    reviewer: str
    topics: list[TopicDraft]


_DRAFT: TypeAdapter[DigestDraft] = TypeAdapter(DigestDraft)


def read_digest(path: Path) -> DigestDraft:
    """Read a digest.yaml; raises Failed(`demo.broken`, file, line)."""
    line = 1
    try:
        with path.open("rb") as file:
            document = yamlfile.read(decoded(file.read(SIZE_LIMIT + 1)))
        return _DRAFT.validate_python(document.value or {})
    except ValidationError as error:
        line = document.line(tuple(error.errors(include_url=False)[0]["loc"]))
    except (Refused, Broken) as error:
        line = error.line or 1
    except OSError:
        pass
    raise Failed("demo.broken", file=path.name, line=line)


async def import_digest(
    forum: Forum,
    draft: DigestDraft,
    moment: datetime,
    *,
    authors: Mapping[str, Actor],
    threads: Mapping[str, int],
    tr: Translator,
) -> Issue | None:
    """Draft, word and release the issue of the week a moment is in; None while that week is not over.

    `threads` are the numbers of threads by the names of their files. Raises what the rules raise, NotFound for a name.
    """
    zone, digests = forum.community.site.tz, forum.digests
    week = week_of(moment, zone)
    if week >= week_of(forum.clock.now(), zone):
        return None
    editor, reviewer = (_author(authors, name) for name in (draft.editor, draft.reviewer))
    issue = await digests.draft(editor, week)
    told: list[int] = []
    for one in draft.topics:
        found = next((topic for topic in issue.topics if threads.get(one.thread) in topic.threads), None)
        if found is None or found.id in told:
            raise NotFound("digest.no_topic", topic=one.thread, week=week)
        told.append(found.id)
        titles, bodies = {"zh": one.title_zh, "en": one.title_en}, {"zh": one.body_zh, "en": one.body_en}
        issue = await digests.edit(editor, week, found.id, issue.head.change, titles=titles, bodies=bodies)
        issue = await digests.move(editor, week, found.id, issue.head.change, len(told))
    for topic in _others(issue, told):
        issue = await digests.leave_out(editor, week, topic.id, issue.head.change)
    issue = await digests.submit(editor, week, issue.head.change)
    return await digests.release(reviewer, week, issue.head.change, tr)


def _others(issue: Issue, told: list[int]) -> list[Topic]:
    return [topic for topic in issue.shown if topic.id not in told]


def _author(authors: Mapping[str, Actor], name: str) -> Actor:
    if name not in authors:
        raise NotFound("account.not_found", name=name[:64])
    return authors[name]
