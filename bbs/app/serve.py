"""`run_bbs.py serve`: everything together, from the first start to the drain."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys

from bbs.app.chores import Chores
from bbs.app.doors import build_doors
from bbs.app.first import prepare, prepare_demo
from bbs.app.house import House, open_house
from bbs.app.rounds import rounds
from bbs.app.settings import Settings
from bbs.errors import Invalid
from bbs.forum.cases.clock import EVERY_SECONDS
from bbs.servers.house import Servers, ServerSettings
from bbs.text.catalogue import Catalogues, Translator

_log = logging.getLogger("mingtan")

ANY_ADDRESS = ("0.0.0.0", "::")
"""Listening everywhere: nobody can connect to an address like these."""
COLLECT_EVERY = (20_000, 20, 50)
"""Allocations between collections of the young, and of the older by the younger."""
SWITCH_SECONDS = 0.0005
"""How long a thread of the store may keep the interpreter from the event loop: a key press waits no longer for it."""


async def serve(settings: Settings, words: Catalogues, tr: Translator) -> int:
    """Serve until SIGTERM; returns the exit code. Raises BbsError when it cannot start, leaving nothing half-done."""
    if settings.workers not in (1, "auto"):
        raise Invalid("settings.workers")
    house = await open_house(settings, words)
    try:
        sys.setswitchinterval(SWITCH_SECONDS)
        asyncio.get_running_loop().set_exception_handler(_unhandled)
        if not settings.is_sqlite:
            await (
                house.forum.db.follow()
            )  # other servers write to the same store; on SQLite this process is the only one
        first = await _prepare(house)
        chores = Chores()
        servers = Servers(server_settings(settings), build_doors(house), house.clock)
        ready = await servers.start()
        servers.heed_signals()
        _settle_memory()
        house.address = None if ready.ssh[0] in ANY_ADDRESS else ready.ssh
        try:
            chores.start(house.forum.heads.keep())
            chores.start(house.forum.terms.keep())
            if first:
                sys.stderr.write(first.format(host=ready.ssh[0], port=ready.ssh[1]) + "\n")
            sys.stdout.write(ready.line() + "\n")
            sys.stdout.flush()
            keeping_time = house.forum.interviews.keep_time
            async with rounds(house.forum.case_clock.look, EVERY_SECONDS), rounds(keeping_time, EVERY_SECONDS):
                await servers.serve()
        except BaseException:
            await servers.stop()
            raise
        finally:
            await chores.stop()
    finally:
        await house.close()
    return 0


def _settle_memory() -> None:
    """Leave what was made at the start out of all later collections, and collect what is left less often.

    A full collection walks every object of every session and holds everybody up meanwhile: 130 ms were measured.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)


async def _prepare(house: House) -> str:
    """Make an empty store usable; returns what the first start has to tell, with fields for host and port."""
    tr = house.translator(None)
    if house.settings.demo:
        await prepare_demo(house, _to_stderr)
        return tr("serve.demo", host="{host}", port="{port}")
    await prepare(house)
    invitation = await house.forum.accounts.first_sysop_invitation()
    if invitation is None:
        return ""
    return tr("serve.first", code=invitation.code, host="{host}", port="{port}")


async def _to_stderr(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def server_settings(settings: Settings) -> ServerSettings:
    """Where to listen, from the settings of the site."""
    return ServerSettings(
        datadir=settings.data,
        host=settings.host,
        ssh_port=settings.ssh_port,
        telnet_host=settings.telnet_host,
        telnet_port=None if settings.telnet_port == "off" else settings.telnet_port,
        strict=settings.ssh_profile == "strict",
    )


def _unhandled(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """One line and one trace for what nobody caught; it ends nothing but the task it came from."""
    error = context.get("exception")
    _log.error("unhandled: %s", context.get("message"), exc_info=error if isinstance(error, BaseException) else None)
