"""The shipped community, demo content and pages: shape, counts, names that exist, order of time, clean text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
import wcwidth
import yaml

from bbs.importers.digests import read_digest
from bbs.importers.interviews import read_interviews
from bbs.text.clean import clean_line, clean_text
from bbs.text.names import MAX_CELLS, check_pen_name

ROOT: Final = Path(__file__).resolve().parents[2]
DEMO: Final = ROOT / "data" / "demo"
PAGES: Final = ROOT / "screens" / "pages"
MAX_BYTES: Final = 20_000
FIRST_DAY: Final = date(2026, 9, 1)
LAST_DAY: Final = date(2026, 11, 22)
MENU_CELLS: Final = 24
"""Cells a title has in a list of boards or columns."""

BANNERS: Final = ("welcome", "goodbye", "telnet")
BANNER_ROWS: Final = 14
BANNER_CELLS: Final = 76

TITLED: Final = frozenset({"slug", "zh", "en", "about_zh", "about_en"})
COMMUNITY_KEYS: Final[dict[str, frozenset[str]]] = {
    "site": TITLED | {"zone", "languages", "default_language", "registration"} | {"weekend", "holidays", "workdays"},
    "offices": TITLED,
    "sections": TITLED,
    "boards": TITLED
    | {"section", "nature", "tracked", "offices", "unit", "library", "read", "post"}
    | {"acknowledge_days", "answer_days", "private_cases"},
    "columns": TITLED | {"read", "must_read", "library"},
    "subsites": TITLED,
    "tools": TITLED | {"inputs", "table", "note_zh", "note_en"},
}
BULLETIN_KEYS: Final = frozenset(
    {"id", "column", "title", "title_en", "lang", "source", "author", "published_at", "expires_at", "priority"}
    | {"must_read", "audience", "supersedes", "tags"}
)
THREAD_KEYS: Final = frozenset({"board", "title", "author", "at", "pinned", "locked", "kind", "case"})
PERSON_KEYS: Final = frozenset({"name", "kind", "real_name", "office", "title_zh", "title_en", "plan"})
KINDS: Final = frozenset({"guest", "member", "officer", "moderator", "sysop"})

FRONT: Final = re.compile(r"---\n(?P<head>.*?\n)---\n(?P<body>.*)", re.DOTALL)
FLOOR: Final = re.compile(
    r"^--- (?P<author>\S+) (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d)"
    r"(?P<official> official)?(?: re (?P<re>\d+))?$",
    re.MULTILINE,
)
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Floor:
    author: str
    at: datetime
    official: bool
    re: int | None
    body: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What a thread may refer to."""

    boards: dict[str, Any]
    people: dict[str, Any]

    def is_officer(self, name: str) -> bool:
        return bool(self.people[name]["kind"] == "officer")


