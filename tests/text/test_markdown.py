"""Markdown: what forum members write, as rows."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.text.clean import gate
from bbs.text.markdown import MAX_NESTING, MAX_SOURCE, MEASURE, links, plain, render
from bbs.text.spans import Line
from bbs.text.tables import line_width
from tests.support.corpus import ALL_TEXT, CORPUS


def text_of(rows: list[Line]) -> list[str]:
    return ["".join(span.text for span in row) for row in rows]


def styles_of(rows: list[Line]) -> dict[str, str]:
    return {span.text: span.style for row in rows for span in row}


def shown(source: str, cells: int = 40) -> list[str]:
    return text_of(render(source, cells))


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("one\ntwo\n\nthree", ["one", "two", "", "three"]),
        ("# 标题\n正文", ["标题", "", "正文"]),
        ("> quoted\n> more\n\nanswer", ["> quoted", "> more", "", "answer"]),
        ("> one\n>\n> two", ["> one", ">", "> two"]),
        ("- a\n- b\n  - c\n- d", ["- a", "- b", "  - c", "- d"]),
        ("3. three\n4. four", ["3. three", "4. four"]),
        ("- a\n\n- b", ["- a", "", "- b"]),
        ("> - x\n>   > deep", ["> - x", ">   > deep"]),
        ("```\nif x:\n    y\n\nz\n```", ["  if x:", "      y", "", "  z"]),
        ("a\n---\nb", ["a", "", "-" * 40, "", "b"]),
        ("　　首行缩进\n第二行", ["　　首行缩进", "第二行"]),
        ("　　首行**缩进**\n第二行", ["　　首行缩进", "第二行"]),
        ("    four spaces\nare no *code*", ["    four spaces", "are no code"]),
        ("[1]: 说明", ["[1]: 说明"]),
        ("<b>x</b> &lt; &amp;", ["<b>x</b> < &"]),
        ("<script>\nalert(1)\n</script>", ["<script>", "alert(1)", "</script>"]),
        ("~~gone~~", ["~~gone~~"]),
        ("-", ["-"]),
        (">", [">"]),
        ("", []),
        ("\n\n", []),
    ],
)
def test_blocks(source: str, rows: list[str]) -> None:
    assert shown(source) == rows


def test_inline_styles() -> None:
    styles = styles_of(render("**bold** *soft* `code` plain", 60))
    assert styles == {"bold": "md.strong", "soft": "md.emphasis", "code": "md.code", " ": "", " plain": ""}
    assert styles_of(render("# Head", 60)) == {"Head": "md.heading"}
    assert styles_of(render("> said", 60)) == {"> ": "md.quote", "said": "md.quote"}
    assert styles_of(render("- item", 60)) == {"- ": "md.bullet", "item": ""}
    assert styles_of(render("***", 4)) == {"----": "md.rule"}


def test_links_tell_the_real_host() -> None:
    source = "[official](https://official@evil.example/x) <https://b.example> https://c.example/y。 [same](https://b.example)"
    assert shown(source, 200) == [
        "official (evil.example)[1] https://b.example[2] https://c.example/y[3]。 same (b.example)[2]",
        "",
        "[1] https://official@evil.example/x",
    ]
    assert links(source) == ["https://official@evil.example/x", "https://b.example", "https://c.example/y"]


def test_look_alike_hosts_are_shown_as_they_are_resolved() -> None:
    assert "xn--" in " ".join(shown("[bank](https://b\u0430nk.example/)", 80))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x"])
def test_dangerous_schemes_are_no_links(address: str) -> None:
    assert links(f"[x]({address})") == []
    assert address in "".join(shown(f"[x]({address})", 80))


def test_table() -> None:
    assert shown("| 名称 | n |\n|---|---|\n| 食堂 | 12 |\n| a **b** | |") == [
        "名称 | n",
        "-----+---",
        "食堂 | 12",
        "a b  | ",
    ]
    wide = "| a | b |\n|---|---|\n| " + "word " * 20 + "| " + "字" * 40 + " |"
    assert max(line_width(row) for row in render(wide, 30)) <= 30
    many = "|" + "a|" * 20 + "\n|" + "-|" * 20
    assert "".join(shown(many, 20)).count("a") == 20


def test_deep_or_long_text_is_shown_as_typed() -> None:
    deep = ">" * (MAX_NESTING * 2) + " bottom"
    assert "bottom" in " ".join(shown(deep, 300))
    long = "**x** " * (MAX_SOURCE // 5)
    assert "**x**" in shown(long, 80)[0]


def test_deep_lists_leave_room_for_text() -> None:
    source = "\n".join("  " * level + "- item" for level in range(10))
    rows = render(source, 20)
    assert max(map(line_width, rows)) <= 20
    assert "".join(text_of(rows)).count("item") == 10


@pytest.mark.parametrize("cells", [78, 20, 2])
def test_corpus_never_raises_and_never_passes_a_control(cells: int) -> None:
    for text in [*ALL_TEXT, *(f"**{text}** [{text}](https://x.example/{text})" for text in CORPUS["H_encoded"])]:
        for row in render(text, cells):
            assert line_width(row) <= max(cells, 2)
            for span in row:
                assert gate(span.text) == span.text
                assert "\n" not in span.text
        assert "\n" not in plain(text)


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab中。 \n\n>-*_`[]()#|!\\<&;1.\u0301~:/"), max_size=80), st.integers(2, 50))
def test_any_text_fits_and_keeps_its_letters(source: str, cells: int) -> None:
    rows = render(source, cells)
    assert all(line_width(row) <= cells for row in rows)
    assert plain(source) == gate(plain(source))
    if not set(source) & set("[]&`|("):
        assert "".join(text_of(rows)).count("中") == source.count("中")


@pytest.mark.parametrize(
    "source",
    [
        "[" * 20_000,
        "![" * 10_000,
        "[a](" * 5_000,
        "*a **b " * 3_000,
        "`" * 20_000,
        "> " * 10_000,
        "- " * 10_000,
        "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|\n" * 1_000,
        "\n".join("  " * level + "- x" for level in range(140)),
        "<http://a" * 2_000,
    ],
    ids=lambda source: source[:6],
)
def test_hostile_text_takes_bounded_time(source: str) -> None:
    start = time.process_time()
    render(source, 10)
    assert time.process_time() - start < 1.5  # seconds


def test_plain_gives_a_snippet() -> None:
    assert plain("# 标题\n\n> quoted\n\n**Bold** text\nwith [link](https://x.example)") == "标题 Bold text with link"
    assert plain("> only a quote") == "only a quote"
    assert plain("no markup\nat all") == "no markup at all"
    assert plain("x" * 500, 10) == "x" * 10


def test_running_text_keeps_to_a_measure_that_tables_and_code_do_not() -> None:
    words, code = "word " * 60, "x" * 150
    rows = text_of(render(f"{words}\n\n> {words}\n\n    {code}\n\n```\n{code}\n```\n", 180))
    assert max(map(len, rows)) == len(code) + 2
    assert all(len(row) <= MEASURE + 2 for row in rows if "word" in row)
    assert max(len(row) for row in text_of(render(words, 180))) > MEASURE - 5
