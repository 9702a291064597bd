"""Where imported things come from: files, directories and standard input, opened one at a time and never blindly."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input (`-`): its name in reports, its size in bytes, and where to read it."""

    name: str
    size: int
    where: Path | bytes

    @property
    def stem(self) -> str:
        """The file name without its ending; empty for standard input."""
        return "" if isinstance(self.where, bytes) else self.where.stem

    @property
    def suffix(self) -> str:
        """The ending of the file name, in small letters."""
        return "" if isinstance(self.where, bytes) else self.where.suffix.lower()

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
            found.append(Source("-", len(one), one))
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
            found.append(Source(shown(one), one.stat().st_size, one))
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
            path = Path(folder, name)
            if name.startswith(".") or path.suffix.lower() not in MARKDOWN | JSONL | FEED:
                continue
            try:
                status = path.lstat()
            except OSError as error:
                unreadable(error)
                continue
            if stat.S_ISLNK(status.st_mode):
                failed.append(Failure(shown(path), None, Invalid("import.symlink")))
            elif stat.S_ISREG(status.st_mode):
                yield Source(shown(path), status.st_size, path)
