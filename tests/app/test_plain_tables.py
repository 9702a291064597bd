"""Nothing of the full screen is forgotten in plain mode: addresses, keys, acts, preferences, words in two languages."""

from __future__ import annotations

import re

import pytest

from bbs.app.house import ROOT, load_words
from bbs.app.plainpage import PAGES, page, readable
from bbs.forum.accounts.preferences import PREFERENCES
from bbs.forum.cases.table import TABLE, Act, Doer
from bbs.forum.interviews import questions
from bbs.plain.keys import KEY_WAYS, LINE_BY_LINE, NOWHERE
from bbs.plain.settings import CHOSEN, ELSEWHERE
from bbs.plain.tables import spoken
from bbs.plain.ways import way
from bbs.plain.words import TOPICS, WORDS, find
from bbs.terminal.commands import COMMANDS
from screens.table import ROUTES
from screens.visit import NOT_HERE

SAMPLES = {
    "KIND": "question", "WAY": "private", "ACT": "answer", "LANG": "zh", "WEEK": "2026-W46", "PATH": "a/b",
    "NAME": "plum", "QUERY": "soup", "PART": "plan",
}  # fmt: skip
"""What stands in an address where a number does not."""
ELSE = {"help", "leave"}
"""Words that are always understood and stand in no table."""


def test_every_address_of_the_screens_is_one_here() -> None:
    for pattern, _ in ROUTES:
        shown = readable(pattern)
        route = re.sub("[A-Z]{2,}", lambda name: SAMPLES.get(name[0], "1"), shown)
        assert re.fullmatch(pattern, route), f"a sample for {shown}"
        assert way(route) is not None, route
        without = route.partition("#")[0]
        assert re.fullmatch(pattern, without) is None or way(without) is not None, without


def test_every_key_has_words_or_a_reason() -> None:
    ids = {command.id for command in COMMANDS}
    told = (KEY_WAYS.keys(), LINE_BY_LINE, NOWHERE)
    assert set().union(*told) == ids
    assert sum(map(len, told)) == len(ids), "each in one of them"
    assert {name for names in KEY_WAYS.values() for name in names if find(name) is None} <= ELSE
    assert all(names for names in KEY_WAYS.values())
    assert NOWHERE <= NOT_HERE


def test_every_act_on_a_case_or_in_an_interview_has_a_word() -> None:
    people = {rule.act for rule in TABLE if rule.doers - {Doer.CLOCK}} - {Act.OPEN}
    said = {Act.FOLLOW_UP: "add"}
    assert [act for act in people if find(said.get(act, act.value)) is None] == []
    sort = {questions.Act.SORT}  # by the moves
    acts = {*questions.Act, *questions.Move} - sort
    assert [act for act in acts if find(act.value) is None] == []


def test_every_preference_can_be_chosen() -> None:
    assert {*CHOSEN, *ELSEWHERE} == PREFERENCES.keys()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_are_spelled_once_and_explained(lang: str) -> None:
    tr = load_words().translator(lang)
    spelled = [spelling for word in WORDS for spelling in (word.name, *word.also, *word.zh)]
    assert len(spelled) == len(set(spelled))
    assert {word.topic for word in WORDS} == set(TOPICS)
    assert all(tr.has(f"plain.help.{word.name}") for word in WORDS)
    assert all(not spelling.isascii() for word in WORDS for spelling in word.zh)


def test_a_table_is_said_row_by_row() -> None:
    table = "| topic | accounts | |\n|---|--:|---|\n| a \\| b | 6 | ### |\n| c |  | # |\n\n| no table |\n"
    assert spoken(f"Before.\n\n{table}") == "Before.\n\n- topic: a \\| b; accounts: 6\n- topic: c\n\n| no table |\n"
    fenced = f"```\n{table}```"
    assert spoken(fenced) == fenced, "what is quoted as it is stays so"
    assert len(spoken("|" * 50_000 + "\n" + "|-" * 50_000)) > 50_000, "and endless ones cost nothing"


@pytest.mark.parametrize("lang", PAGES)
def test_the_page_of_the_documentation_is_the_tables(lang: str) -> None:
    wanted = page(load_words().translator(lang))
    kept = (ROOT / "docs" / PAGES[lang]).read_text(encoding="utf-8")
    assert kept == wanted, "python -m bbs.app.plainpage writes it"
