"""Forms: moving, checking, choosing; each mistake stands under its field, and everything fits."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bbs.terminal.editor import Field
from bbs.terminal.form import Choice, Form, Note, Option, choose, secret, text
from bbs.terminal.view import View
from bbs.text.width import width

YES_NO = (Option("yes", "是"), Option("no", "否"))


class Sent:
    """Keeps what a form handed over."""

    def __init__(self) -> None:
        self.values: list[dict[str, str]] = []

    def __call__(self, values: Mapping[str, str]) -> bool:
        self.values.append(dict(values))
        return True


def needed(value: str) -> str | None:
    return None if value else "请填写笔名"


def registration(sent: Sent) -> Form:
    return Form(
        [
            Note("笔名一经登记不可更改。", "hint"),
            text("name", "笔名", check=needed, must=True, hint="二到十二个字", complete=names),
            secret("password", "密码"),
            choose("list", "出现在在线名单", YES_NO, "no"),
        ],
        sent,
    )


def names(typed: str) -> list[str]:
    return [name for name in ("墨竹", "墨梅", "石") if typed and name.startswith(typed)]


def painted(form: Form, columns: int = 60, rows: int = 20) -> list[str]:
    return [row.text for row in form.draw(columns, rows).rows]


def field(form: Form) -> Field:
    entry = form.focused
    assert entry is not None
    assert isinstance(entry.field, Field)
    return entry.field


def test_labels_stand_in_a_column_and_the_focused_field_is_marked() -> None:
    form = registration(Sent())
    assert [line.rstrip() for line in painted(form)] == [
        " 笔名一经登记不可更改。",
        ">笔名 *",
        "                 二到十二个字",
        " 密码",
        " 出现在在线名单  ( ) 是  (*) 否",
    ]
    frame = form.draw(60, 20)
    assert frame.cursor == (17, 1)
    assert frame.caret


def test_on_a_narrow_terminal_labels_stand_above() -> None:
    form = registration(Sent())
    lines = [line.rstrip() for line in painted(form, 30)]
    assert lines[1:3] == [">笔名 *", ""]
    assert form.draw(30, 20).cursor == (2, 2)


def test_keys_go_to_the_focused_field_and_a_password_is_not_shown() -> None:
    form, view = registration(Sent()), View()
    form.attach(view)
    assert view.editor is form.entries[0].field
    field(form).insert("墨竹")
    assert form.act("form.next") is True
    assert view.editor is form.entries[1].field
    field(form).insert("swordfish")
    lines = painted(form)
    assert not any("swordfish" in line for line in lines)
    assert any("*********" in line for line in lines)
    assert form.values == {"name": "墨竹", "password": "swordfish", "list": "no"}


def test_a_mistake_is_told_under_its_field_and_enter_stays_there() -> None:
    sent = Sent()
    form = registration(sent)
    form.act("form.accept")
    lines = painted(form)
    assert lines[2].strip() == "请填写笔名"
    assert form.focused is form.entries[0]
    form.focus("list")
    assert form.act("form.accept") is True
    assert form.focused is form.entries[0]
    assert sent.values == []
    field(form).insert("石")
    for _ in range(3):
        form.act("form.accept")
    assert sent.values == [{"name": "石", "password": "", "list": "no"}]
    assert not any("请填写" in line for line in painted(form))


def test_passing_by_an_empty_field_is_not_yet_a_mistake() -> None:
    form = registration(Sent())
    form.act("form.down")
    assert not any("请填写" in line for line in painted(form))
    assert form.act("form.up") is True
    assert form.act("form.up") is False
    assert form.act("form.prev") is True
    assert form.focused is form.entries[2]


def test_the_rules_answer_stands_under_the_field_too() -> None:
    form = registration(Sent())
    form.focus("list")
    form.fail("name", "这个笔名已经有人用了")
    assert form.focused is form.entries[0]
    assert any("已经有人用了" in line for line in painted(form))


def test_arrows_belong_to_the_candidates_while_there_are_any() -> None:
    form = registration(Sent())
    field(form).insert("墨")
    assert any("墨竹  墨梅" in line for line in painted(form))
    assert form.act("form.down") is False
    assert field(form).perform("edit.down")
    assert form.values["name"] == "墨竹"
    assert form.act("form.next") is True


def test_finish_submits_from_anywhere_and_cancel_is_answered() -> None:
    sent = Sent()
    form = Form([text("a", "A"), text("b", "B")], sent, on_cancel=lambda: None)
    assert form.act("finish") is True
    assert sent.values == [{"a": "", "b": ""}]
    assert form.act("form.cancel") is None
    assert form.act("page_down") is False


def test_choices_go_round_and_a_letter_picks() -> None:
    choice = Choice([Option("a", "Agree"), Option("d", "Disagree"), Option("n", "Note")], "d")
    assert choice.insert(" ")
    assert choice.text == "n"
    assert choice.perform("edit.right")
    assert choice.text == "a"
    assert choice.perform("edit.left")
    assert choice.text == "n"
    assert choice.insert("D")
    assert choice.text == "d"
    assert not choice.insert("x")
    assert not choice.paste("n")
    assert choice.perform("edit.line_end")
    assert not choice.perform("edit.kill")
    assert "".join(span.text for span in choice.line(60)) == "( ) Agree  ( ) Disagree  (*) Note"
    assert "".join(span.text for span in choice.line(12)) == "< Note >"
    assert Choice(()).text == ""
    assert not Choice(()).insert(" ")


def test_a_long_form_scrolls_to_the_focused_field() -> None:
    form = Form([text(f"f{n}", f"Field {n}") for n in range(30)], Sent())
    form.focus("f29")
    frame = form.draw(60, 10)
    assert len(frame.rows) == 10
    assert frame.cursor is not None
    assert frame.rows[frame.cursor[1]].text.startswith(">Field 29")
    form.focus("f0")
    assert form.draw(60, 10).cursor == (11, 0)


def test_unchanged_fields_keep_their_rows() -> None:
    form = Form([text("a", "A"), text("b", "B"), text("c", "C")], Sent())
    before = form.draw(60, 10).rows
    field(form).insert("x")
    after = form.draw(60, 10).rows
    assert [one is other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_a_form_without_fields_only_says_something() -> None:
    form = Form([Note("没有可以填写的内容。")], Sent())
    assert painted(form) == [" 没有可以填写的内容。"]
    assert form.act("form.next") is False


@given(
    typed=st.text(alphabet="ab食堂★…é", max_size=120),
    label=st.text(alphabet="ab食堂★…é", max_size=40),
    columns=st.integers(20, 140),
    ambiguous=st.sampled_from([1, 2]),
)
def test_no_row_is_wider_than_the_terminal(typed: str, label: str, columns: int, ambiguous: int) -> None:
    form = Form(
        [
            Note(typed),
            text("a", label, typed, hint=typed, must=True, complete=lambda value: [typed, typed]),
            choose("c", label, [Option("1", typed), Option("2", label)]),
        ],
        Sent(),
        ambiguous=ambiguous,
    )
    form.fail("a", typed)
    field(form).insert("x")
    frame = form.draw(columns, 60)
    assert all(width(row.text, ambiguous) <= columns for row in frame.rows)
    assert frame.cursor is not None
    assert 0 <= frame.cursor[0] < columns
