"""The one table of keys: complete, without conflicts, in both languages, and the same as the written contract."""

from __future__ import annotations

import pytest

from bbs.errors import Invalid
from bbs.terminal.commands import CATEGORIES, COMMANDS, RETIRED, Context, Preset
from bbs.terminal.keymap import Keymap, parse_key, preset_keymap, show_key
from bbs.terminal.services import QUICK
from tests.support.terminal import words

CONTRACT = {
    "list": {
        "up": "up k", "down": "down j", "page_up": "pageup c-b", "page_down": "pagedown c-f space", "first": "home",
        "last": "end $", "enter": "right enter r", "leave": "left q e", "number": "0 5 9", "find": "/",
        "find_author": "a", "boards_goto": "s", "unread_next": "S", "thread_first": "=", "thread_prev": "[",
        "thread_next": "]", "thread_last": "\\", "post": "c-p", "reply": "y R", "push": "X %", "mark_read": "v",
        "undo": "u", "favourite": "f", "keep": "m", "digest": "g", "pin": "_", "tag": "t", "retitle": "T", "edit": "E",
        "delete": "d", "delete_range": "D", "library": "x z", "notice": "b", "tab": "tab", "case": "L", "details": "Q",
        "message": "w", "vote": "V", "report": "!", "help": "h ? f1", "goto": ":", "redraw": "c-l", "who": "c-u",
        "quick": "c-z", "where": "c-w", "interrupt": "c-c",
    },
    "reader": {
        "up": "up k", "down": "down j", "page_up": "pageup c-b", "page_down": "pagedown c-f", "page_or_next": "space",
        "first": "home", "last": "end $", "leave": "left q e", "number": "0 5 9", "find": "/", "find_next": "n",
        "find_prev": "N", "boards_goto": "s", "unread_next": "S", "thread_first": "=", "thread_prev": "[",
        "thread_next": "]", "thread_last": "\\", "reply": "y R", "push": "X %", "favourite": "f", "edit": "E",
        "retitle": "T", "delete": "d", "case": "L", "details": "Q", "message": "w", "vote": "V", "report": "!",
        "help": "h ? f1", "goto": ":", "redraw": "c-l", "who": "c-u", "quick": "c-z", "where": "c-w",
    },
    "editor": {
        "finish": "c-x", "editor_help": "f1", "editor_find": "f3", "redraw": "c-l", "who": "c-u", "quick": "c-z",
        "where": "c-w", "interrupt": "c-c",
    },
    "edit": {
        "edit.kill": "c-k", "edit.delete_line": "c-y", "edit.line_start": "c-a home", "edit.line_end": "c-e end",
        "edit.text_end": "c-t", "edit.page_up": "pageup c-b", "edit.page_down": "pagedown c-f", "edit.up": "up",
    },
    "home": {
        "home.news": "n", "home.boards": "b", "home.favourites": "f", "home.unread": "u", "home.officers": "o",
        "home.cases": "c", "home.live": "l", "home.mail": "m", "home.inbox": "i", "home.search": "/",
        "home.tools": "t", "home.who": "w", "home.preferences": "p", "home.quit": "q", "help": "h", "goto": ":",
        "up": "up k", "down": "down j", "enter": "enter right", "redraw": "c-l",
    },
}  # fmt: skip


@pytest.mark.parametrize("context", sorted(CONTRACT))
def test_the_standard_keys_are_those_of_the_contract(context: str) -> None:
    keymap = preset_keymap("standard")
    for action, keys in CONTRACT[context].items():
        for key in keys.split():
            assert keymap.lookup(context, " " if key == "space" else key) == action, (context, key)


@pytest.mark.parametrize("preset", list(Preset))
@pytest.mark.parametrize("context", list(Context))
def test_no_key_has_two_meanings_in_a_context(preset: Preset, context: Context) -> None:
    seen: dict[str, str] = {}
    for command in COMMANDS:
        if context in command.contexts:
            for key in command.keys(preset):
                assert seen.setdefault(key, command.id) == command.id, (key, command.id)


@pytest.mark.parametrize("preset", list(Preset))
def test_every_command_has_a_key_in_every_preset(preset: Preset) -> None:
    keymap = preset_keymap(preset)
    for command in COMMANDS:
        for context in command.contexts:
            assert keymap.key_for(command.id, context), (command.id, context)


