"""The only place that changes how prompt_toolkit works: what is shared, switched off or made quick, and why.

`TESTED` names the version the overrides were read against; a test compares `FINGERPRINTS` with the installed source.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import Any, Final

import prompt_toolkit
from prompt_toolkit import utils
from prompt_toolkit.application import application as application_module
from prompt_toolkit.application.application import Application
from prompt_toolkit.application.current import create_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import BufferControl, Layout, Window
from prompt_toolkit.output import Output
from prompt_toolkit.renderer import Renderer
from prompt_toolkit.styles import BaseStyle, DummyStyle

_log = logging.getLogger("mingtan.terminal")

TESTED: Final = "3.0.53"


class SessionApplication(Application[None]):
    """One session's Application for its whole life; draws through `renderer` and nothing else of the library.

    Its layout is one shared window on one shared read-only buffer: with nothing focused that holds a buffer the library
    would make a new one at every look.
    """

    def __init__(self, keys: Input, output: Output, renderer: Renderer) -> None:
        prepare()
        super().__init__(
            layout=_shared_layout(),
            full_screen=True,
            include_default_pygments_style=False,
            enable_page_navigation_bindings=False,
            # Half a second of polling per session for nothing; the link tells when the window changes.
            terminal_size_polling_interval=None,
            input=keys,
            output=output,
        )
        self._default_bindings = self._page_navigation_bindings = _NO_BINDINGS
        self.ttimeoutlen = 0.1
        self.timeoutlen = None  # type: ignore[assignment]  # declared as float, documented as optional
        self.renderer = renderer

    def _create_merged_style(self, include_default_pygments_style: object) -> BaseStyle:
        return _NO_STYLE

    def invalidate(self) -> None:
        """Draw soon, once for many calls. `call_soon` does not wake the loop with a system call as the library does."""
        if self._invalidated or not self._is_running or self.loop is None:
            return
        self._invalidated = True
        if threading.current_thread() is self._loop_thread:
            self.loop.call_soon(self._redraw)
        else:
            self.loop.call_soon_threadsafe(self._redraw)

    def _redraw(self, render_as_done: bool = False) -> None:
        """Draw now. The library's walk over layout and controls after each frame has nothing to find here."""
        self._invalidated = False
        if not self._is_running:
            return
        try:
            self.renderer.render(self, self.layout, render_as_done)
        except Exception:
            # Views are guarded one by one; what comes here is a fault of the terminal itself, and the session goes on.
            _log.exception("drawing failed")

    def draw_now(self) -> None:
        """Draw at once, for keys just handled; a drawing that was asked for meanwhile finds nothing to do."""
        self._redraw()

    def _enable_breakpointhook(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """The library would set a process-wide hook that draws on this person's terminal."""
        return nullcontext()

    def _request_absolute_cursor_position(self) -> None:
        """Full screen: nothing to ask."""

    async def serve(self, started: Callable[[], None]) -> None:
        """Run until `exit`; never touches signal handlers nor the loop's exception handler."""
        # In an AppSession of its own: in the default one, which all would share, the last application to start would be
        # everybody's `get_app()`, and overlapping ends would leave a dead one there.
        with create_app_session(self.input, self.output):
            await self.run_async(
                pre_run=started,
                set_exception_handler=False,
                handle_sigint=False,
                slow_callback_duration=asyncio.get_running_loop().slow_callback_duration,
            )


class EditBuffer(Buffer):
    """The library's Buffer with bounded memory: two cached documents instead of ten, a short undo stack."""

    UNDO_BUDGET: Final = 60_000
    """Characters kept for undo, over all steps."""
    UNDO_STEPS: Final = 100

    def __init__(self, text: str, multiline: bool) -> None:
        super().__init__(multiline=multiline, document=Document(text, len(text)))
        self._document_cache.size = 2

    def replace(self, text: str, position: int) -> None:
        """Set text and caret in one step."""
        self.set_document(Document(text, position), bypass_readonly=True)

    def save_to_undo_stack(self, clear_redo_stack: bool = True) -> None:
        """Remember the text before a change; the oldest steps go first."""
        super().save_to_undo_stack(clear_redo_stack)
        stack = self._undo_stack
        total = sum(len(text) for text, _ in stack)
        while len(stack) > 1 and (total > self.UNDO_BUDGET or len(stack) > self.UNDO_STEPS):
            total -= len(stack[0][0])
            del stack[0]


_NO_BINDINGS: Final = KeyBindings()
_NO_STYLE: Final = DummyStyle()


@cache
def _shared_layout() -> Layout:
    return Layout(Window(BufferControl(Buffer(read_only=True, name="shared"))))


@cache
def prepare() -> None:
    """Change what can only be changed for the whole process; does its work once.

    Building the default key bindings takes most of an Application's 7 ms, and they are the same for all: one set is
    shared. The window-change signal is not for sessions, whose windows are elsewhere; other applications keep it.
    """
    if prompt_toolkit.__version__ != TESTED:
        _log.warning("prompt_toolkit is %s, this was read against %s", prompt_toolkit.__version__, TESTED)
    for name in ("load_key_bindings", "load_page_navigation_bindings"):
        setattr(application_module, name, cache(getattr(application_module, name)))
    original = application_module.attach_winch_signal_handler

    @contextmanager
    def attach_winch_signal_handler(handler: Callable[[], None]) -> Iterator[None]:
        if isinstance(getattr(handler, "__self__", None), SessionApplication):
            yield
            return
        with original(handler):
            yield

    application_module.attach_winch_signal_handler = attach_winch_signal_handler
    # Every string ever measured stays in there, up to 64 characters each and without end.
    utils._CHAR_SIZES_CACHE.LONG_STRING_MIN_LEN = 8


OVERRIDDEN: Final[tuple[Callable[..., Any], ...]] = (
    Application.__init__,
    Application._create_merged_style,
    Application.invalidate,
    Application._redraw,
    Application._enable_breakpointhook,
    Application._request_absolute_cursor_position,
    Application.run_async,
    Application.reset,
    Renderer.__init__,
    Renderer.reset,
    Renderer.render,
    Vt100Parser.__init__,
    Vt100Parser._get_match,
    Vt100Parser._call_handler,
    Vt100Parser.feed,
    Buffer.__init__,
    Buffer.save_to_undo_stack,
    application_module.attach_winch_signal_handler,
)
"""What the overrides here, in the renderer and in the input rely on."""


def fingerprint(function: Callable[..., Any]) -> str:
    """Hash the source of a function of the library, first 12 hex digits."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


FINGERPRINTS: Final = {
    "Application.__init__": "c640f5b062be",
    "Application._create_merged_style": "d6cb81a9a728",
    "Application.invalidate": "3962de890ba8",
    "Application._redraw": "ae1bd233dc0b",
    "Application._enable_breakpointhook": "de1ff0f1d4df",
    "Application._request_absolute_cursor_position": "f0868ecde21c",
    "Application.run_async": "2014cb37c24e",
    "Application.reset": "95c62f3f9b58",
    "Renderer.__init__": "22ecc0952938",
    "Renderer.reset": "13980e740c9b",
    "Renderer.render": "a6b8602b1d10",
    "Vt100Parser.__init__": "fcd6fd36f0f5",
    "Vt100Parser._get_match": "9a1391880357",
    "Vt100Parser._call_handler": "08ed8c44d4eb",
    "Vt100Parser.feed": "6cc8bcd42159",
    "Buffer.__init__": "226246cc6f88",
    "Buffer.save_to_undo_stack": "44f5ee834739",
    "attach_winch_signal_handler": "4818807b96ae",
}
"""What `fingerprint` gave for each of `OVERRIDDEN` in the tested version."""
