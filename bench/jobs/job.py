"""How a job is started: `python -m bench.jobs.NAME DIRECTORY JSON`, one JSON document out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import resource
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncssh

from bbs.app.house import House, load_words, open_house
from bbs.app.settings import load_settings
from bbs.forum.actor import LOCAL, AccountKind, Actor
from bbs.forum.forum import Forum

Job = Callable[..., Awaitable[dict[str, Any]]]


def run(job: Job) -> None:
    """Run a job with the directory and parameters of the command line; the entry point of each job."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    found = asyncio.run(_run(job))
    sys.stdout.write(json.dumps(found) + "\n")


async def _run(job: Job) -> dict[str, Any]:
    return await job(Path(sys.argv[1]), **json.loads(sys.argv[2]))


@contextlib.asynccontextmanager
async def opened(data: Path) -> AsyncIterator[House]:
    """The whole house on a data directory, without its servers."""
    house = await open_house(load_settings({"data": data, "demo": True}), load_words())
    try:
        yield house
    finally:
        await house.close()


async def member(forum: Forum, name: str, key: asyncssh.SSHKey | None = None) -> Actor:
    """Open a member's account with a key, and log in with it."""
    key = key or asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key("openssh").decode().strip()
    await forum.accounts.create(LOCAL, name, AccountKind.MEMBER, key=line)
    return await forum.accounts.by_key(name, key.public_data, transport="ssh")


def peak_kib() -> int:
    """The most memory this process ever had resident, KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
