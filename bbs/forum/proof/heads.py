"""Signed heads of the register, exported where somebody with the store alone in hand cannot change them.

One line of JSON a head, appended and on disk before the next; a file a month. Copied to another machine they show a
chain that was cut or built anew, which nothing inside the store can.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from bbs.errors import BbsError, Failed, Invalid
from bbs.forum.accounts.keys import fingerprint
from bbs.forum.proof import signedtext, sshsig
from bbs.forum.proof.sealing import HEAD_SIGNED, Head, Sealing, heads_after
from bbs.store.database import Database, Event
from bbs.text.when import iso

FOLDER: Final = "export/heads"
"""In the data directory."""
EVERY: Final = 600.0
"""Seconds between two looks whether the register grew; official posts are exported at once."""
MONTHS: Final = 36
"""Files kept; older ones go."""
BATCH: Final = 500
LINE_LIMIT: Final = 4096
"""Characters of an exported head; an Ed25519 signature makes it about 700."""

_log = logging.getLogger(__name__)


class Heads:
    """Exporting heads, and reading them again. `folder` None: nothing is exported."""

    def __init__(self, db: Database, sealing: Sealing, folder: Path | None) -> None:
        self._db = db
        self._sealing = sealing
        self._folder = folder
        self._lock = asyncio.Lock()
        self._done: int | None = None  # the newest head that is in the files
        self._tasks: set[asyncio.Task[int]] = set()
        if folder is not None:
            db.hub.subscribe((HEAD_SIGNED,), self._soon)

    async def keep(self) -> None:
        """Sign and export on a schedule, until cancelled."""
        await self._sealing.settle()
        while True:
            try:
                await self._sealing.head()
                await self.export()
            except BbsError as error:
                _log.warning("could not export the register's head: %s", error)
            await asyncio.sleep(EVERY)

    async def export(self) -> int:
        """Append the signed heads that are not in the files yet; how many."""
        folder = self._folder
        if folder is None:
            return 0
        async with self._lock:
            if self._done is None:
                self._done = await self._last_exported(folder)
            count = 0
            while True:
                after = self._done
                heads = await self._db.read(partial(heads_after, seq=after, limit=BATCH))
                if not heads:
                    self._done = after
                    return count
                self._done = None  # until it is known to be on disk: half a line would have to be taken away
                await asyncio.to_thread(_append, folder, heads)
                self._done = heads[-1].seq
                count += len(heads)

    async def all(self, elsewhere: str | None = None) -> list[Head]:
        """The heads in the store, and those in the files, or in the lines given instead; Invalid(`heads.line`)."""
        found: dict[tuple[int, str], Head] = {}
        after = 0
        while heads := await self._db.read(partial(heads_after, seq=after, limit=BATCH)):
            found |= {(head.seq, head.hash): head for head in heads}
            after = heads[-1].seq
        if elsewhere is not None:
            lines: Iterable[str] = elsewhere.split("\n")
        else:
            lines = [] if self._folder is None else await asyncio.to_thread(_lines, self._folder)
        found |= {(head.seq, head.hash): head for head in map(head_of, filter(None, lines))}
        return list(found.values())

    def is_genuine(self, head: Head) -> bool:
        """Whether the forum signed just this head."""
        seal = self._sealing.seal
        if seal is None:
            return True  # nothing to tell by
        try:
            said = signedtext.parse(head.signed)
            public = sshsig.check(head.signed, head.armored, sshsig.HEADS)
        except Invalid:
            return False
        agrees = said.kind == signedtext.HEAD and (said["seq"], said["hash"]) == (str(head.seq), head.hash)
        return agrees and seal.knows(fingerprint(public))

    async def close(self) -> None:
        """Finish what is being exported."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _soon(self, event: Event) -> None:
        task = asyncio.get_running_loop().create_task(self._safely())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _safely(self) -> int:
        try:
            return await self.export()
        except BbsError as error:
            _log.warning("could not export the register's head: %s", error)
            return 0

    async def _last_exported(self, folder: Path) -> int:
        """The newest head that both the files and the store have: after a restore the store may lack newer ones."""
        await asyncio.to_thread(_repair, folder)
        files = await asyncio.to_thread(_files, folder)
        known = [head_of(line) for line in (await asyncio.to_thread(_read, files[-1]) if files else [])]
        for head in reversed(known):
            here = await self._db.read(partial(heads_after, seq=head.seq - 1, limit=1))
            if here and (here[0].seq, here[0].hash) == (head.seq, head.hash):
                return head.seq
        return 0


def line_of(head: Head) -> str:
    """A head as a line of an export."""
    return json.dumps(asdict(head) | {"at": iso(head.at)}, ensure_ascii=False, separators=(",", ":"))


def head_of(line: str) -> Head:
    """A head from a line of an export; raises Invalid(`heads.line`)."""
    try:
        said: dict[str, Any] = json.loads(line[:LINE_LIMIT])
        texts = [said[name] for name in ("hash", "signed", "armored")]
        if not isinstance(said["seq"], int) or not all(isinstance(text, str) for text in texts):
            raise TypeError
        return Head(said["seq"], texts[0], datetime.fromisoformat(said["at"]), texts[1], texts[2])
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid("heads.line", line=line[:40]) from error


def lines_in(path: Path) -> str:
    """The exported lines of a folder, or of one file, as `verify` takes them; raises Failed(`heads.unreadable`)."""
    try:
        return "\n".join(_lines(path) if path.is_dir() else _read(path))
    except OSError as error:
        raise Failed("heads.unreadable", path=str(path)) from error


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("heads-*.jsonl"))


def _lines(folder: Path) -> list[str]:
    return [line for path in _files(folder) for line in _read(path)]


def _read(path: Path) -> list[str]:
    """The whole lines of a file: one that was cut off while it was written is none."""
    text = path.read_text("utf-8", "replace")
    return [line for line in text[: text.rfind("\n") + 1].split("\n") if line]


def _append(folder: Path, heads: list[Head]) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"heads-{heads[-1].at:%Y-%m}.jsonl"
        data = "".join(line_of(head) + "\n" for head in heads).encode()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if os.write(file, data) != len(data):
                raise OSError("short write")
            os.fsync(file)
        finally:
            os.close(file)
        for old in _files(folder)[:-MONTHS]:
            old.unlink()
    except OSError as error:
        raise Failed("heads.unwritable", path=str(folder), reason=str(error)) from error


def _repair(folder: Path) -> None:
    """Take away what is left of a line that was being written when the machine stopped."""
    for path in _files(folder)[-1:]:
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole != len(data):
            os.truncate(path, whole)
