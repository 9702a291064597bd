"""The shape of boards.yaml, and every mistake in one told with its line and what would be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bbs.forum.boards import yamlfile
from bbs.forum.boards.declared_days import Days, Weekday, days_of
from bbs.forum.boards.mistakes import Problem, broken, invalid, named, nearest, problems, right, wrong
from bbs.forum.boards.yamlfile import Broken, Document
from bbs.text.clean import clean_line, clean_text

BOARDS_MOST: Final = 1_000
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")

Language = Literal["zh", "en"]


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise ValueError("boards.slug")
    return value


def _title(value: str) -> str:
    clean = clean_line(value)
    if not clean:
        raise ValueError("boards.title_empty")
    return clean


def _about(value: str) -> str:
    return clean_text(value).replace("\n", " ")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)  # a list of all there are would take longer than the rest of the file
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("boards.zone") from error
    return value


Slug = Annotated[str, AfterValidator(_slug)]
Title = Annotated[str, Field(max_length=64), AfterValidator(_title)]
About = Annotated[str, Field(max_length=500), AfterValidator(_about)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Titled(_Strict):
    """What every declared thing has."""

    slug: Slug
    zh: Title
    en: Title
    about_zh: About = ""
    about_en: About = ""


class SiteDeclared(_Strict):
    """The `site` part."""

    slug: Slug = "mingtan"
    zh: Title
    en: Title
    about_zh: About = ""
    about_en: About = ""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    default_language: Language = "zh"
    languages: list[Language] = Field(default=["zh", "en"], min_length=1, max_length=2)
    registration: Literal["invitation", "open", "approval"] = "invitation"
    weekend: list[Weekday] = Field(default=["sat", "sun"], max_length=6)
    holidays: list[Days] = Field(default=[], max_length=400)
    workdays: list[Days] = Field(default=[], max_length=400)


class SectionDeclared(Titled):
    """A heading of the board list."""


class OfficeDeclared(Titled):
    """An office people can be appointed to."""


class SubsiteDeclared(Titled):
    """A corner that a unit keeps by itself."""


class BoardDeclared(Titled):
    """A board and its policy."""

    section: Slug
    nature: Literal["discussion", "officers", "interviews"] = "discussion"
    tracked: bool = False
    acknowledge_days: int = Field(default=1, ge=1, le=60)
    answer_days: int = Field(default=5, ge=1, le=120)
    private_cases: bool = False
    offices: list[Slug] = Field(default=[], max_length=20)
    unit: Slug | Literal[""] = ""
    library: bool = False
    read: Literal["public", "members"] = "members"
    post: Literal["members", "officers"] = "members"


class ColumnDeclared(Titled):
    """A news column and its policy."""

    read: Literal["public", "members"] = "members"
    must_read: bool = False
    library: bool = False
    subsite: Slug | Literal[""] = ""


class ChoiceDeclared(_Strict):
    """One answer to choose in a tool."""

    slug: Slug
    zh: Title
    en: Title


class InputDeclared(_Strict):
    """One thing a tool asks for."""

    name: Slug
    zh: Title
    en: Title
    kind: Literal["number", "choice"]
    choices: list[ChoiceDeclared] = Field(default=[], max_length=50)


class RowDeclared(_Strict):
    """One row of a tool's table; the first that fits counts."""

    when: dict[str, str] = Field(default={}, max_length=10)
    up_to: float | None = Field(default=None, ge=0, allow_inf_nan=False, strict=False)
    rate: float = Field(ge=0, le=100, allow_inf_nan=False, strict=False)


class ToolDeclared(Titled):
    """A small calculator, declared as a table."""

    inputs: list[InputDeclared] = Field(min_length=1, max_length=10)
    table: list[RowDeclared] = Field(min_length=1, max_length=200)
    note_zh: About = ""
    note_en: About = ""


class Declared(_Strict):
    """The whole file."""

    site: SiteDeclared
    offices: list[OfficeDeclared] = Field(default=[], max_length=200)
    sections: list[SectionDeclared] = Field(min_length=1, max_length=100)
    boards: list[BoardDeclared] = Field(default=[], max_length=BOARDS_MOST)
    columns: list[ColumnDeclared] = Field(default=[], max_length=200)
    subsites: list[SubsiteDeclared] = Field(default=[], max_length=100)
    tools: list[ToolDeclared] = Field(default=[], max_length=100)


