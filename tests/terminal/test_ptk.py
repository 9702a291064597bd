"""What is changed in prompt_toolkit: the parts are still what they were, and one session never touches the process."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import weakref

import prompt_toolkit
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.input import typeahead
from prompt_toolkit.key_binding.defaults import load_key_bindings

from bbs.terminal import ptk
from bbs.terminal.memory import MemoryLink
from bbs.terminal.view import Answer, View
from tests.support.terminal import Driver
from tests.support.views import Lines
from tests.support.waiting import until


def test_the_library_is_the_one_the_overrides_were_read_against() -> None:
    found = {function.__qualname__: ptk.fingerprint(function) for function in ptk.OVERRIDDEN}
    assert found == ptk.FINGERPRINTS, "read the changed functions again, then update TESTED and FINGERPRINTS"
    assert prompt_toolkit.__version__ == ptk.TESTED


async def test_a_session_leaves_the_process_as_it_was() -> None:
    loop = asyncio.get_running_loop()
    hook, handler, slow = sys.breakpointhook, loop.get_exception_handler(), loop.slow_callback_duration
    signals = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGWINCH)]
    async with Driver(Lines(route="/")) as driver:
        await driver.press("j")
        assert sys.breakpointhook is hook
        assert loop.get_exception_handler() is handler
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGWINCH)] == signals
    assert loop.slow_callback_duration == slow
    assert not any(typeahead._buffer.values())
    assert len(typeahead._buffer) <= 1


async def test_each_session_finds_its_own_application() -> None:
    found: list[object] = []

    class Asking(Lines):
        def act(self, action: str, data: str) -> Answer:
            found.append(get_app())
            return self.later() if action == "up" else True

        async def later(self) -> None:
            found.append(get_app())

    async with Driver(Asking(route="/")) as one, Driver(Asking(route="/")) as other:
        await one.press("j", "k")
        await other.press("j", "k")
        assert found == [one.stage._application] * 3 + [other.stage._application] * 3


async def test_fifty_sessions_leave_no_application_alive() -> None:
    alive: list[weakref.ref[object]] = []

    async def one(driver: Driver, view: View) -> None:
        async with driver:
            application = driver.stage._application
            alive.extend((weakref.ref(application), weakref.ref(driver.stage), weakref.ref(view)))
            await driver.press("j", ":", "escape")

    for _ in range(5):
        pairs = [(Driver(view), view) for view in (Lines(5, route="/") for _ in range(10))]
        await asyncio.gather(*(one(driver, view) for driver, view in pairs))
    del pairs
    assert len(alive) == 150
    # A cancelled escape timer may still sit in the loop's heap for its tenth of a second.
    await until(lambda: gc.collect() >= 0 and not any(ref() is not None for ref in alive), every=0.05)


def test_default_bindings_are_built_once_and_other_applications_keep_theirs() -> None:
    ptk.prepare()
    from prompt_toolkit.application import application as module

    build = module.load_key_bindings  # type: ignore[attr-defined]
    assert build() is build()
    assert len(build().bindings) == len(load_key_bindings().bindings) > 300


async def test_redraw_is_coalesced_and_never_wakes_the_loop_by_a_system_call() -> None:
    async with Driver(Lines(route="/")) as driver:
        application: Application[None] = driver.stage._application
        writes = driver.link.writes
        driver.stage.say("one")
        for _ in range(20):
            driver.stage.redraw()
        assert application.invalidated
        await driver.settle()
        assert driver.link.writes == writes + 1


def test_an_edit_buffer_keeps_a_bounded_history() -> None:
    buffer = ptk.EditBuffer("", True)
    for length in range(0, 20_000, 100):
        buffer.save_to_undo_stack()
        buffer.replace("字" * length, length)
    assert sum(len(text) for text, _ in buffer._undo_stack) <= ptk.EditBuffer.UNDO_BUDGET
    assert len(buffer._document_cache) <= 3


async def test_what_a_memory_link_got_before_the_session_is_not_lost() -> None:
    view = Lines(route="/")
    driver = Driver(view)
    link: MemoryLink = driver.link
    link.feed(b"jj")
    async with driver:
        assert view.selected == 2
