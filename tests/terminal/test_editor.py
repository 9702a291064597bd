"""Writing: every command, wide characters, wrapping, limits, undo, memory."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs.terminal.editor import Editor, Field
from bbs.terminal.softwrap import column_of, offset_at, pieces, row_of
from bbs.text.width import width


def shown(editor: Editor, columns: int = 20, rows: int = 5) -> list[str]:
    return [row.text for row in editor.draw(columns, rows).rows]


def at(text: str) -> Editor:
    """An editor with its caret where the bar stands."""
    position = text.index("|")
    editor = Editor(text.replace("|", ""))
    editor.position = position
    return editor


def seen(editor: Editor) -> str:
    return editor.text[: editor.position] + "|" + editor.text[editor.position :]


@pytest.mark.parametrize(
    ("before", "actions", "after"),
    [
        ("ab|c", "left", "a|bc"), ("|abc", "left", "|abc"), ("abc|", "right", "abc|"), ("食|堂", "right", "食堂|"),
        ("a\n|b", "left", "a|\nb"), ("ab|c", "backspace", "a|c"), ("|abc", "backspace", "|abc"),
        ("a|bc", "delete", "a|c"), ("abc|", "delete", "abc|"), ("a|\nb", "delete", "a|b"),
        ("one\ntw|o", "line_start", "one\n|two"), ("o|ne\ntwo", "line_end", "one|\ntwo"),
        ("one\ntw|o", "text_start", "|one\ntwo"), ("|one\ntwo", "text_end", "one\ntwo|"),
        ("one two| three", "word_left", "one |two three"), ("one| two", "word_right", "one |two"),
        ("one t|wo\nx", "kill", "one t|\nx"), ("one|\nx", "kill", "one|x"), ("one|", "kill", "one|"),
        ("one\ntw|o\nx", "delete_line", "one\n|x"), ("on|e", "delete_line", "|"), ("|", "delete_line", "|"),
        ("one\ntw|o\nx", "delete_line yank yank", "one\ntwo\ntwo\n|x"),
        ("on|e", "kill yank line_start yank", "e|one"), ("ab|c", "newline", "ab\n|c"),
        ("ab|cd\nefgh", "down", "abcd\nef|gh"), ("abcd\nef|gh", "up", "ab|cd\nefgh"),
        ("abcdef|\nx\nabcdef", "down down", "abcdef\nx\nabcdef|"), ("食堂|早\nabcdef", "down", "食堂早\nabcd|ef"),
        ("ab|c", "kill undo", "ab|c"), ("ab|c", "kill undo redo", "ab|"), ("ab|c", "undo redo", "ab|c"),
        ("👨‍👩‍👧|x", "left", "|👨‍👩‍👧x"), ("e\u0301|x", "backspace", "|x"),
    ],
)  # fmt: skip
def test_commands(before: str, actions: str, after: str) -> None:
    editor = at(before)
    for action in actions.split():
        editor.perform(f"edit.{action}")
    assert seen(editor) == after


def test_a_command_that_changes_nothing_says_so() -> None:
    editor = at("|abc")
    assert not editor.perform("edit.left")
    assert editor.perform("edit.right")
    assert not editor.perform("edit.no_such")


def test_typing_is_one_step_to_undo_until_the_caret_moves() -> None:
    editor = Editor()
    for char in "abc":
        editor.insert(char)
    editor.perform("edit.left")
    editor.insert("x")
    editor.perform("edit.undo")
    assert editor.text == "abc"
    editor.perform("edit.undo")
    assert editor.text == ""
    editor.perform("edit.redo")
    editor.perform("edit.redo")
    assert editor.text == "abxc"


def test_the_limit_is_kept_and_told() -> None:
    told: list[tuple[str, dict[str, object]]] = []
    editor = Editor("x" * 9, limit=10)
    editor.notice = lambda message, params: told.append((message, params))
    assert editor.insert("y")
    assert not editor.insert("z")
    assert not editor.perform("edit.newline")
    assert told == [("editor.full", {"limit": 10})] * 2
    editor.perform("edit.backspace")
    assert editor.paste("pq")
    assert editor.text == "x" * 9 + "p"
    assert told[-1][0] == "editor.paste_cut"


def test_changed_is_called_for_changes_only() -> None:
    calls: list[str] = []
    editor = Editor(changed=lambda: calls.append(editor.text))
    editor.insert("a")
    editor.perform("edit.left")
    editor.paste("b")
    editor.perform("edit.undo")
    assert calls == ["a", "ba", "a"]


@pytest.mark.parametrize(
    ("pasted", "text"),
    [("a\r\nb\rc\n", "a\nb\nc\n"), ("\x1b[31mred\x1b[0m", "red"), ("a\tb", "a   b"), ("word ", "word "),
     ("\x00\x07", ""), ("\n\nx", "\n\nx"), ("a\u202eb", "ab"), ("\ud800x", "x")],
)  # fmt: skip
def test_pasted_text_is_cleaned(pasted: str, text: str) -> None:
    editor = Editor()
    editor.paste(pasted)
    assert editor.text == text


def test_long_lines_wrap_and_the_caret_follows() -> None:
    editor = Editor("食堂早餐能否早半小时 please")
    frame = editor.draw(11, 5)
    assert [row.text for row in frame.rows] == ["食堂早餐能", "否早半小时", " please"]
    assert frame.cursor == (7, 2)
    assert frame.caret
    editor.perform("edit.up")
    assert editor.draw(11, 5).cursor == (6, 1)
    editor.perform("edit.down")
    assert seen(editor) == "食堂早餐能否早半小时 please|"


def test_rows_that_did_not_change_are_the_same_objects() -> None:
    editor = Editor("one\ntwo\nthree")
    before = editor.draw(40, 5).rows
    editor.insert("!")
    after = editor.draw(40, 5).rows
    assert after[0] is before[0]
    assert after[1] is before[1]
    assert after[2].text == "three!"


def test_the_caret_is_always_in_sight() -> None:
    editor = Editor("\n".join(f"line {number} " + "字" * number for number in range(60)))
    for action in ["page_up"] * 3 + ["page_down"] * 2 + ["text_start", "text_end"] + ["up"] * 30 + ["down"] * 10:
        editor.perform(f"edit.{action}")
        frame = editor.draw(30, 7)
        assert len(frame.rows) <= 7
        assert frame.cursor is not None
        column, row = frame.cursor
        assert 0 <= column < 30
        assert 0 <= row < len(frame.rows)
        line = editor.text[: editor.position].rpartition("\n")[2]
        assert frame.rows[row].text[:1] in line or not line


def test_find_goes_round() -> None:
    editor = at("|食堂 canteen 食堂 Canteen")
    assert editor.find("canteen")
    assert editor.position == 3
    assert editor.find("canteen")
    assert editor.position == 14
    assert editor.find("食堂")
    assert editor.position == 0
    assert not editor.find("nothing")
    assert not editor.find("")


@given(
    st.text(alphabet=st.sampled_from("ab 食堂，。é👍\u0301"), max_size=60), st.integers(2, 15), st.sampled_from([1, 2])
)
@settings(max_examples=200)
def test_wrapping_loses_nothing_and_every_position_has_a_cell(text: str, cells: int, ambiguous: int) -> None:
    rows = pieces(text, cells, ambiguous)
    assert "".join(text[piece.start : piece.end] for piece in rows) == text
    assert rows[0].start == 0
    for piece in rows:
        assert width(text[piece.start : piece.end], ambiguous) <= max(cells, 2)
    for offset in range(len(text) + 1):
        piece = rows[row_of(rows, offset)]
        assert piece.start <= offset <= piece.end
        assert column_of(text, piece, offset, ambiguous) <= cells + 2
    for index, piece in enumerate(rows):
        for column in range(cells + 2):
            found = offset_at(text, piece, column, last=index == len(rows) - 1, ambiguous=ambiguous)
            assert piece.start <= found <= piece.end
            assert row_of(rows, found) == index or len(text) == 0


@given(st.lists(st.sampled_from(
    ["x", "食", " ", "\u0301", "newline", "left", "right", "up", "down", "backspace", "delete", "kill", "delete_line",
     "yank", "undo", "redo", "line_start", "line_end", "page_up", "page_down", "text_start", "text_end", "word_left",
     "word_right"]), max_size=60))  # fmt: skip
@settings(max_examples=100)
def test_any_sequence_of_commands_leaves_a_caret_within_the_text(commands: list[str]) -> None:
    editor = Editor("食堂 ab\n早餐", limit=40)
    for command in commands:
        if len(command) == 1:
            editor.insert(command)
        else:
            editor.perform(f"edit.{command}")
        assert 0 <= editor.position <= len(editor.text) <= 40
        frame = editor.draw(8, 3)
        assert frame.cursor is not None
        assert frame.cursor[0] < 8
        assert frame.cursor[1] < max(1, len(frame.rows))


def test_an_editor_in_use_takes_little_memory() -> None:
    Editor("warm").draw(78, 20)
    gc.collect()
    tracemalloc.start()
    editor = Editor(limit=20_000)
    for _ in range(250):
        for char in "食堂早餐能否早半小时 please ":
            editor.insert(char)
        editor.perform("edit.newline")
        editor.draw(78, 20)
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(editor.text) > 4000
    assert used < 300_000


def test_a_field_scrolls_sideways_to_its_caret() -> None:
    field = Field("abcdefghijklmnop")
    row, caret = field.row(8)
    assert row.text.endswith("p")
    assert caret == 7
    field.perform("edit.line_start")
    row, caret = field.row(8)
    assert row.text.startswith("abc")
    assert caret == 0
    wide = Field("食堂早餐能否早半小时")
    row, caret = wide.row(7)
    assert caret <= 6
    assert width(row.text) <= 7


def test_a_field_is_one_line() -> None:
    field = Field()
    field.paste("one\ntwo\r\n three ")
    field.perform("edit.newline")
    assert field.text == "one two three"


def test_a_field_completes_round_and_back() -> None:
    field = Field(complete=lambda text: [name for name in ("aa", "ab", "b") if name.startswith(text)])
    field.insert("a")
    assert list(field.candidates) == ["aa", "ab"]
    field.next_candidate()
    assert field.text == "aa"
    field.next_candidate()
    field.next_candidate()
    assert field.text == "aa"
    field.next_candidate(-1)
    assert field.text == "ab"
    field.insert("c")
    assert list(field.candidates) == []
    assert not field.next_candidate()


def test_a_secret_field_draws_stars_of_its_length() -> None:
    field = Field("食x", secret=True)
    assert field.draw(20).rows[0].text == "**"


def test_a_terminal_that_grows_shows_what_is_above() -> None:
    editor = Editor("\n".join(f"line {number}" for number in range(9)))
    editor.perform("edit.text_end")
    assert shown(editor, rows=3)[0] == "line 6"
    assert shown(editor, rows=6)[0] == "line 3"
    assert shown(editor, rows=20)[0] == "line 0"
    assert shown(editor, rows=3)[0] == "line 6"
