"""Every error of the store has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_code_is_in_the_catalogue(lang: str) -> None:
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "bbs" / "store").glob("*.py"))
    codes = set(re.findall(r'(?:Failed|Conflict|Invalid|TryLater)\(\s*"([a-z]+\.[a-z_]+)"', sources))
    codes |= {f"data.{code.partition('.')[2]}" for code in ("store.full", "store.readonly", "store.unavailable")}
    with (ROOT / "screens" / "locale" / f"store.{lang}.po").open("rb") as file:
        known = {str(message.id) for message in read_po(file) if message.id and message.string}
    assert codes == known
