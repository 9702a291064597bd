"""What the doctor looks at: this machine, this data directory, this store, and the declared community."""

from __future__ import annotations

import asyncio
import ipaddress
import platform
import resource
import shutil
import stat
import sys
from pathlib import Path
from typing import Final

from bbs.app.settings import Settings
from bbs.commands.admin_site import Examination, Finding, Health
from bbs.commands.call import Call
from bbs.errors import BbsError
from bbs.forum.proof.seal import FILE, load_seal
from bbs.forum.proof.seal import FOLDER as SIGNING
from bbs.store.driver import sqlite_version

SQLITE_FLOOR: Final = (3, 51, 3)
"""The write-ahead log of older versions can be corrupted by two connections (sqlite.org, release 3.51.3)."""
DISK_LOW: Final = 0.05
"""Share of the disk that has to stay free."""
FILES_LOW: Final = 4096
"""Open files below which a few hundred people may find the door closed."""


def examination(settings: Settings) -> Examination:
    """The doctor's round for an installation with these settings."""

    async def examine(call: Call) -> list[Finding]:
        here = await asyncio.to_thread(_machine, settings)
        return [*here, *_exposure(settings), *await _community(call), *await _register(call)]

    return examine


def _machine(settings: Settings) -> list[Finding]:
    return [
        Finding("python", Health.GOOD, "doctor.version", (("version", platform.python_version()),)),
        _sqlite() if settings.is_sqlite else Finding("postgresql", Health.GOOD, "doctor.postgresql"),
        _directory(settings.data),
        _disk(settings.data),
        _host_keys(settings.data / "host_keys"),
        _signing_key(settings.data / SIGNING),
        _open_files(),
    ]


def _sqlite() -> Finding:
    version = sqlite_version()
    shown = (("version", ".".join(map(str, version))), ("floor", ".".join(map(str, SQLITE_FLOOR))))
    if version < SQLITE_FLOOR:
        return Finding("sqlite", Health.WARNING, "doctor.sqlite_old", shown)
    return Finding("sqlite", Health.GOOD, "doctor.version", shown[:1])


def _directory(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o007:
        return Finding("data", Health.WARNING, "doctor.data_open", (("path", path), ("mode", f"{mode:o}")))
    return Finding("data", Health.GOOD, "doctor.data", (("path", path),))


def _disk(path: Path) -> Finding:
    usage = shutil.disk_usage(path)
    free = (("free", f"{usage.free / 2**30:.1f} GiB"),)
    if usage.free < usage.total * DISK_LOW:
        return Finding("disk", Health.WARNING, "doctor.disk_low", free)
    return Finding("disk", Health.GOOD, "doctor.disk", free)


def _host_keys(folder: Path) -> Finding:
    keys = [path for path in folder.glob("*") if path.is_file() and path.suffix != ".pub"] if folder.is_dir() else []
    loose = [path for path in keys if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        return Finding("host keys", Health.BAD, "doctor.key_open", (("path", loose[0]),))
    if not keys:
        return Finding("host keys", Health.GOOD, "doctor.no_key")
    return Finding("host keys", Health.GOOD, "doctor.keys", (("count", len(keys)),))


def _signing_key(folder: Path) -> Finding:
    """The forum's own key: it must be its owner's alone, and one that the forum can sign with."""
    path = folder / FILE
    if not path.exists():
        return Finding("signing key", Health.GOOD, "doctor.no_key")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Finding("signing key", Health.BAD, "doctor.key_open", (("path", path),))
    try:
        seal = load_seal(folder)
    except BbsError as error:
        return Finding("signing key", Health.BAD, "doctor.seal_bad", (("path", error.params.get("path", path)),))
    shown = (("fingerprint", seal.fingerprint), ("former", len(seal.former)))
    return Finding("signing key", Health.GOOD, "doctor.seal", shown)


def _open_files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = hard if hard != resource.RLIM_INFINITY else sys.maxsize
    if limit < FILES_LOW:
        return Finding("open files", Health.WARNING, "doctor.files_low", (("limit", limit), ("wanted", FILES_LOW)))
    return Finding("open files", Health.GOOD, "doctor.files", (("limit", soft),))


def _exposure(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    if settings.demo and not (_loopback(settings.host) and _loopback(settings.telnet_host)):
        found.append(Finding("demo", Health.BAD, "doctor.demo_open"))
    if settings.telnet_port != "off" and not _loopback(settings.telnet_host):
        found.append(Finding("telnet", Health.WARNING, "doctor.telnet_open"))
    if settings.telnet_members:
        found.append(Finding("telnet", Health.WARNING, "doctor.telnet_members"))
    return found


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _community(call: Call) -> list[Finding]:
    path = call.around.boards_file
    if path is None:
        return []
    try:
        plan = await call.forum.community.plan(call.actor, path)
    except BbsError as error:
        return [Finding("boards.yaml", Health.BAD, "doctor.boards_bad", (("problem", call.tr.error(error)),))]
    if plan.changes:
        return [Finding("boards.yaml", Health.WARNING, "doctor.boards_differ", (("count", len(plan.changes)),))]
    return [Finding("boards.yaml", Health.GOOD, "doctor.boards")]


async def _register(call: Call) -> list[Finding]:
    verdict = await call.forum.register.verify(call.actor)
    if verdict.ok:
        return [Finding("register", Health.GOOD, "doctor.register", (("entries", verdict.entries),))]
    return [Finding("register", Health.BAD, "doctor.register_broken", (("seq", verdict.broken_seq or 0),))]