def split_front(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body; ValueError when there is no front matter."""
    found = FRONT.fullmatch(text)
    if found is None:
        raise ValueError("no front matter")
    head = yaml.safe_load(found["head"])
    if not isinstance(head, dict):
        raise ValueError("front matter is not a mapping")
    return head, found["body"]


def floors_of(head: dict[str, Any], body: str) -> list[Floor]:
    """The opening post and its replies, in the order of the file."""
    marks = list(FLOOR.finditer(body))
    starts = [*(mark.start() for mark in marks), len(body)]
    floors = [Floor(head["author"], head["at"], False, None, body[: starts[0]].strip())]
    for mark, end in zip(marks, starts[1:], strict=True):
        answered = int(mark["re"]) if mark["re"] else None
        text = body[mark.end() : end].strip()
        floors.append(Floor(mark["author"], datetime.fromisoformat(mark["at"]), bool(mark["official"]), answered, text))
    return floors


def thread_problems(text: str, demo: Demo) -> list[str]:
    """What is wrong with a thread file, in words; nothing when it is right."""
    head, body = split_front(text)
    problems = [f"unknown key {key}" for key in head.keys() - THREAD_KEYS]
    missing = {"board", "title", "author", "at"} - head.keys()
    if missing:
        return [*problems, f"missing {sorted(missing)}"]
    if clean_line(head["title"]) != head["title"]:
        problems.append("title is not clean")
    board = demo.boards.get(head["board"])
    if board is None:
        problems.append(f"no board {head['board']}")
    floors = floors_of(head, body)
    strangers = {floor.author for floor in floors} - demo.people.keys()
    if strangers:
        return [*problems, f"no such people {sorted(strangers)}"]
    if board is not None and board["post"] == "officers" and not demo.is_officer(floors[0].author):
        problems.append("opened by somebody without an office")
    for number, floor in enumerate(floors, 1):
        problems += [f"floor {number}: {problem}" for problem in floor_problems(number, floor, demo)]
    if any(later.at < earlier.at for earlier, later in pairwise(floors)):
        problems.append("floors are not in the order of time")
    return problems


def floor_problems(number: int, floor: Floor, demo: Demo) -> list[str]:
    problems = []
    if floor.at.tzinfo is None or not FIRST_DAY <= floor.at.date() <= LAST_DAY:
        problems.append(f"time {floor.at}")
    if number > 1 and floor.official != demo.is_officer(floor.author):
        problems.append("officers, and only they, write officially")
    if floor.re is not None and not 1 <= floor.re < number:
        problems.append(f"answers floor {floor.re}")
    if not floor.body or clean_text(floor.body) != floor.body:
        problems.append("text is empty or not clean")
    if any(line.startswith("--- ") for line in floor.body.splitlines()):
        problems.append("a separator line that does not parse")
    return problems


def page_problems(name: str, text: str) -> list[str]:
    """What would shear or overflow when a page is shown."""
    problems = []
    rows = text.rstrip("\n").split("\n")
    for number, row in enumerate(rows, 1):
        if wcwidth.wcswidth(row) < 0:
            problems.append(f"row {number}: control character")
        elif wcwidth.wcswidth(row) != wcwidth.wcswidth(row, ambiguous_width=2):
            problems.append(f"row {number}: ambiguous width")
        if name in BANNERS and wcwidth.wcswidth(row) > BANNER_CELLS:
            problems.append(f"row {number}: too wide")
    if name in BANNERS and len(rows) > BANNER_ROWS:
        problems.append("too many rows")
    if name == "telnet" and not text.isascii():
        problems.append("not ASCII")
    if clean_text(text) != text.lstrip("\n").rstrip():
        problems.append("not clean")
    return problems


@cache
def community() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "boards.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def demo() -> Demo:
    people = yaml.safe_load((DEMO / "people.yaml").read_text(encoding="utf-8"))
    return Demo({board["slug"]: board for board in community()["boards"]}, {one["name"]: one for one in people})


def slugs(part: str) -> set[str]:
    return {one["slug"] for one in community()[part]}


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def shipped(folder: Path, pattern: str) -> list[Any]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in sorted(folder.glob(pattern))]


BULLETINS: Final = sorted((DEMO / "bulletins").glob("*.md"))
THREADS: Final = sorted((DEMO / "threads").glob("*.md"))


def test_the_digest_is_made_by_two_and_tells_of_threads_there_are() -> None:
    people, draft = demo().people, read_digest(DEMO / "digest.yaml")
    assert draft.editor != draft.reviewer
    assert all("editor:digest" in people[name]["roles"] for name in (draft.editor, draft.reviewer))
    assert all((DEMO / "threads" / f"{one.thread}.md").is_file() for one in draft.topics)
    assert all(clean_text(text) == text for one in draft.topics for text in (one.body_zh, one.body_en))


def test_interviews_name_boards_and_people_there_are() -> None:
    people, drafts = demo().people, read_interviews(DEMO / "interviews.yaml")
    assert drafts
    for draft in drafts:
        assert demo().boards[draft.board]["nature"] == "interviews"
        assert people[draft.host]["kind"] in {"moderator", "officer"}
        real_names = {one["real_name"] for one in people.values()}
        assert set(draft.guests) <= real_names
        members = [
            *(each.author for each in draft.questions),
            *(name for each in draft.questions for name in each.votes),
        ]
        assert {people[name]["kind"] for name in members} <= {"member", "moderator"}
        assert all(each.author not in each.votes for each in draft.questions)
        texts = [draft.title, draft.about, *(each.body for each in draft.questions)]
        assert all(clean_text(text) == text.strip() for text in texts)


# boards.yaml


def test_community_has_the_known_parts_and_keys() -> None:
    declared = community()
    assert list(declared) == list(COMMUNITY_KEYS)
    for part, keys in COMMUNITY_KEYS.items():
        things = [declared[part]] if part == "site" else declared[part]
        for thing in things:
            assert thing.keys() <= keys, f"{part}: {thing['slug']}"
            assert {"slug", "zh", "en"} <= thing.keys()
            assert SLUG.fullmatch(thing["slug"])
        assert len({thing["slug"] for thing in things}) == len(things)


def test_community_is_the_one_described() -> None:
    known = {
        "boards": {"interview", "secretary", "union", "personnel", "services", "posted", "youth", "ink", "life"},
        "columns": {"express", "missions", "organisation", "models", "culture", "video", "pictures", "open"}
        | {"study", "guide", "digest", "links"},
        "subsites": {"school", "union", "youth", "women", "kindergarten"},
        "offices": {"secretary", "union", "youth", "women", "personnel", "administration"},
    }
    assert {part: slugs(part) for part in known} == known


def test_boards_refer_to_what_is_declared() -> None:
    for board in community()["boards"]:
        assert board["section"] in slugs("sections")
        assert set(board["offices"]) <= slugs("offices")
        assert board.get("unit") in {None, *slugs("subsites")}
        assert board["nature"] in {"discussion", "officers", "interviews"}
        assert board["post"] in {"members", "officers"}
        assert not board["tracked"] or board["offices"], "somebody has to answer a case"


def test_guests_read_what_is_public() -> None:
    public = {
        part: {one["slug"] for one in community()[part] if one["read"] == "public"} for part in ("boards", "columns")
    }
    assert public == {
        "boards": {"secretary", "services", "union", "life"},
        "columns": {"express", "missions", "culture", "open", "guide", "links"},
    }


def test_titles_fit_a_list_and_everything_is_explained() -> None:
    for part in ("boards", "columns"):
        for one in community()[part]:
            assert max(wcwidth.wcswidth(one["zh"]), wcwidth.wcswidth(one["en"])) <= MENU_CELLS
            assert one["about_zh"]
            assert one["about_en"]


@pytest.mark.parametrize(
    ("status", "base", "due"),
    [
        ("serving", 3000, 15),
        ("serving", 3001, 30.01),
        ("serving", 5000, 50),
        ("serving", 10000, 150),
        ("serving", 10001, 200.02),
        ("retired", 5000, 25),
        ("retired", 6000, 60),
    ],
)
def test_dues_follow_the_published_rule(status: str, base: float, due: float) -> None:
    (tool,) = [one for one in community()["tools"] if one["slug"] == "dues"]
    choices = {choice["slug"] for one in tool["inputs"] if one["kind"] == "choice" for choice in one["choices"]}
    assert status in choices
    row = next(
        row for row in tool["table"] if row["when"]["status"] == status and base <= row.get("up_to", float("inf"))
    )
    assert base * row["rate"] / 100 == pytest.approx(due)


# people


def test_people_are_complete_and_hold_declared_offices() -> None:
    people = demo().people
    for name, one in people.items():
        assert one.keys() - {"roles"} == PERSON_KEYS, name
        assert one["kind"] in KINDS
        of_office = ("real_name", "office", "title_zh", "title_en")
        filled = [bool(one[key]) for key in of_office]
        assert all(filled) if one["kind"] == "officer" else not any(filled), name
        assert one["office"] in {None, *slugs("offices")}
        assert clean_text(one["plan"]) == one["plan"].strip()
        assert wcwidth.wcswidth(name) <= MAX_CELLS
        if one["kind"] == "member":
            assert check_pen_name(name) == name
    members = {"reed", "plum", "墨竹", "stone", "南山", "harbour", "小满", "kite", "青舟", "lantern"}
    assert people.keys() == members | {"lin", "zhou", "he", "xu", "tang"} | {"guest", "keeper", "pine", "sysop"}


# bulletins


@pytest.mark.parametrize("path", shipped(DEMO / "bulletins", "*.md"))
def test_bulletin_is_well_formed(path: Path) -> None:
    head, body = split_front(read(path))
    assert head.keys() <= BULLETIN_KEYS
    assert {"id", "column", "title", "lang", "published_at", "audience"} <= head.keys()
    assert path.name == f"{head['id']}.{head['lang']}.md"
    assert head["column"] in slugs("columns")
    assert head["lang"] in {"zh", "en"}
    assert head.get("priority", "normal") in {"normal", "important", "urgent"}
    assert head["audience"] in {"public", "members"}
    column = next(one for one in community()["columns"] if one["slug"] == head["column"])
    assert column["read"] == "public" or head["audience"] != "public"
    published = head["published_at"]
    assert published.tzinfo is not None
    assert FIRST_DAY <= published.date() <= LAST_DAY
    assert "expires_at" not in head or head["expires_at"] > published.date()
    assert clean_line(head["title"]) == head["title"]
    assert clean_text(body) == body.strip()
    measure = len(re.findall(r"[\u4e00-\u9fff]", body)) if head["lang"] == "zh" else len(body.split())
    assert 120 <= measure <= 600


def test_bulletins_are_many_and_varied() -> None:
    heads = [split_front(read(path))[0] for path in BULLETINS]
    chinese = [head for head in heads if head["lang"] == "zh"]
    assert len(chinese) >= 26
    assert len({head["column"] for head in chinese}) >= 9
    assert sum(head["lang"] == "en" for head in heads) >= 6
    assert {head.get("priority", "normal") for head in heads} == {"normal", "important", "urgent"}
    assert {head["audience"] for head in heads} == {"public", "members"}
    assert any("expires_at" in head for head in heads)
    assert any(head.get("must_read") for head in heads)
    replaced = {head["supersedes"] for head in heads if "supersedes" in head}
    assert replaced
    assert replaced <= {head["id"] for head in heads}


def test_translations_agree_with_their_pair() -> None:
    pairs: dict[str, dict[str, dict[str, Any]]] = {}
    for path in BULLETINS:
        head, _ = split_front(read(path))
        pairs.setdefault(head["id"], {})[head["lang"]] = head
    same = ("column", "published_at", "expires_at", "priority", "must_read", "audience", "supersedes", "tags")
    for name, pair in pairs.items():
        assert "zh" in pair, name
        if "en" in pair:
            assert [pair["en"].get(key) for key in same] == [pair["zh"].get(key) for key in same], name
            assert pair["zh"]["title_en"] == pair["en"]["title"], name


# threads


@pytest.mark.parametrize("path", shipped(DEMO / "threads", "*.md"))
def test_thread_is_well_formed(path: Path) -> None:
    assert thread_problems(read(path), demo()) == []


def test_threads_are_many_on_all_boards_and_two_are_long() -> None:
    heads = [split_front(read(path)) for path in THREADS]
    counts = [len(floors_of(head, body)) for head, body in heads]
    assert len(heads) >= 36
    assert min(Counter(head["board"] for head, _ in heads)[slug] for slug in slugs("boards")) >= 3
    assert min(counts) >= 3
    long = sorted(count for count in counts if count > 12)
    assert len(long) == 2
    assert long[0] >= 25
    assert long[1] >= 40
    assert any(head.get("pinned") for head, _ in heads)
    assert any(head.get("locked") for head, _ in heads)


def test_one_thread_shows_all_markdown() -> None:
    def shows_all(body: str) -> bool:
        return all(
            re.search(mark, body, re.MULTILINE) for mark in (r"^## ", r"^- ", r"^1\. ", r"^\|", r"^```$", r"^> ")
        )

    assert any(shows_all(read(path)) for path in THREADS)


GOOD_THREAD: Final = """---
board: life
title: A question
author: reed
at: 2026-11-20T09:00:00+08:00
---
Who has my pen?
--- zhou 2026-11-20T09:10:00+08:00 official re 1
The duty room.
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("board: life", "board: lfie", "no board"),
        ("board: life", "board: secretary", "without an office"),
        ("author: reed", "author: nobody", "no such people"),
        ("title:", "colour: red\ntitle:", "unknown key"),
        ("title: A question\n", "", "missing"),
        ("09:10:00", "08:10:00", "order of time"),
        ("2026-11-20T09:10", "2027-11-20T09:10", "floor 2: time"),
        (" official", "", "officially"),
        ("re 1", "re 2", "answers floor 2"),
        ("The duty room.", "The \x1b[31mduty room.", "not clean"),
        ("The duty room.", "", "empty"),
        ("--- zhou 2026-11-20", "--- zhou 20-11-2026", "separator"),
    ],
)
def test_a_wrong_thread_is_noticed(old: str, new: str, said: str) -> None:
    assert thread_problems(GOOD_THREAD, demo()) == []
    assert any(said in problem for problem in thread_problems(GOOD_THREAD.replace(old, new, 1), demo()))


