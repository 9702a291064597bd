"""Where frames leave: text made into the link's encoding, in one write, with a replacement of the right width."""

from __future__ import annotations

import codecs
from typing import Final

from prompt_toolkit.data_structures import Size as LibrarySize
from prompt_toolkit.output import ColorDepth, DummyOutput

from bbs.terminal.link import Link
from bbs.text.width import width

_REPLACE: Final = "mingtan-cells"


def _question_marks(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what an encoding lacks by as many `?` as it takes cells (ambiguous characters are wide there)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "?" * width(error.object[error.start : error.end], 2), error.end


codecs.register_error(_REPLACE, _question_marks)


class LinkOutput(DummyOutput):
    """The library's Output on a link. What the library itself would write goes nowhere; the renderer uses `put`."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def put(self, text: str) -> None:
        """Send text that the painter made, at once."""
        self.link.write(text.encode(self.link.encoding, _REPLACE))

    def encoding(self) -> str:
        """The link's encoding."""
        return self.link.encoding

    def get_size(self) -> LibrarySize:
        """The link's window in cells."""
        return LibrarySize(rows=self.link.size.rows, columns=self.link.size.columns)

    def get_default_color_depth(self) -> ColorDepth:
        """Colours are the painter's business."""
        return ColorDepth.MONOCHROME
