"""Pages a sysop edits: Markdown in screens/pages/LANG, overlaid by the data directory's own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bbs.text.clean import clean_text

_log = logging.getLogger("mingtan.screens")

SHIPPED: Final = Path(__file__).parent / "pages"
PAGE_LIMIT: Final = 64 * 1024
"""Bytes of a page; a larger one is cut."""


class Pages:
    """Looks a page up by name and language: overlay first, then what is shipped, then the other language."""

    def __init__(self, overlay: Path | None = None, shipped: Path = SHIPPED) -> None:
        self._roots: Sequence[Path] = [root for root in (overlay, shipped) if root is not None]
        self._cache: dict[Path, tuple[int, str]] = {}

    def get(self, name: str, lang: str) -> str:
        """The page's Markdown, cleaned; "" when there is none. An edited file shows at the next visit."""
        if not name.replace("-", "").replace("_", "").isalnum():
            return ""
        short = lang.partition("_")[0].partition("-")[0]
        for language in dict.fromkeys((short, "en", "zh")):
            for root in self._roots:
                text = self._read(root / language / f"{name}.md")
                if text:
                    return text
        return ""

    def _read(self, path: Path) -> str:
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            return ""
        kept = self._cache.get(path)
        if kept is not None and kept[0] == changed:
            return kept[1]
        try:
            with path.open("rb") as file:
                text = clean_text(file.read(PAGE_LIMIT).decode("utf-8", "replace"))
        except OSError as error:
            _log.warning("page %s cannot be read: %s", path.name, error.strerror)
            text = ""
        self._cache[path] = (changed, text)
        return text
