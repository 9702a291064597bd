"""The command line of the machine itself: serve, admin, or a command of the tree."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bbs.app import logs
from bbs.app.house import load_words
from bbs.app.loading import kept
from bbs.app.settings import load_settings
from bbs.errors import BbsError, Invalid
from bbs.text.catalogue import Catalogues, Translator

SERVE_FLAGS = ("host", "ssh-port", "telnet-port", "telnet-host", "workers", "database-url", "boards-file", "log-level")
"""Flags of `serve` that take a value; each is a setting of the same name."""
COMMON_FLAGS = ("data", "database-url", "language")
"""Flags any command takes, anywhere on the line."""


@dataclass(slots=True)
class Line:
    """The command line taken apart: what to do, its words, and the settings given as flags."""

    words: list[str]
    flags: dict[str, Any] = field(default_factory=dict)
    language: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code of the contract."""
    os.umask(0o077)  # whatever is made here is for its owner alone: password hashes are in it
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = load_words()
    tr = words.translator(terminal_language())
    try:
        line = take_apart(given)
        tr = words.translator(line.language or terminal_language())
        return _dispatch(line, words, tr)
    except BbsError as error:
        sys.stderr.write(tr.error(error) + "\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _dispatch(line: Line, words: Catalogues, tr: Translator) -> int:
    first = line.words[0] if line.words else ""
    if first in ("", "--help", "-h"):
        sys.stdout.write(tr("cli.usage"))
        return 0 if first else 2
    if first == "--version":
        sys.stdout.write(f"mingtan {program_version()}\n")
        return 0
    if first == "serve":
        return _serve(line, words, tr)
    if first.startswith("-"):
        raise Invalid("cli.flag", name=first[:40])
    settings = load_settings(line.flags)
    logs.configure("warning")
    if first == "admin" and len(line.words) == 1:
        from bbs.app.adminshell import admin_shell

        return asyncio.run(admin_shell(settings, words, tr))
    from bbs.app.local import run_local

    command = line.words[1:] if first == "admin" else line.words
    return run_local(settings, words, command, tr)


def _serve(line: Line, words: Catalogues, tr: Translator) -> int:
    with kept():
        from bbs.app.serve import serve

    rest = line.words[1:]
    if "--help" in rest or "-h" in rest:
        sys.stdout.write(tr("cli.serve_usage"))
        return 0
    settings = load_settings(line.flags | serve_flags(rest))
    logs.configure(settings.log_level)
    return asyncio.run(serve(settings, words, tr))


def serve_flags(words: Sequence[str]) -> dict[str, Any]:
    """The settings that `serve` was given; raises Invalid(`command.option`, `command.needs`, `command.extra`)."""
    flags: dict[str, Any] = {}
    queue = list(words)
    while queue:
        name, given, value = queue.pop(0).partition("=")
        if name == "--demo" and not given:
            flags["demo"] = True
            continue
        if not name.startswith("--"):
            raise Invalid("command.extra", word=name[:40], usage="serve")
        if name[2:] not in SERVE_FLAGS:
            raise Invalid("command.option", name=name[2:][:40], usage="serve --help")
        if not given:
            if not queue:
                raise Invalid("command.needs", name=name[2:], usage="serve --help")
            value = queue.pop(0)
        flags[name[2:].replace("-", "_")] = value
    return flags


def take_apart(arguments: Sequence[str]) -> Line:
    """Take the common flags out of a command line, wherever they stand before a `--`."""
    line = Line([])
    queue = list(arguments)
    while queue:
        word = queue.pop(0)
        name, given, value = word.partition("=")
        if word == "--":
            line.words += [word, *queue]
            break
        if not name.startswith("--") or name[2:] not in COMMON_FLAGS:
            line.words.append(word)
            continue
        if not given:
            if not queue:
                raise Invalid("command.needs", name=name[2:], usage="--help")
            value = queue.pop(0)
        if name == "--language":
            line.language = value
        else:
            line.flags[name[2:].replace("-", "_")] = value
    return line


def terminal_language() -> str:
    """The language of the person's terminal, by POSIX's order of variables; English when nothing says."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return value.partition(".")[0]
    return "en"


def program_version() -> str:
    """The version of the installed program, or of the source tree it runs from."""
    try:
        return version("mingtan")
    except PackageNotFoundError:
        return "0"
