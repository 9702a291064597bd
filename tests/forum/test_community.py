"""boards.yaml: planned, applied, and every mistake told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbs.errors import Conflict, Forbidden, Invalid
from bbs.forum.actor import LOCAL
from bbs.forum.boards.community import NO_SITE
from bbs.forum.boards.declared import parse
from bbs.forum.boards.mistakes import PROBLEMS_MOST, Problem
from bbs.forum.forum import Forum
from tests.forum.conftest import People
from tests.support.corpus import ALL_TEXT

REAL = Path(__file__).parents[2] / "boards.yaml"

SMALL = """\
site:
  zh: 坛
  en: Forum
  zone: Asia/Shanghai
offices:
  - {slug: desk, zh: 台, en: Desk}
sections:
  - {slug: one, zh: 一, en: One}
boards:
  - slug: talk
    zh: 谈
    en: Talk
    section: one
    offices: [desk]
columns:
  - {slug: news, zh: 新闻, en: News}
subsites:
  - {slug: unit, zh: 单位, en: Unit}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "boards.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def meant(one: Problem) -> str:
    """The word that was probably meant."""
    return "" if one.right is None else str(one.right.params.get("word", ""))


def wrong(text: str | bytes) -> list[tuple[int, str, str]]:
    """The problems of a file: line, what is wrong, what would be right."""
    with pytest.raises(Invalid) as caught:
        parse(text.encode() if isinstance(text, str) else text, "boards.yaml")
    assert caught.value.code == "boards.invalid"
    problems = caught.value.params["problems"]
    assert isinstance(problems, list)
    assert all(isinstance(one, Problem) for one in problems)
    assert caught.value.params["line"] == problems[0].line
    return [(one.line, one.problem.code, meant(one)) for one in problems]


def test_the_shipped_file_is_right() -> None:
    found = parse(REAL.read_bytes(), "boards.yaml")
    assert len(found.boards) == 9
    assert len(found.columns) == 12
    assert found.tools[0].table[0].rate == 0.5


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "word"),
    [
        ("section: one", "section: onne", 13, "boards.no_section", "one"),
        ("offices: [desk]", "offices: [desc]", 14, "boards.no_office", "desk"),
        ("    section: one", "    sektion: one", 13, "boards.unknown_key", "section"),
        ("zone: Asia/Shanghai", "zone: Asia/Shangai", 4, "boards.zone", "Asia/Shanghai"),
        ("  zh: 坛", "  zh: 2026", 2, "boards.not_text", ""),
        ("  zh: 坛", "  zh: ''", 2, "boards.title_empty", ""),
        ("slug: talk", "slug: Talk Room", 10, "boards.slug", ""),
        ("    section: one\n", "    section: one\n    tracked: 'no'\n", 14, "boards.not_yes_no", ""),
        ("    section: one\n", "    section: one\n    nature: officer\n", 14, "boards.choice", "officers"),
        ("    section: one\n", "    section: one\n    unit: unity\n", 14, "boards.no_subsite", "unit"),
        ("  en: Forum", "  en: Forum\n  en: Again", 4, "yaml.twice", ""),
        ("site:", "site: &a", 1, "yaml.alias", ""),
        ("offices: [desk]", "offices: [desk", 15, "yaml.syntax", ""),
        ("    en: Talk", "    en: !!python/name:os.system x", 12, "yaml.value", ""),
        ("sections:", "unknown: 1\nsections:", 7, "boards.unknown_key", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(
    old: str, new: str, line: int, code: str, word: str
) -> None:
    assert old in SMALL
    found = wrong(SMALL.replace(old, new, 1))
    assert (line, code, word) in found


def test_slugs_are_given_once() -> None:
    twice = SMALL.replace("columns:\n", "columns:\n  - {slug: news, zh: 又, en: Again}\n")
    assert wrong(twice) == [(17, "boards.twice", "")]


def test_up_to_ten_mistakes_are_told_in_order() -> None:
    many = SMALL + "tools:\n" + "".join(f"  - {{slug: t{n}, zh: 一, en: T}}\n" for n in range(8))
    found = wrong(many)
    assert len(found) == PROBLEMS_MOST
    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "boards.file_empty"),
        (b"# only a comment\n", "boards.file_empty"),
        (b"- a\n- b\n", "boards.no_map"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "boards.not_utf8"),
        (b"site: \x00", "yaml.syntax"),
        (b"a: " + b"x" * 1_100_000, "boards.large"),
        (b"a: " + b"[" * 500_000, "yaml.deep"),
        (b"a: [" + b"1, " * 200_000 + b"1]", "yaml.large"),
        (b"site: {}\n---\nsite: {}\n", "yaml.documents"),
        (b"? [a, b]\n: c\n", "yaml.key"),
        (b"<<: {a: b}\n", "yaml.key"),
        (b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n", "yaml.alias"),
    ],
)
def test_what_is_no_such_file_at_all(data: bytes, code: str) -> None:
    assert wrong(data)[0][1] == code


