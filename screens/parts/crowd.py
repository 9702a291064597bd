"""How many are here, in words."""

from __future__ import annotations

from bbs.text.catalogue import Translator


def here_words(tr: Translator, people: int, officers: int) -> str:
    """Say how many people are here, and how many officers where there are any: `38 here, 4 officers`."""
    words = tr.plural("home.here", people)
    return tr("home.here_officers", here=words, officers=tr.plural("home.officers", officers)) if officers else words