@pytest.mark.parametrize("preset", list(Preset))
def test_editing_keys_are_not_shadowed_where_text_is_typed(preset: Preset) -> None:
    keymap = preset_keymap(preset)
    for command in COMMANDS:
        if Context.EDIT in command.contexts:
            for key in command.keys(preset):
                assert keymap.lookup("editor", key) is None, key


@pytest.mark.parametrize("preset", list(Preset))
def test_retired_keys_are_free_and_lead_somewhere(preset: Preset) -> None:
    keymap = preset_keymap(preset)
    for retired in RETIRED[preset]:
        for context in retired.contexts:
            assert keymap.lookup(context, retired.key) is None, retired
            assert keymap.instead(context, retired.key) == retired.action
            assert keymap.key_for(retired.action, context), retired


@pytest.mark.parametrize("preset", list(Preset))
def test_flow_control_and_awkward_keys_do_nothing_important(preset: Preset) -> None:
    keymap = preset_keymap(preset)
    for context in Context:
        for key in ("c-s", "c-q", "c-o"):
            assert keymap.lookup(context, key) is None
    for command in COMMANDS:
        for context in command.contexts:
            keys = keymap.keys_for(command.id, context)
            alone = all(len(key) > 1 and key[0] == "f" and key[1:].isdigit() for key in keys)
            assert not alone or command.id in ("editor_help", "editor_find"), command.id


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_category_and_place_has_words(lang: str) -> None:
    say = words(lang)
    ids = [command.help for command in COMMANDS] + [f"keys.{category}" for category in CATEGORIES]
    ids += [place.label for place in QUICK]
    for message in ids:
        assert say(message)


def test_own_keys_win_over_the_preset() -> None:
    keymap = Keymap("ptt", {"post": ("^N",), "list:reply": ("k",)})
    assert keymap.lookup("list", "c-n") == "post"
    assert keymap.lookup("list", "c-p") is None
    assert keymap.lookup("list", "k") == "reply"
    assert keymap.lookup("reader", "y") == "reply"
    assert keymap.key_for("up", "list") == "Up"
    assert keymap.key_for("post", "list") == "^N"


def test_a_key_taken_away_is_not_shown_any_more() -> None:
    keymap = Keymap("standard", {"list:push": ("/",)})
    assert keymap.key_for("find", "list") == ""
    assert keymap.key_for("find", "reader") == "/"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"post": ("^C",)}, "key.reserved"),
        ({"post": ("Esc",)}, "key.reserved"),
        ({"post": ("nonsense",)}, "key.unknown"),
        ({"no.such": ("x",)}, "key.no_command"),
        ({f"x{number}": ("x",) for number in range(201)}, "key.too_many"),
    ],
)
def test_wrong_changes_are_refused(overrides: dict[str, tuple[str, ...]], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Keymap("standard", overrides)
    assert caught.value.code == code
    assert words("zh").error(caught.value) != code


def test_an_unknown_preset_is_the_standard_one() -> None:
    assert Keymap("emacs").preset is Preset.STANDARD


@pytest.mark.parametrize(
    ("key", "shown"),
    [("c-p", "^P"), ("pageup", "PgUp"), ("enter", "Enter"), ("j", "j"), (" ", "Space"), ("f1", "F1"),
     ("s-tab", "Shift-Tab"), ("c-_", "^_"), ("c-left", "Ctrl-Left")],
)  # fmt: skip
def test_keys_are_shown_as_people_know_them(key: str, shown: str) -> None:
    assert show_key(key) == shown


@pytest.mark.parametrize(
    ("text", "key"),
    [("^P", "c-p"), ("ctrl-p", "c-p"), ("^M", "enter"), ("PgUp", "pageup"), ("pageup", "pageup"), ("F1", "f1"),
     ("j", "j"), ("%", "%"), ("Space", "space"), (" ", "space"), ("Esc", "escape")],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(text: str, key: str) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", "ctrl-", "f25", "f0", "\x1b", "xx", "^é", "x" * 1000])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_key(text)


def test_help_lists_the_commands_of_a_context_with_their_keys() -> None:
    rows = {command.id: keys for command, keys in preset_keymap("standard").help("list")}
    assert rows["post"] == ("^P",)
    assert rows["page_down"] == ("PgDn", "^F", "Space")
    assert "find_next" not in rows