def test_hostile_titles_are_clean_or_refused() -> None:
    import json

    refused: list[Invalid] = []
    for text in ALL_TEXT:
        line = json.dumps(text[:2000], ensure_ascii=True)
        try:
            found = parse(SMALL.replace("en: Talk", f"en: {line}").encode("utf-8", "surrogatepass"), "boards.yaml")
        except Invalid as error:
            refused.append(error)
            continue
        assert found.boards[0].en.isprintable()
    assert {error.code for error in refused} == {"boards.invalid"}
    shown = " ".join(str(value) for error in refused for value in error.params.values())
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)


async def test_a_plan_shows_what_apply_then_does(forum: Forum, people: People, file: Path) -> None:
    assert forum.community.site is NO_SITE
    plan = await forum.community.plan(people.sysop, file)
    changes = {(one.act, one.what, one.slug) for one in plan.changes}
    assert {("add", "board", "talk"), ("add", "column", "news"), ("archive", "board", "life")} <= changes
    assert [row.board.slug for _, rows in await forum.boards.sections(people.reed) for row in rows] == ["life"]
    done = await forum.community.apply(people.sysop, file, digest=plan.digest)
    assert done == plan
    assert [row.board.slug for _, rows in await forum.boards.sections(people.reed) for row in rows] == ["talk"]
    assert (forum.community.site.zh, forum.community.site.zone) == ("坛", "Asia/Shanghai")
    assert [one.slug for one in forum.community.subsites] == ["unit"]
    assert (await forum.boards.get(people.reed, "talk")).offices == ("desk",)
    assert not (await forum.community.apply(people.sysop, file)).changes
    entries = [entry for entry in await forum.register.entries(people.sysop) if entry.kind == "board.apply"]
    assert len(entries) == 1
    assert "add board talk" in entries[0].record["changes"]


async def test_what_comes_back_is_restored(forum: Forum, people: People, file: Path) -> None:
    await forum.community.apply(LOCAL, file)
    board = await forum.boards.get(people.reed, "talk")
    write(file, SMALL.split("boards:")[0])
    plan = await forum.community.apply(LOCAL, file)
    assert ("archive", "board", "talk") in {(one.act, one.what, one.slug) for one in plan.changes}
    write(file, SMALL.replace("en: Talk", "en: Talking"))
    plan = await forum.community.apply(LOCAL, file)
    assert ("restore", "board", "talk", "en") in {(one.act, one.what, one.slug, one.details) for one in plan.changes}
    again = await forum.boards.get(people.reed, "talk")
    assert (again.id, again.en, again.archived) == (board.id, "Talking", False)


async def test_only_sysops_apply_and_only_what_was_planned(forum: Forum, people: People, file: Path) -> None:
    with pytest.raises(Forbidden):
        await forum.community.plan(people.keeper, file)
    with pytest.raises(Forbidden):
        await forum.community.apply(people.reed, file)
    plan = await forum.community.plan(people.sysop, file)
    write(file, SMALL + "# changed\n")
    with pytest.raises(Conflict) as caught:
        await forum.community.apply(people.sysop, file, digest=plan.digest)
    assert caught.value.code == "boards.changed"


async def test_a_wrong_file_changes_nothing(forum: Forum, people: People, file: Path) -> None:
    write(file, SMALL.replace("section: one", "section: two"))
    with pytest.raises(Invalid):
        await forum.community.apply(LOCAL, file)
    with pytest.raises(Invalid):
        await forum.community.apply(LOCAL, file.parent / "nowhere.yaml")
    with pytest.raises(Invalid):
        await forum.community.apply(LOCAL, file.parent)
    assert forum.community.site is NO_SITE
    assert [row.board.slug for _, rows in await forum.boards.sections(people.reed) for row in rows] == ["life"]


async def test_another_start_finds_the_community(forum: Forum, people: People, file: Path) -> None:
    from bbs.forum.boards.community import Community

    await forum.community.apply(LOCAL, file)
    other = Community(forum.db, forum.clock)
    await other.load()
    assert other.site == forum.community.site
    assert other.subsites == forum.community.subsites
