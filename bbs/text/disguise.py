"""Text as the eye sees it: names and runs of words are found in it whatever they are dressed up as.

Width, case, accents, invisible characters, spaces and signs between letters, and look-alikes of other scripts make no
difference (see `bbs.text.names.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bbs.text.names import PAIRS, fold_char, fold_pairs
from bbs.text.segment import is_alone


class _Folds(dict[int, str]):
    """A table for `str.translate` that fills itself with what is looked up."""

    def __missing__(self, point: int) -> str:
        if len(self) >= _KEPT:
            self.clear()
        found = self[point] = fold_char(chr(point))
        return found


_KEPT: Final = 50_000
_FOLDS: Final = _Folds()
_WORD: Final = re.compile(r"\w+(?:[\u200b-\u200f\u2060-\u2064\ufeff\u00ad]\w+)*")
_INVISIBLE: Final = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")


def seen(text: str) -> str:
    """The letters and digits of a text as the eye sees them, with nothing between."""
    return fold_pairs(text.translate(_FOLDS))


def seen_with_places(text: str) -> tuple[str, list[int]]:
    """As `seen`, and for each letter the place in the text it came from."""
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        for letter in fold_char(char):
            pair = dict(PAIRS).get(letters[-1] + letter) if letters else None
            if pair is not None:
                letters[-1] = pair
                continue
            letters.append(letter)
            places.append(at)
    return "".join(letters), places


def without_invisible(text: str) -> str:
    """The text less what takes no room: what stands between two letters to part them for a machine only."""
    return _INVISIBLE.sub("", text)


class NameFinder:
    """Finds names in texts; `names` are the names by their folds (`bbs.text.names.fold`).

    A name with a Chinese character in it is found inside a run of characters too, for Chinese is written without
    spaces; another name only as a whole word, or spelled out in pieces.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._words = {fold for fold in names if fold and not any(map(is_alone, fold))}
        self._inside = {fold for fold in names if any(map(is_alone, fold))}
        self._lengths = sorted({len(fold) for fold in self._inside})
        self._longest = max(map(len, self._words), default=0)

    def find(self, text: str) -> list[str]:
        """The folds of the names in a text, each once, in order."""
        found: dict[str, None] = {}
        letters = seen(text)
        for length in self._lengths:
            for at in range(len(letters) - length + 1):
                if letters[at : at + length] in self._inside:
                    found[letters[at : at + length]] = None
        words = [piece for word in _WORD.findall(without_invisible(text)) for piece in _pieces(word)]
        for start in range(len(words)):
            joined = ""
            for word in words[start:]:
                if is_alone(word[0]):
                    break
                joined = fold_pairs(joined + word)
                if len(joined) > self._longest:
                    break
                if joined in self._words:
                    found[joined] = None
        return list(found)

    def name(self, fold: str) -> str:
        """A found name as its owner writes it."""
        return self._names[fold]


def _pieces(word: str) -> list[str]:
    """A run of letters cut where the script changes between Chinese and others."""
    pieces: list[str] = []
    for letter in word.translate(_FOLDS):
        if pieces and not is_alone(letter) and not is_alone(pieces[-1][0]):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return [fold_pairs(piece) for piece in pieces]


class Runs:
    """The runs of letters of some texts, to be found again in others.

    A run is `dense` letters in a row of which half at least are Chinese characters, or `long` of any script: about as
    many words.
    """

    def __init__(self, texts: Iterable[str], *, dense: int, long: int) -> None:
        self._dense, self._long = dense, long
        self._where: dict[str, str] = {}
        self._dense_runs: set[str] = set()
        self._long_runs: set[str] = set()
        self._halves: dict[int, set[str]] = {dense: set(), long: set()}
        for text in texts:
            self._take(text)

    def __bool__(self) -> bool:
        return bool(self._dense_runs or self._long_runs)

    def _take(self, text: str) -> None:
        letters, places = seen_with_places(text)
        for size, runs, least in ((self._dense, self._dense_runs, self._dense // 2), (self._long, self._long_runs, 0)):
            for at in range(len(letters) - size + 1):
                run = letters[at : at + size]
                if sum(map(is_alone, run)) >= least:
                    runs.add(run)
                    self._halves[size].update(run[start : start + size // 2] for start in range(size // 2 + 1))
                    self._where.setdefault(run, text[places[at] : places[at + size - 1] + 1])

    def forgive(self, text: str) -> None:
        """Runs of this text count no longer: anybody may say them."""
        letters = seen(text)
        for size, runs in ((self._dense, self._dense_runs), (self._long, self._long_runs)):
            runs.difference_update([letters[at : at + size] for at in range(len(letters) - size + 1)])

    def find(self, text: str) -> str | None:
        """The first run that stands in a text too, as the own text has it; None when there is none."""
        letters = seen(text)
        for size, runs in ((self._dense, self._dense_runs), (self._long, self._long_runs)):
            if runs and self._may_have(letters, size):
                for at in range(len(letters) - size + 1):
                    if letters[at : at + size] in runs:
                        return self._where[letters[at : at + size]]
        return None

    def _may_have(self, letters: str, size: int) -> bool:
        """Whether a run may stand there: the letters cut into pieces of half its size, one of them would be in it."""
        half, halves = size // 2, self._halves[size]
        return any(letters[at : at + half] in halves for at in range(0, len(letters) - half + 1, half))