def parse(data: bytes, file: str) -> Declared:
    """Read a boards.yaml.

    Raises Invalid(`boards.invalid`, file, line, problem, right, problems): the first problem in errors of its own, and
    up to `mistakes.PROBLEMS_MOST` as Problem values.
    """
    document = _document(data, file)
    try:
        found = Declared.model_validate(document.value)
    except ValidationError as error:
        raise invalid(file, problems(document, error, Declared)) from error
    if mistaken := list(_wrong_references(document, found)):
        raise invalid(file, mistaken)
    return found


def _document(data: bytes, file: str) -> Document:
    if len(data) > yamlfile.SIZE_LIMIT:
        raise invalid(file, [Problem(1, wrong("boards.large", most=yamlfile.SIZE_LIMIT // 1024))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise invalid(file, [Problem(line, wrong("boards.not_utf8"), right("right.utf8"))]) from error
    try:
        document = yamlfile.read(text)
    except Broken as error:
        raise invalid(file, [broken(error)]) from error
    if not isinstance(document.value, dict):
        code = "boards.file_empty" if document.value is None else "boards.no_map"
        raise invalid(file, [Problem(1, wrong(code), right("right.begin"))])
    return document


def _wrong_references(document: Document, found: Declared) -> Iterable[Problem]:
    for part in ("offices", "sections", "boards", "columns", "subsites", "tools"):
        yield from _doubles(document, part, [one.slug for one in getattr(found, part)])
    offices = [one.slug for one in found.offices]
    sections = [one.slug for one in found.sections]
    subsites = [one.slug for one in found.subsites]
    for at, board in enumerate(found.boards):
        yield from _known(document, ("boards", at, "section"), board.section, sections, "boards.no_section")
        for place, office in enumerate(board.offices):
            yield from _known(document, ("boards", at, "offices", place), office, offices, "boards.no_office")
        if board.unit:
            yield from _known(document, ("boards", at, "unit"), board.unit, subsites, "boards.no_subsite")
    for at, column in enumerate(found.columns):
        if column.subsite:
            yield from _known(document, ("columns", at, "subsite"), column.subsite, subsites, "boards.no_subsite")
    for at, tool in enumerate(found.tools):
        yield from _wrong_tool(document, at, tool)
    yield from _wrong_days(document, found.site)
    if found.site.default_language not in found.site.languages:
        line = document.line(("site", "default_language"))
        yield Problem(line, wrong("boards.language"), right("right.add_language"))


def _wrong_days(document: Document, site: SiteDeclared) -> Iterable[Problem]:
    """A day is either off or worked; which of the two was meant nobody can guess."""
    holidays = days_of(site.holidays)
    for at, text in enumerate(site.workdays):
        twice = sorted(days_of([text]) & holidays)
        if twice:
            path = ("site", "workdays", at)
            problem = wrong("boards.day_twice", name=named(path), day=twice[0].isoformat())
            yield Problem(document.line(path), problem, right("right.keep_one"))


def _doubles(document: Document, part: str, slugs: Sequence[str]) -> Iterable[Problem]:
    twice = {slug for slug, count in Counter(slugs).items() if count > 1}
    seen: dict[str, int] = {}
    for at, slug in enumerate(slugs):
        line = document.line((part, at, "slug"))
        if slug in twice and slug in seen:
            problem = wrong("boards.twice", part=part, slug=slug, other=seen[slug])
            yield Problem(line, problem, right("right.other_slug"))
        seen.setdefault(slug, line)


def _known(document: Document, path: tuple[Any, ...], slug: str, known: Sequence[str], code: str) -> Iterable[Problem]:
    if slug not in known:
        yield Problem(document.line(path), wrong(code, name=named(path), slug=slug), nearest(slug, known))


def _wrong_tool(document: Document, at: int, tool: ToolDeclared) -> Iterable[Problem]:
    choices = {one.name: [choice.slug for choice in one.choices] for one in tool.inputs if one.kind == "choice"}
    for place, asked in enumerate(tool.inputs):
        if (asked.kind == "choice") != bool(asked.choices):
            asking = ("tools", at, "inputs", place)
            yield Problem(document.line(asking), wrong("boards.choices", name=named(asking)))
    for place, row in enumerate(tool.table):
        for name, slug in row.when.items():
            path = ("tools", at, "table", place, "when", name)
            if name not in choices:
                problem = wrong("boards.no_input", name=named(path), slug=name)
                yield Problem(document.line(path), problem, nearest(name, choices))
            elif slug not in choices[name]:
                problem = wrong("boards.no_choice", name=named(path), slug=slug)
                yield Problem(document.line(path), problem, nearest(slug, choices[name]))
