"""Documentation says what the program does: nothing is missing, nothing leads nowhere, both languages say the same."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pydantic import BaseModel

from bbs.app.cli import COMMON_FLAGS, SERVE_FLAGS
from bbs.app.examine import examination
from bbs.app.house import load_words
from bbs.app.settings import Settings
from bbs.commands import shapes
from bbs.commands.everything import build_tree
from bbs.errors import BbsError
from bbs.forum.access import Verb
from bbs.forum.actor import Duty, Role
from bbs.forum.boards.declared import Declared
from bbs.importers.bulletins import import_bulletins
from bbs.importers.fields import KEYS
from screens.table import ROUTES

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"en": "docs/handbook.md", "zh": "docs/handbook.zh.md"}
HANDBOOKS = tuple(LANGUAGES.values())
GUIDES = ("docs/guide.md", "docs/guide.zh.md")
READMES = ("README.md", "README.zh.md")
CONTRACT = "docs/contract.md"
START_ERRORS = re.compile(
    r"(?:data|settings)\.\w+|store\.(?:url|unavailable|encoding|foreign|newer|library|wal|readonly|full|io|damaged)"
    r"|server\.(?:port_\w+|host_\w+|control_refused|already_running)"
)
"""Errors that stop a start or come from the machine: those a sysop looks up."""

PARAMETERS = ("found", "host", "kind", "known", "mode", "name", "needed", "path", "pid", "port", "problem", "reason")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(name: str, anchor: str) -> str:
    """The part of a document from an anchor to the next."""
    _, mark, rest = text_of(name).partition(f'<a id="{anchor}"></a>')
    assert mark, f"{name} has no part {anchor}"
    return rest.partition('<a id="')[0]


def missing(wanted: Iterable[str], text: str) -> list[str]:
    return sorted(word for word in set(wanted) if word not in text)


def coded(words: Iterable[str]) -> list[str]:
    return [f"`{word}`" for word in words]


# What the program has is in the handbooks


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_setting_has_a_row_with_its_default(name: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)`[^|]*\|[^|]*\|(.*)\|$", section(name, "settings"), re.MULTILINE))
    assert rows.keys() == Settings.model_fields.keys()
    for setting, field in Settings.model_fields.items():
        default = field.get_default()
        if default in ("", None):
            assert rows[setting].strip() in ("empty", "空"), setting
        else:
            assert f"`{str(default).lower() if isinstance(default, bool) else default}`" in rows[setting], setting


@pytest.mark.parametrize("name", HANDBOOKS)
def test_settings_marked_as_flags_are_flags(name: str) -> None:
    marked = set(re.findall(r"^\| `(\w+)` ⚑", section(name, "settings"), re.MULTILINE))
    flags = {flag.replace("-", "_") for flag in (*SERVE_FLAGS, *COMMON_FLAGS)} | {"demo"}
    assert marked == flags & Settings.model_fields.keys()


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_command_stands_there_with_its_usage(name: str) -> None:
    listed = set(re.findall(r"^- `([^`]+)`", section(name, "commands"), re.MULTILINE))
    assert listed == {command.usage for command in build_tree(import_bulletins, examination(Settings()))}


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_option_of_boards_yaml_is_explained(name: str) -> None:
    assert missing(coded(options(Declared)), section(name, "boards")) == []


def options(model: type[BaseModel]) -> Iterator[str]:
    """Names of the fields of a model and of the models in them, and the values that are to choose from."""
    for name, field in model.model_fields.items():
        if name != "sections" or model is Declared:
            yield name
        yield from _inside(field.annotation)


def _inside(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from options(annotation)
        return
    for part in typing.get_args(annotation):
        if isinstance(part, str):
            yield from [part] if part else []
        else:
            yield from _inside(part)


@pytest.mark.parametrize("name", [*HANDBOOKS, CONTRACT])
def test_every_key_of_a_bulletin_file_is_there(name: str) -> None:
    place = section(name, "bulletin" if name == CONTRACT else "bulletins")
    assert missing(coded(KEYS), place) == []


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_role_and_duty_is_explained(name: str) -> None:
    assert missing(coded(Role), section(name, "people")) == []
    assert missing(coded(Duty), section(name, "offices")) == []


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_page_that_can_be_edited_is_named(name: str) -> None:
    shipped = {path.stem for path in (ROOT / "screens" / "pages").glob("*/*.md")}
    names = {"notice-SLUG" if page.startswith("notice-") else page for page in shipped}
    assert missing(coded(names), section(name, "pages")) == []


def test_every_verb_is_on_the_page_of_access() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", text_of("docs/access.md"), re.MULTILINE)
    assert set(listed) == set(Verb)


@pytest.mark.parametrize("name", [*HANDBOOKS, CONTRACT])
def test_every_exit_code_is_there(name: str) -> None:
    place = section(name, "exit" if name == CONTRACT else "commands")
    kinds: list[type[BbsError]] = [BbsError, *BbsError.__subclasses__()]
    codes = {0, *(kind.exit_code for kind in kinds)}
    assert [code for code in sorted(codes) if not re.search(rf"(?<!\d){code}(?!\d)", place)] == []


@pytest.mark.parametrize(("language", "name"), LANGUAGES.items())
def test_every_error_of_a_start_can_be_looked_up_by_its_words(language: str, name: str) -> None:
    words = load_words().translator(language)
    catalogue = "".join(text_of(str(path.relative_to(ROOT))) for path in (ROOT / "screens/locale").glob("*.en.po"))
    codes = {code for code in re.findall(r'^msgid "([\w.]+)"', catalogue, re.MULTILINE) if START_ERRORS.fullmatch(code)}
    assert len(codes) > 20
    rows = [row.replace("…", "") for row in re.findall(r"^\| (.+?) \|", section(name, "trouble"), re.MULTILINE)]
    known = {code: re.sub(r"\{[^}]*\}", "", raw(words, code)) for code in codes}
    assert {code: said for code, said in known.items() if said not in rows} == {}


def raw(words: Callable[..., str], code: str) -> str:
    """The message with its parameters left open."""
    return words(code, **dict.fromkeys(PARAMETERS, "{}"))


# Accounts, shapes and routes


@pytest.mark.parametrize("name", [*READMES, *HANDBOOKS, CONTRACT])
def test_every_demo_account_is_named(name: str) -> None:
    told = load_words().translator("en")("serve.demo", host="", port="").partition("log in as")[2].partition(";")[0]
    accounts = [*re.findall(r"[a-z]+", told.replace(" or ", " ")), "guest"]
    assert len(accounts) == 8
    assert missing(coded(accounts), text_of(name)) == []


SHAPES: dict[str, Callable[..., object]] = {
    "board": shapes.board,
    "thread": shapes.thread,
    "post": shapes.post,
    "column": shapes.column,
    "bulletin": shapes.bulletin,
    "account": shapes.account,
    "appointment": shapes.appointment,
}


@pytest.mark.parametrize("thing", SHAPES)
def test_promised_fields_are_given(thing: str) -> None:
    row = re.search(rf"^\| {thing} \| (.+) \|$", section(CONTRACT, "json"), re.MULTILINE)
    assert row is not None
    tree = ast.parse(inspect.getsource(SHAPES[thing]))
    given = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    assert set(re.findall(r"`(\w+)`", row[1])) <= given


def test_routes_of_the_contract_are_those_of_the_program() -> None:
    shown = [
        route.replace("SLUG", "life")
        .replace("COLUMN", "life")
        .replace("OFFICE", "union")
        .replace("PATH", "soup")
        .replace("TOPIC", "rules")
        .replace("NAME", "reed")
        .replace("ID", "12")
        .replace("FLOOR", "3")
        for cell in re.findall(r"^\| (`/.*?) \|", section(CONTRACT, "routes"), re.MULTILINE)
        for route in re.findall(r"`(/[^`]*)`", cell)
    ]
    patterns = [pattern for pattern, _ in ROUTES]
    assert [route for route in shown if not any(re.fullmatch(pattern, route) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, route) for route in shown)] == []


# The documents among themselves


@pytest.mark.parametrize(("english", "chinese"), [HANDBOOKS, GUIDES, READMES])
def test_both_languages_have_the_same_parts(english: str, chinese: str) -> None:
    heading = re.compile(r"^(?:(#{1,6}) |<a id=\"([^\"]+)\">)", re.MULTILINE)
    fenced = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    first, second = (heading.findall(fenced.sub("", text_of(name))) for name in (english, chinese))
    assert len(first) >= 5
    assert first == second


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE)) | {".venv/.ready"}
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        code = re.findall(r"`(make [^`]+)`|^(make [^#\n]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        named = {(one or two).split()[1] for one, two in code}
        assert named <= targets, path.name


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    newest = re.search(r"^## (\S+)", text_of("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == tomllib.loads(text_of("pyproject.toml"))["project"]["version"]


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_pictures_are_whole_and_shown(path: Path) -> None:
    assert ElementTree.parse(path).getroot().tag.endswith("svg")
    assert any(f"docs/pictures/{path.name}" in text_of(name) for name in READMES)
