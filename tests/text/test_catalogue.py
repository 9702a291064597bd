"""Message catalogues: both languages say the same things."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bbs.errors import Failed, Invalid
from bbs.text.catalogue import Catalogues, compare

LOCALE = Path(__file__).parents[2] / "screens" / "locale"

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def write(directory: Path, name: str, **messages: str) -> None:
    entries = "".join(f'msgid "{key}"\nmsgstr "{text}"\n\n' for key, text in messages.items())
    (directory / name).write_text(HEAD + entries, encoding="utf-8")


def test_this_rooms_catalogues_agree(tmp_path: Path) -> None:
    for path in LOCALE.glob("text.*.po"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert compare(tmp_path) == []
    assert Catalogues(tmp_path).languages == ("en", "zh")


def test_messages_are_filled_and_errors_told() -> None:
    catalogues = Catalogues(LOCALE, strict=True)
    zh, en = catalogues.translator("zh"), catalogues.translator("en")
    error = Invalid("name.length", least=2, most=16)
    assert zh.error(error) == "笔名须占 2 至 16 列，一个汉字占两列。"
    assert "2 to 16" in en.error(error)
    assert en.plural("time.ago.days", 1) == "1 day ago"
    assert en.plural("time.ago.days", 2) == "2 days ago"
    assert zh.plural("time.ago.days", 1) == "1 天前"
    assert en.lang == "en"
    assert en.has("time.now")
    assert not en.has("time.never")


def test_parameters_pass_the_gate_on_one_row() -> None:
    said = Catalogues(LOCALE).translator("en")("name.reserved", name="\x1b[2Jx\ny{name}")
    assert said == "The name x y{name} is reserved. Please choose another."


def test_a_missing_message_is_its_id_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    translator = Catalogues(LOCALE).translator("en")
    with caplog.at_level(logging.WARNING):
        assert translator("no.such") == "no.such"
        assert translator.plural("no.such", 2) == "no.such"
    assert len(caplog.records) == 1
    assert translator("name.reserved") == "The name {name} is reserved. Please choose another."
    with pytest.raises(KeyError):
        Catalogues(LOCALE, strict=True).translator("en")("no.such")


def test_a_broken_template_does_not_end_the_screen(tmp_path: Path) -> None:
    write(tmp_path, "a.en.po", bad="{x:,}", braces="{{literal}}")
    translator = Catalogues(tmp_path).translator("en")
    assert translator("bad") == "bad"
    assert translator("braces") == "{literal}"


def test_language_falls_back(tmp_path: Path) -> None:
    catalogues = Catalogues(LOCALE)
    assert catalogues.translator("zh_CN").lang == "zh"
    assert catalogues.translator("fr").lang == "en"
    with pytest.raises(Failed, match=r"catalogue\.empty"):
        Catalogues(tmp_path)


def test_compare_tells_what_differs(tmp_path: Path) -> None:
    write(tmp_path, "a.en.po", same="x {n}", fields="{a} {b}", only_en="x", empty="", broken="{", blank="{}")
    write(tmp_path, "a.zh.po", same="{n} y", fields="{a}", only_zh="x", empty="x", broken="x", blank="x")
    write(tmp_path, "b.zh.po", same="again {n}")
    problems = "\n".join(compare(tmp_path))
    assert "zh: only_en is missing" in problems
    assert "en: only_zh is missing" in problems
    assert "fields has different fields: en ['a', 'b'], zh ['a']" in problems
    assert "empty is empty" in problems
    assert "en: broken has a broken field" in problems
    assert "en: blank has a broken field" in problems
    assert "same is defined twice in zh" in problems
    assert len(problems.split("\n")) == 7


def test_an_unreadable_catalogue_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.en.po").write_bytes(b'msgid "x"\nmsgstr "\xff"\n')
    with pytest.raises(Failed, match=r"a\.en\.po"):
        Catalogues(tmp_path)


def test_an_error_within_an_error_is_said_in_words(tmp_path: Path) -> None:
    write(tmp_path, "a.en.po", outer="line {line}: {problem}", inner="no section {name}")
    en = Catalogues(tmp_path).translator("en")
    assert en.error(Invalid("outer", line=3, problem=Invalid("inner", name="x"))) == "line 3: no section x"
