"""`python -m bench`: one JSON document on standard output, progress on standard error."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from subprocess import TimeoutExpired
from time import monotonic
from types import ModuleType
from typing import Any, Final

from bbs.app.cli import program_version
from bench import machine, profiling
from bench.bench import Bench
from bench.processes import Broken
from bench.sections import compare, imports, key, latency, login, memory, posts, scale, search, unread

SECTIONS: Final[tuple[ModuleType, ...]] = (key, login, memory, latency, posts, imports, scale, search, unread, compare)
SCHEMA: Final = 1
"""Of the document; grows when a figure changes its meaning."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when every section that was asked for gave its figures, whatever they are."""
    given = _parser().parse_args(arguments)
    if given.list:
        for section in SECTIONS:
            print(f"{section.NAME:10} {section.ABOUT}")
        return 0
    names = {section.NAME for section in SECTIONS}
    wanted = set(given.only.split(",")) if given.only else names
    if wanted - names:
        print(f"no such section: {', '.join(sorted(wanted - names))}", file=sys.stderr)
        return 2
    scratch = Path(tempfile.mkdtemp(prefix="mingtan-bench-", dir=given.scratch))
    bench = Bench(scratch, quick=given.quick, full=given.full)
    began = monotonic()
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "program": f"mingtan {program_version()}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": "quick" if given.quick else "full" if given.full else "usual",
        "machine": machine.facts(),
    }
    try:
        if given.profile:
            document["profile"] = profiling.profile(bench, given.profile)
            failed: dict[str, str] = {}
        else:
            document["figures"], failed = _measure(bench, wanted)
            document["failed"] = failed
    finally:
        if given.keep:
            bench.say(f"kept {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    document["seconds"] = round(monotonic() - began, 1)
    print(json.dumps(document, ensure_ascii=False, indent=1))
    return 1 if failed else 0


def _measure(bench: Bench, wanted: set[str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    figures: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    for section in SECTIONS:
        if section.NAME not in wanted:
            continue
        try:
            figures += [figure.document() for figure in section.measure(bench)]
        except (Broken, OSError, TimeoutExpired) as error:
            failed[section.NAME] = str(error)
            bench.say(f"{section.NAME} failed: {error}")
    return figures, failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", metavar="SECTION,…", default="", help="measure only these sections")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="less of everything, about a minute")
    size.add_argument("--full", action="store_true", help="a board of a million threads; takes minutes to fill")
    parser.add_argument("--profile", choices=profiling.WHAT, help="print where the server's time goes instead")
    parser.add_argument("--scratch", type=Path, help="where temporary data directories are made: the disk to measure")
    parser.add_argument("--keep", action="store_true", help="keep the temporary directories and logs")
    parser.add_argument("--list", action="store_true", help="print the sections and end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
