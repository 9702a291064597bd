"""Where imported things come from: files, directories and standard input, opened one at a time and never blindly."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from bbs.errors import BbsError, Invalid
from bbs.importers.report import Failure
from bbs.text.clean import clean_line

FILES_MOST: Final = 100_000
"""Files of one import."""
NAME_SHOWN: Final = 200
"""Characters of a file name in a report."""

MARKDOWN: Final = frozenset({".md", ".markdown"})
JSONL: Final = frozenset({".jsonl", ".ndjson"})
FEED: Final = frozenset({".xml", ".rss", ".atom"})
_KNOWN: Final = MARKDOWN | JSONL | FEED


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input: where to read it, and its size in bytes.

    An import holds one for each of its files, so nothing is kept that can be worked out."""

    where: str | bytes
    size: int

    @property
    def name(self) -> str:
        """Its name in reports: the path, or `-` for standard input."""
        return "-" if isinstance(self.where, bytes) else shown(self.where)

    @property
    def stem(self) -> str:
        """The file name without its ending; empty for standard input."""
        return "" if isinstance(self.where, bytes) else PurePath(self.where).stem

    @property
    def suffix(self) -> str:
        """The ending of the file name, in small letters."""
        return "" if isinstance(self.where, bytes) else _suffix(self.where)

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it; raises Invalid (`import.unreadable`, `import.not_a_file`)."""
        if isinstance(self.where, bytes):
            return nullcontext(io.BytesIO(self.where))
        try:
            # What is not a plain file (a pipe without a writer) must not hold the import up.
            number = os.open(self.where, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise _unreadable(error) from error
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise Invalid("import.not_a_file")
        return open(number, "rb")


def _unreadable(error: OSError) -> BbsError:
    return Invalid("import.unreadable", reason=error.strerror or "")


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def shown(path: Path | str) -> str:
    """A file name as a report shows it."""
    return clean_line(str(path).encode("utf-8", "replace").decode("utf-8"), NAME_SHOWN)


def find(given: Sequence[Path | bytes]) -> tuple[list[Source], list[Failure]]:
    """The files behind what was given, directories walked in the order of names; and what cannot be one.

    In directories only files with a known ending count, names that begin with a dot are left out, and symbolic links
    are refused: they may lead anywhere, round in circles too.
    """
    found: list[Source] = []
    failed: list[Failure] = []
    for one in given:
        if isinstance(one, bytes):
            found.append(Source(one, len(one)))
            continue
        if one.is_dir():
            before = len(found) + len(failed)
            for each in _walk(one, failed):
                found.append(each)
                if len(found) > FILES_MOST:
                    raise Invalid("import.too_many", most=FILES_MOST)
            if len(found) + len(failed) == before:
                failed.append(Failure(shown(one), None, Invalid("import.empty_directory")))
            continue
        try:
            found.append(Source(str(one), one.stat().st_size))
        except FileNotFoundError:
            failed.append(Failure(shown(one), None, Invalid("import.no_file")))
        except OSError as error:
            failed.append(Failure(shown(one), None, _unreadable(error)))
    return found, failed


def _walk(top: Path, failed: list[Failure]) -> Iterator[Source]:
    def unreadable(error: OSError) -> None:
        failed.append(Failure(shown(error.filename or top), None, _unreadable(error)))

    for folder, names, files in os.walk(top, onerror=unreadable, followlinks=False):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.startswith(".") or _suffix(name) not in _KNOWN:
                continue
            path = os.path.join(folder, name)
            try:
                status = os.lstat(path)
            except OSError as error:
                unreadable(error)
                continue
            if stat.S_ISLNK(status.st_mode):
                failed.append(Failure(shown(path), None, Invalid("import.symlink")))
            elif stat.S_ISREG(status.st_mode):
                yield Source(path, status.st_size)
