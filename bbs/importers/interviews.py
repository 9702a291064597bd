"""Bringing in announced interviews with their first questions from a file, through the rules that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bbs.errors import Failed, NotFound
from bbs.forum.actor import Actor
from bbs.forum.boards import yamlfile
from bbs.forum.boards.yamlfile import Broken
from bbs.forum.forum import Forum
from bbs.importers.frontmatter import SIZE_LIMIT, Refused, decoded


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QuestionDraft(_Strict):
    """A question, who voted for it, and whether it was let in."""

    author: str
    body: str
    votes: list[str] = []
    accepted: bool = True


class InterviewDraft(_Strict):
    """One interview: so many days from now, at a time of day in the site's zone."""

    title: str
    board: str
    host: str
    guests: list[str]
    days: Annotated[int, Field(ge=0, le=366)]
    at: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]
    minutes: Annotated[int, Field(ge=1, le=720)] = 60
    about: str = ""
    questions: list[QuestionDraft] = []


_DRAFTS: TypeAdapter[list[InterviewDraft]] = TypeAdapter(list[InterviewDraft])


def read_interviews(path: Path) -> list[InterviewDraft]:
    """Read an interviews.yaml; raises Failed(`demo.broken`, file, line)."""
    line = 1
    try:
        with path.open("rb") as file:
            document = yamlfile.read(decoded(file.read(SIZE_LIMIT + 1)))
        return _DRAFTS.validate_python(document.value or [])
    except ValidationError as error:
        line = document.line(tuple(error.errors(include_url=False)[0]["loc"]))
    except (Refused, Broken) as error:
        line = error.line or 1
    except OSError:
        pass
    raise Failed("demo.broken", file=path.name, line=line)


async def import_interviews(forum: Forum, drafts: list[InterviewDraft], *, authors: Mapping[str, Actor]) -> list[int]:
    """Announce them, ask, let in and vote; gives their numbers. Raises what the rules raise, NotFound for a name."""
    made: list[int] = []
    for draft in drafts:
        host = _author(authors, draft.host)
        board = await forum.boards.get(host, draft.board)
        starts = _moment(forum, draft)
        ends = starts + timedelta(minutes=draft.minutes)
        found = await forum.interviews.announce(host, board, draft.title, draft.guests, starts, ends, about=draft.about)
        for each in draft.questions:
            number = await forum.interviews.ask(_author(authors, each.author), found.id, each.body)
            if each.accepted:
                await forum.interviews.accept(host, number)
            for voter in each.votes:
                await forum.interviews.vote(_author(authors, voter), number, True)
        made.append(found.id)
    return made


def _moment(forum: Forum, draft: InterviewDraft) -> datetime:
    hour, minute = map(int, draft.at.split(":"))
    day = forum.clock.now().astimezone(forum.community.site.tz) + timedelta(days=draft.days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def _author(authors: Mapping[str, Actor], name: str) -> Actor:
    if name not in authors:
        raise NotFound("account.not_found", name=name[:64])
    return authors[name]
