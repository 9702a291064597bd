"""Keys from bytes: decoding, bounds on escape sequences and pastes, fairness between sessions."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.input import vt100_parser
from prompt_toolkit.key_binding import KeyPress

from bbs.terminal.commands import Preset
from bbs.terminal.input import MAX_WAITING, KeyInput, bytes_of, key_name
from bbs.terminal.keymap import preset_keymap
from bbs.terminal.memory import MemoryLink
from bbs.terminal.parser import MAX_PASTE, MAX_PREFIXES, KeyParser, Pasted
from bbs.terminal.stage import TerminalStage
from tests.support.lag import own_work
from tests.support.terminal import Driver, services, words
from tests.support.views import Lines
from tests.support.waiting import until


def parse(*chunks: str, flush: bool = True) -> list[KeyPress]:
    presses: list[KeyPress] = []
    parser = KeyParser(presses.append)
    for chunk in chunks:
        parser.feed(chunk)
    if flush:
        parser.flush()
    return presses


def names(*chunks: str) -> list[str]:
    return [key_name(press) for press in parse(*chunks)]


class Typed:
    """An input of its own, without a stage."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.presses: list[KeyPress] = []
        self.drops = 0
        self.batches = 0
        self.link = MemoryLink(encoding=encoding)
        self.input = KeyInput(self.link, self.presses.append, self._after, self._drop)

    def _after(self) -> None:
        self.batches += 1

    def _drop(self) -> None:
        self.drops += 1

    async def feed(self, *chunks: bytes) -> str:
        with self.input.attach(lambda: None):
            for chunk in chunks:
                self.input.received(chunk)
            await until(lambda: not self.input.waiting)
        return "".join(press.data for press in self.presses)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
async def test_text_arrives_whole_however_it_is_split(encoding: str) -> None:
    text = "食堂 ok 電梯" if encoding == "big5" else "食堂 ok 电梯 𠮷"
    if encoding == "big5":
        text = text.replace("食堂", "食物")
    data = text.encode(encoding)
    typed = Typed(encoding)
    assert await typed.feed(*(data[index : index + 1] for index in range(len(data)))) == text


async def test_bad_bytes_become_replacement_characters_never_surrogates() -> None:
    text = await Typed().feed(b"ca\xfe\xff\x80x")
    assert text == "ca\ufffd\ufffd\ufffdx"
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("\x1b[A", ["up"]),
        ("\x1bOA", ["up"]),
        ("\x1b[5~", ["pageup"]),
        ("\x1b[Z", ["s-tab"]),
        ("\r", ["enter"]),
        ("\n", ["enter"]),
        ("\t", ["tab"]),
        ("\x7f", ["backspace"]),
        ("\x08", ["backspace"]),
        ("\x10", ["c-p"]),
        ("\x1b", ["escape"]),
        ("\x1bj", ["escape", "j"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("a\x1b[Bb", ["a", "down", "b"]),
    ],
)
def test_keys_have_the_names_the_keymap_knows(data: str, expected: list[str]) -> None:
    assert names(data) == expected
    assert names(*data) == expected


def test_every_named_key_is_typed_and_read_back() -> None:
    for name in ("up", "pagedown", "enter", "tab", "s-tab", "escape", "c-p", "f1", "home", "end", "delete", "c-left"):
        assert names(bytes_of(name).decode("latin-1")) == [name]


def test_an_endless_sequence_is_dropped_and_leaves_nothing_behind() -> None:
    before = len(vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE)
    assert names("\x1b[<" + "1" * 100_000 + "Mj") == ["j"]
    assert len(vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE) <= before + 64


def test_the_shared_prefix_cache_stays_bounded() -> None:
    for number in range(3 * MAX_PREFIXES):
        parse(f"\x1b[<{number}")
    assert len(vt100_parser._IS_PREFIX_OF_LONGER_MATCH_CACHE) <= MAX_PREFIXES + 64


def test_a_paste_is_one_press_however_it_is_split() -> None:
    data = "\x1b[200~一行\r\n二行\x1b[201~j"
    for chunks in ([data], list(data), [data[:10], data[10:]]):
        paste, key = parse(*chunks)
        assert isinstance(paste, Pasted)
        assert (paste.data, paste.cut, key.data) == ("一行\r\n二行", False, "j")


def test_a_paste_over_the_cap_is_cut_and_says_so() -> None:
    paste, key = parse("\x1b[200~", *["x" * 1000] * 1000, "\x1b[201~j")
    assert isinstance(paste, Pasted)
    assert (len(paste.data), paste.cut, key.data) == (MAX_PASTE, True, "j")


