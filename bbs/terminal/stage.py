"""The stage: one person's terminal for the whole life of a session."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from bbs.errors import BbsError
from bbs.terminal import controls
from bbs.terminal.canvas import Frame, Row, Size
from bbs.terminal.chrome import EMPTY, FOOT, HEAD, Chrome, key_row
from bbs.terminal.dispatch import Dispatcher
from bbs.terminal.editor import Field
from bbs.terminal.errands import Errands
from bbs.terminal.input import KeyInput
from bbs.terminal.keymap import Keymap
from bbs.terminal.link import Link
from bbs.terminal.output import LinkOutput
from bbs.terminal.painter import painter_for
from bbs.terminal.prompts import Ask, Choose, Confirm, Prompt
from bbs.terminal.ptk import SessionApplication
from bbs.terminal.renderer import RowRenderer, Screen
from bbs.terminal.reporting import Reporting
from bbs.terminal.services import Options, Services
from bbs.terminal.stack import Stack, log_failure
from bbs.terminal.view import Choice, Hint, View
from bbs.terminal.words import Words
from bbs.text.clean import gate

RESIZE_EVERY: Final = 0.1
"""Seconds between two changes of size that are drawn."""

_HOME: Final = "/"
_NO_FRAME: Final = Frame()

T = TypeVar("T")


class TerminalStage(Reporting):
    """Implements `bbs.terminal.view.Stage` on a link; also the link's Receiver.

    `await run(first_view)` returns when the person left, the line dropped or `end` was called; who made the link closes
    it. `words`, `keymap`, `theme` and `ambiguous` may be set while it runs.
    """

    def __init__(
        self, link: Link, words: Words, keymap: Keymap, services: Services, options: Options | None = None
    ) -> None:
        options = options or Options()
        super().__init__(link, words, keymap, options)
        self.services = services
        self.clock = options.clock
        self.prompt: Prompt[Any] | None = None
        self.message = ""
        self._message_style = "message"
        self._working = False  # the message is that work takes long
        self._size = Size.clamped(*link.size)
        self._chrome = Chrome()
        self._stack = Stack(self)
        self._dispatcher = Dispatcher(self)
        self._asking: asyncio.Lock = asyncio.Lock()
        self._errands = Errands(self, self._after_work, self._still_working)
        self._failed_draw: View | None = None
        self._resize: asyncio.TimerHandle | None = None
        self._resized_at = -RESIZE_EVERY
        self._ending = False
        self.left = False
        """True once the person ended the session themselves."""
        output = LinkOutput(link)
        self._output = output
        self._renderer = RowRenderer(output, self._compose, synchronized=options.synchronized)
        self._renderer.mouse = options.mouse
        self._input = KeyInput(link, self._dispatcher.press, self._after_keys, self._dropped)
        self._application = SessionApplication(self._input, output, self._renderer)

    @property
    def context(self) -> contextvars.Context | None:
        """The context that everything of this session runs in."""
        return self._application.context

    # Life

    async def run(self, first: View) -> None:
        """Serve the person until the session ends, beginning with `first`, or home if that cannot be opened."""
        try:
            await self._application.serve(lambda: self._start(first))
        finally:
            await self._finish()

    async def leave(self) -> None:
        """End the session after the goodbye page."""
        self.left = True
        self.end(self.services.goodbye())

    def end(self, goodbye: str = "", *, drafts: bool = False) -> None:
        """End the session now, with plain words for the person's own screen; `drafts` saves what is being written."""
        if self._ending:
            return
        self._ending = True
        if drafts:
            self._stack.save_drafts()
        self._renderer.leave()
        if goodbye:
            lines = gate(goodbye).split("\n")
            self._output.put(controls.NEW_LINE.join(lines) + controls.NEW_LINE)
        future = self._application.future
        if future is not None and not future.done():
            self._application.exit()

    def _start(self, first: View) -> None:
        if self._ending:
            self._application.exit()
            return
        self.work(self._open_first(first))
        self._link.attach(self)

    async def _open_first(self, first: View) -> None:
        if await self._stack.push(first):
            return
        if first.route != _HOME:
            await self.go(_HOME)
        if not self._stack:
            self.end(self.message)

    async def _finish(self) -> None:
        self._ending = True
        self._link.attach(None)
        self._input.close()
        if self._resize is not None:
            self._resize.cancel()
        await self._errands.end()
        self._stack.close()
        self._renderer.leave()

    # What the link tells

    def received(self, data: bytes) -> None:
        """Bytes were typed."""
        self._input.received(data)

    def resized(self, size: Size) -> None:
        """The window changed; drawn at most every `RESIZE_EVERY` seconds, the last size always."""
        if self._resize is not None or self._ending:
            return
        loop = asyncio.get_running_loop()
        self._resize = loop.call_later(max(0.0, self._resized_at + RESIZE_EVERY - loop.time()), self._apply_size)

    def _apply_size(self) -> None:
        self._resize = None
        self._resized_at = asyncio.get_running_loop().time()
        self._size = Size.clamped(*self._link.size)
        self.repaint()

    def writable(self) -> None:
        """The link is clear again: the newest frame is drawn."""
        if self._renderer.stale:
            self.redraw()

    def lost(self) -> None:
        """The line dropped: drafts are saved and the session ends."""
        self.end(drafts=True)

    def flush_input(self) -> None:
        """Take an unfinished escape sequence for what it is now, without waiting."""
        self._input.flush_now()

    # The body

    @property
    def width(self) -> int:
        """The body's width in cells."""
        return self._size.columns

    @property
    def height(self) -> int:
        """The body's height in cells."""
        return max(1, self._size.rows - HEAD - FOOT)

    # The stack

    @property
    def view(self) -> View:
        """The view on top."""
        top = self._stack.top
        if top is None:
            raise RuntimeError("no view is open yet")
        return top

    @property
    def views(self) -> tuple[View, ...]:
        """All views, the top one last."""
        return self._stack.views

    async def push(self, view: View) -> None:
        """Open `view` on top; if that fails the old view stays and says why."""
        await self._stack.push(view)
        self.redraw()

    async def replace(self, view: View) -> None:
        """Open `view` in place of the one on top."""
        await self._stack.replace(view)
        self.redraw()

    async def pop(self) -> None:
        """Close the view on top and resume the one below; a bell answers on the last one."""
        if not await self._stack.pop():
            self.bell()
        self.redraw()

    async def go(self, route: str) -> None:
        """Open the view at a route; going to where the session began closes what is above it."""
        views = self._stack.views
        if views and route == views[0].route:
            await self._stack.pop_to(views[0])
            self.redraw()
            return
        try:
            view = await self.services.router(route)
        except BbsError as error:
            self.say_error(error)
            return
        except Exception:  # a screen that cannot even be made costs nobody the one they are on
            self.report(route)
            return
        await self.push(view)

    # Telling

    def say(self, text: str, style: str = "message") -> None:
        """Show `text` in the message row until the next key."""
        self.message = gate(text).replace("\n", " ")
        self._message_style = style
        self._working = False
        self.redraw()

    def say_error(self, error: BbsError) -> None:
        """Show an error of ours."""
        self.say(self._words.error(error), "message.bad")

    def notice(self, message: str, params: dict[str, object]) -> None:
        """Show a message by its id, as editors do."""
        self.say(self._words(message, **params), "message.warn")

    def clear_message(self) -> None:
        """Take the message away, as every key does."""
        self.message = ""

    def bell(self) -> None:
        """Answer a key that does nothing here; rings once with the next frame."""
        self._renderer.ring()
        self.redraw()

    def note(self, columns: int) -> Sequence[Row]:
        """Rows above the keys that stay for longer than a message; none here."""
        return ()

    def report(self, route: str) -> None:
        """Log the exception being handled and show its short id."""
        self.say(self._words("error.unexpected", id=log_failure(route)), "message.bad")

    def fail(self, view: View) -> None:
        """Close a view in which an unexpected exception is being handled; the last view stays, or gives way to home."""
        self.report(view.route)
        if self._ending:
            return
        if self._stack.drop(view):
            self.spawn(self._stack.resume())
        elif view.route != _HOME:
            self.spawn(self._replace_by_home())

    async def _replace_by_home(self) -> None:
        try:
            await self._stack.replace(await self.services.router(_HOME))
        except BbsError as error:
            self.say_error(error)

    # Work

    @property
    def busy(self) -> bool:
        """True while a view's coroutine runs; keys wait."""
        return self._errands.busy

    def work(self, work: Coroutine[Any, Any, object], view: View | None = None) -> None:
        """Run a view's coroutine; keys typed meanwhile wait in order behind it."""
        self._errands.run(work, view)

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work that ends with the session at the latest; its exceptions are logged once and shown."""
        self._errands.spawn(work)

    def _after_work(self) -> None:
        if not self._ending:
            if self._working:
                self.message, self._working = "", False
            self._dispatcher.catch_up()
            self.redraw()

    def _still_working(self) -> None:
        if self.prompt is None and not self.message:
            self.say(self._words("stage.working"))
            self._working = True

    # Asking

    async def ask(
        self,
        prompt: str,
        initial: str = "",
        *,
        secret: bool = False,
        limit: int = 200,
        complete: Callable[[str], Sequence[str]] | None = None,
    ) -> str | None:
        """Ask for one line; None when the person backs out."""
        field = Field(initial, limit=limit, secret=secret, complete=complete, ambiguous=self._ambiguous)
        field.notice = self.notice
        return await self._answer(Ask(prompt, field))

    async def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask yes or no."""
        return await self._answer(Confirm(question, default))

    async def choose(self, question: str, choices: Sequence[Choice], *, default: str | None = None) -> str | None:
        """Ask for one of a few answers by key."""
        return await self._answer(Choose(question, choices, default))

    async def _answer(self, prompt: Prompt[T]) -> T:
        async with self._asking:
            self.prompt = prompt
            try:
                self._dispatcher.catch_up()
                self.redraw()
                return await prompt.answer
            finally:
                if self.prompt is prompt:
                    self.prompt = None
                self.redraw()

    # Drawing

    def redraw(self) -> None:
        """Draw soon, once for many calls."""
        if not self._ending:
            self._application.invalidate()

    def repaint(self) -> None:
        """Draw everything anew."""
        self._renderer.forget()
        self.redraw()

    def _after_keys(self) -> None:
        # While a view is busy nothing new is to be seen; its end draws.
        if not self._ending and (not self._errands.busy or self.prompt is not None):
            self._application.draw_now()

    def _dropped(self) -> None:
        self.bell()
        self.say(self._words("stage.input_dropped"), "message.warn")

    def _draw_view(self, view: View) -> tuple[View, Frame, Sequence[Hint]]:
        """Draw the view on top, or when it fails the one below it."""
        try:
            return view, view.draw(self._size.columns, self.height), view.hints()
        except Exception:
            if self._failed_draw is not view:
                self._failed_draw = view
                self.fail(view)
            top = self._stack.top
            return (view, _NO_FRAME, ()) if top is None or top is view else self._draw_view(top)

    def _compose(self) -> Screen | None:
        top = self._stack.top
        if top is None or self._ending:
            return None
        columns, height = self._size
        view, frame, hints = self._draw_view(top)
        body = height - HEAD - FOOT
        words, keymap, ambiguous, chrome = self._words, self._keymap, self._ambiguous, self._chrome
        rows: list[Row] = [chrome.head(self.services.head(), view.title, view.route, columns, ambiguous, words)]
        rows += frame.rows if len(frame.rows) <= body else frame.rows[:body]
        rows += [EMPTY] * (height - FOOT - len(rows))
        cursor, caret = frame.cursor, frame.caret
        at = (0, HEAD) if cursor is None else (min(cursor[0], columns - 1), min(cursor[1] + HEAD, height - 1))
        if self.prompt is None:
            foot = [*self.note(columns)]
            if self.message or not foot:
                foot.append(chrome.message(self.message, self._message_style))
            del rows[max(HEAD, height - 1 - len(foot)) :]
            rows += foot
            rows.append(chrome.keys(hints, view.context, keymap, words, columns, ambiguous))
        else:
            drawn = self.prompt.draw(columns, ambiguous, words)
            asked = drawn.rows[-max(1, body) :]
            del rows[len(rows) - (len(asked) - 1) :]
            rows += asked
            rows.append(key_row(self.prompt.hints(words), None, columns, ambiguous))
            at, caret = (drawn.cursor[0], max(0, height - FOOT - drawn.cursor[1])), True
        return Screen(rows, painter_for(self.painted, self.colours, columns, ambiguous), at, caret)
