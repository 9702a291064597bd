"""What a screen is to the terminal: something with a route that draws a frame and answers actions."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from bbs.terminal.canvas import Frame

if TYPE_CHECKING:
    from bbs.terminal.writing import Writing

Answer: TypeAlias = "bool | Coroutine[Any, Any, object] | None"
"""What `View.act` returns: True or None = done; False = this view has no use for the action (a bell answers);
a coroutine = work that needs to wait: the stage runs it, shows the frame when it ends, and lets keys typed meanwhile
queue in order behind it. A BbsError raised in it becomes a message; any other exception closes this view only."""


class Hint(NamedTuple):
    """One entry of the last row: an action of the keymap (its key is looked up) and the message id of its words."""

    action: str
    label: str


class Choice(NamedTuple):
    """One answer of a `choose` dialog: the key to press and the words beside it (already translated)."""

    key: str
    label: str


class Stage(Protocol):
    """One person's terminal: the stack of views, the message row, prompts and dialogs.

    Everything here is called on the event loop, from view code. `width` and `height` are the body's size in cells:
    the whole terminal less the head bar, the message row and the key row.
    """

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...

    @property
    def ambiguous(self) -> int:
        """Cells an East Asian ambiguous character takes here: 1 or 2."""
        ...

    @property
    def view(self) -> View:
        """The view on top."""
        ...

    @property
    def views(self) -> tuple[View, ...]:
        """All views, the top one last; while one opens, those that are there already."""
        ...

    def redraw(self) -> None:
        """Draw soon (coalesced). Needed only for changes that no key press caused."""

    async def push(self, view: View) -> None:
        """Open `view` and put it on top; if its `open` raises a BbsError the old view stays and says why."""

    async def replace(self, view: View) -> None:
        """Like push, in place of the view on top."""

    async def pop(self) -> None:
        """Close the view on top and resume the one below; the last view is never popped (a bell answers)."""

    async def go(self, route: str) -> None:
        """Open the view at a route such as `/t/1234#7`."""

    async def leave(self) -> None:
        """End the session after the goodbye page."""

    def say(self, text: str, style: str = "message") -> None:
        """Show `text` in the message row until the next key; styles message, message.good, .warn and .bad."""

    def bell(self) -> None:
        """Answer a key that does nothing here."""

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run work that ends with the session at the latest; its exceptions are logged once and shown."""

    async def ask(
        self,
        prompt: str,
        initial: str = "",
        *,
        secret: bool = False,
        limit: int = 200,
        complete: Callable[[str], Sequence[str]] | None = None,
    ) -> str | None:
        """Ask for one line in the message row; None when the person backs out. `limit` in characters."""

    async def confirm(self, question: str, *, default: bool = False) -> bool:
        """Ask yes or no in the message row (y/n/Enter/Esc; keys of both languages)."""

    async def choose(self, question: str, choices: Sequence[Choice], *, default: str | None = None) -> str | None:
        """Ask for one of a few answers by key; the chosen key, or None when the person backs out.

        `default` is the key of the answer that Enter gives before anything is chosen by moving."""


class View:
    """One screen. Subclasses live in `screens/`; the stage owns their life."""

    route: str = "/"
    """The address, always in full; also how a screen is recognised in any language."""
    title: str = ""
    """Words of the head bar, already translated."""
    context: str = "list"
    """Which part of the keymap is in force: home, list, reader, form or editor."""
    editor: Writing | None = None
    """When set, keys that are not bound in the context go to this editor (or field)."""
    stage: Stage
    """Set by the stage before `open`."""

    async def open(self) -> None:
        """Fetch what the first frame needs; called once, before the view is shown. Raises BbsError."""

    async def resume(self) -> None:
        """The view is on top again after others; refresh what may have changed."""

    def close(self) -> None:
        """The view is gone from the stack, or the session ended: let go of subscriptions."""

    def draw(self, width: int, height: int) -> Frame:
        """The body for `width` x `height` cells; called for every frame, so it returns rows it kept."""
        raise NotImplementedError

    def act(self, action: str, data: str) -> Answer:
        """Answer an action id of the keymap; `data` is the key's text (digits for `number`)."""
        return False

    def point(self, column: int, row: int) -> Answer:
        """Answer a click in the body, counted in cells from 0; for those who chose to use the mouse."""
        return False

    def hints(self) -> Sequence[Hint]:
        """The keys to show in the last row, most useful first; as many as fit are shown, help always."""
        return ()

    def draft(self) -> None:
        """The line dropped or the server drains: save what is being written. Must not wait."""
