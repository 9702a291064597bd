"""The first start of an instance: an empty store gets its community, and the demo its content."""

from __future__ import annotations

import sys
from contextlib import nullcontext

from bbs.app.house import ROOT, House
from bbs.app.progress import shown
from bbs.forum.actor import LOCAL
from bbs.forum.boards.community import NO_SITE
from bbs.importers.demo import load_demo
from bbs.servers.doors import Write

DEMO = ROOT / "data" / "demo"


async def prepare(house: House) -> bool:
    """Apply the declared community to an empty store; True when that was done now."""
    if house.forum.community.site is not NO_SITE:
        return False
    await house.forum.community.apply(LOCAL, house.boards_file)
    return True


async def prepare_demo(house: House, write: Write) -> None:
    """Load the demo content into an empty store through the importers and rules that people use."""
    if house.forum.community.site is not NO_SITE:
        return
    await write(house.translator(None)("serve.loading") + "\n")
    bar = shown(write) if sys.stderr.isatty() else nullcontext()
    async with bar as progress:
        await load_demo(house.forum, ROOT, progress, tr=house.translator(None))
