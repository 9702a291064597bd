"""Pen names: look-alikes meet, reserved words are refused, ordinary names pass."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.errors import Invalid
from bbs.text.names import check_pen_name, fold, is_reserved
from tests.support.corpus import CORPUS


@pytest.mark.parametrize(
    "name", ["reed", "plum", "lin", "zhou", "keeper", "墨竹", "stone", "li.na-2", "a墨", "Zoë", "Иван"]
)
def test_ordinary_names_pass(name: str) -> None:
    assert check_pen_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"), [(" reed ", "reed"), ("ｒｅｅｄ", "reed"), ("re\u200bed", "reed"), ("e\u0301lan", "élan")]
)
def test_names_are_cleaned(typed: str, name: str) -> None:
    assert check_pen_name(typed) == name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name.empty"),
        ("\u3164\u2800", "name.empty"),
        ("a", "name.length"),
        ("x" * 17, "name.length"),
        ("中" * 9, "name.length"),
        ("1up", "name.characters"),
        ("_x", "name.characters"),
        ("x_", "name.characters"),
        ("two words", "name.characters"),
        ("r\u0435ed", "name.characters"),
        ("かな漢字", "name.characters"),
        ("x\u0663", "name.characters"),
        ("sysop", "name.reserved"),
        ("SysOp_7", "name.reserved"),
        ("s.y.s.o.p", "name.reserved"),
        ("adm1n", "name.reserved"),
        ("rnod", "name.reserved"),
        ("菅理员", "name.reserved"),
        ("官方发布", "name.reserved"),
        ("officiaI", "name.reserved"),
        ("guest", "name.reserved"),
        ("new", "name.reserved"),
    ],
)
def test_refused(name: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_pen_name(name)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("admin", "\u0430dmin"),
        ("admin", "adm\u0456n"),
        ("admin", "\u0391DM\u0399\u039d"),
        ("admin", "\uff41dmin"),
        ("admin", "ad\u200bmin "),
        ("admin", "adm1n"),
        ("sysop", "sys0p"),
        ("sysop", "\u017fysop"),
        ("modem", "modern"),
        ("reed", "Re.ed"),
        ("zoe", "Zoë"),
        ("kelvin", "\u212aelvin"),
        ("HH", "\u041d\u041d"),
    ],
)
def test_look_alikes_have_one_fold(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_names_stay_different() -> None:
    names = ["reed", "plum", "lin", "zhou", "keeper", "墨竹", "墨梅", "stone", "store", "clan", "dan", "x2", "x3"]
    assert len({fold(name) for name in names}) == len(names)


def test_the_name_corpus_has_no_way_to_a_reserved_word() -> None:
    for name in CORPUS["F_names"]:
        try:
            passed = check_pen_name(name)
        except Invalid:
            continue
        assert not is_reserved(passed)
        assert fold(passed) not in {fold("admin"), fold("sysop")}


@settings(max_examples=300)
@given(st.text(max_size=30))
def test_fold_and_check_are_stable(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    try:
        passed = check_pen_name(name)
    except Invalid:
        return
    assert check_pen_name(passed) == passed