# pages


@pytest.mark.parametrize("path", shipped(PAGES, "*/*.md"))
def test_page_is_well_formed(path: Path) -> None:
    assert page_problems(path.stem, read(path)) == []


def test_pages_exist_in_both_languages() -> None:
    names = {lang: {path.stem for path in (PAGES / lang).glob("*.md")} for lang in ("zh", "en")}
    assert names["zh"] == names["en"]
    assert {*BANNERS, "rules", "new", "first", "about"} <= names["zh"]
    notices = {name.removeprefix("notice-") for name in names["zh"] if name.startswith("notice-")}
    assert len(notices) >= 3
    assert notices <= slugs("boards")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_first_visit_is_told_in_fifteen_lines(lang: str) -> None:
    assert len([row for row in read(PAGES / lang / "first.md").splitlines() if row]) <= 15


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("about", "a — b\n", "ambiguous"),
        ("about", "a \x07 b\n", "control"),
        ("welcome", "明" * 39 + "\n", "too wide"),
        ("welcome", "a\n" * 15, "too many"),
        ("telnet", "明\n", "ASCII"),
    ],
)
def test_a_wrong_page_is_noticed(name: str, text: str, said: str) -> None:
    assert any(said in problem for problem in page_problems(name, text))


@pytest.mark.parametrize(
    "path",
    [*shipped(DEMO, "**/*.md"), *shipped(DEMO, "*.yaml"), *shipped(PAGES, "*/*.md"), *shipped(ROOT, "boards.yaml")],
)
def test_no_file_is_large(path: Path) -> None:
    assert path.stat().st_size <= MAX_BYTES