def test_an_unfinished_paste_keeps_no_more_than_the_cap_and_ends_on_flush() -> None:
    presses: list[KeyPress] = []
    parser = KeyParser(presses.append)
    parser.feed("\x1b[200~")
    for _ in range(2000):
        parser.feed("x" * 1000)
    assert parser.pasting
    assert not presses
    assert sum(map(len, parser._pasted)) == MAX_PASTE
    parser.flush()
    assert len(presses[0].data) == MAX_PASTE
    assert parser.idle


def test_many_tiny_pastes_do_not_recurse() -> None:
    presses = parse("\x1b[200~a\x1b[201~" * 5000)
    assert len(presses) == 5000


def test_an_end_mark_inside_a_paste_ends_it_and_what_follows_is_typed() -> None:
    paste, *rest = parse("\x1b[200~abc\x1b[201~dY\x1b[201~")
    assert paste.data == "abc"
    assert [press.data for press in rest][:2] == ["d", "Y"]


@given(st.text(alphabet=st.sampled_from("\x1b[]<~;0129AMOZx\x9b\x00\r食"), max_size=80), st.integers(1, 7))
@settings(max_examples=150)
def test_no_input_raises_and_splitting_changes_nothing(data: str, step: int) -> None:
    whole = [(key_name(press), press.data) for press in parse(data)]
    split = [(key_name(press), press.data) for press in parse(*(data[i : i + step] for i in range(0, len(data), step)))]
    assert whole == split


async def test_a_lone_escape_is_a_key_after_a_moment() -> None:
    typed = Typed()
    with typed.input.attach(lambda: None):
        started = time.perf_counter()
        typed.input.received(b"\x1b")
        assert not typed.presses
        await until(lambda: typed.presses)
        took = time.perf_counter() - started
    assert key_name(typed.presses[0]) == "escape"
    assert took > 0.09


async def test_too_much_input_pauses_the_link_then_resumes_it() -> None:
    typed = Typed()
    with typed.input.attach(lambda: None):
        typed.input.received(b"j" * 200_000)
        paused = typed.link.paused
        await until(lambda: not typed.input.waiting)
    assert paused
    assert not typed.link.paused
    assert len(typed.presses) == 200_000
    assert not typed.drops


async def test_a_link_that_does_not_pause_cannot_grow_memory() -> None:
    typed = Typed()
    with typed.input.attach(lambda: None):
        for _ in range(100):
            typed.input.received(b"j" * 32_768)
            assert typed.input.waiting <= MAX_WAITING + 4096
    assert typed.drops


async def test_nothing_comes_after_close() -> None:
    typed = Typed()
    with typed.input.attach(lambda: None):
        typed.input.received(b"j")
        typed.input.close()
        typed.input.received(b"k")
    assert [press.data for press in typed.presses] == ["j"]
    assert typed.input.closed


async def test_one_session_cannot_slow_the_others() -> None:
    """A mebibyte of keys and one of paste arrive at once; nobody else's key waits for 200 ms of their work."""
    catalogue = words()
    written: list[bytes] = []
    flood = MemoryLink(on_write=lambda data: None)
    paster = MemoryLink(on_write=lambda data: None)
    quiet = [MemoryLink(on_write=written.append) for _ in range(5)]
    stages = [
        TerminalStage(link, catalogue, preset_keymap(Preset.STANDARD), services()) for link in (flood, paster, *quiet)
    ]
    tasks = [asyncio.create_task(stage.run(Lines(200, route="/"))) for stage in stages]
    await until(lambda: all(stage.views and not stage.busy for stage in stages))
    flood.feed(b"jk" * 524_288)
    paster.feed(b"\x1b[200~" + b"x" * 1_048_576 + b"\x1b[201~")
    with own_work() as watch:
        for turn in range(20):
            for link in quiet:
                written.clear()
                watch.start()
                link.feed(b"j" if turn % 2 == 0 else b"k")
                await until(lambda: written, every=0)
                watch.stop()
            watch.start()
            await asyncio.sleep(0.005)
            watch.stop()
    for link in (flood, paster, *quiet):
        link.lose()
    await asyncio.gather(*tasks)
    assert watch.longest < 0.2


async def test_a_paste_where_nothing_can_be_pasted_is_refused_in_words() -> None:
    view = Lines(route="/")
    async with Driver(view) as driver:
        await driver.paste("hello")
        assert driver.message == "There is no place to paste into here"
        assert not view.acts


async def test_keys_after_a_paste_are_no_commands_for_a_moment() -> None:
    view = Lines(route="/")
    async with Driver(view) as driver:
        await driver.type("\x1b[200~abc\x1b[201~dj")
        assert not view.acts
        driver.clock.advance(0.2)
        await driver.press("j")
        assert view.acts == [("down", "j")]
