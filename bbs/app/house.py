"""The whole house in one process: store, forum, words, pages and commands, opened and closed together."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from bbs.app.examine import examination
from bbs.app.progress import shown
from bbs.app.settings import Settings
from bbs.commands.call import Door, Surroundings
from bbs.commands.everything import build_tree
from bbs.commands.parse import split
from bbs.commands.run import refusal, run_words
from bbs.commands.tree import Tree
from bbs.errors import BbsError
from bbs.forum.actor import Actor
from bbs.forum.forum import Forum, open_forum
from bbs.forum.policy import Policy
from bbs.forum.proof.heads import FOLDER as EXPORTED_HEADS
from bbs.forum.proof.seal import FOLDER as SIGNING
from bbs.forum.proof.seal import load_seal
from bbs.importers.bulletins import import_bulletins
from bbs.servers.doors import Errand
from bbs.store.datadir import DataDirectory
from bbs.store.opening import open_database
from bbs.text.catalogue import Catalogues, Translator
from bbs.text.when import Clock, SystemClock
from screens.texts import Pages

ROOT = Path(__file__).resolve().parents[2]
"""Where the program's own files are: boards.yaml, screens/, data/demo/."""
BOARDS_FILE = "boards.yaml"


def load_words() -> Catalogues:
    """The catalogues of the program."""
    return Catalogues(ROOT / "screens" / "locale")


def _identity(data: Path) -> str:
    """A name of the server on a data directory, the same at every start: where its sessions' places are found again."""
    return sha256(f"{socket.gethostname()}:{data.resolve()}".encode()).hexdigest()[:16]


@dataclass(slots=True)
class House:
    """Everything that runs on one data directory."""

    settings: Settings
    clock: Clock
    words: Catalogues
    directory: DataDirectory
    forum: Forum
    pages: Pages
    tree: Tree
    address: tuple[str, int] | None = None
    """Host and port people reach the SSH door at; None where the listener's own address says nothing to them."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.forum.community.site.zone)

    @property
    def boards_file(self) -> Path:
        """The declared community of this instance."""
        if self.settings.boards_file is not None:
            return self.settings.boards_file
        own = self.settings.data / BOARDS_FILE
        return own if own.exists() else ROOT / BOARDS_FILE

    def translator(self, language: object) -> Translator:
        """Words in `language`, or in the site's own where none is asked for."""
        return self.words.translator(language if isinstance(language, str) and language else self.site_language)

    @property
    def site_language(self) -> str:
        return self.forum.community.site.language

    def words_for(self, actor: Actor, language: str | None = None) -> Translator:
        """Words for an actor: as they prefer, else as their terminal says, else the site's own."""
        return self.translator(actor.preferences.get("language") or language)

    async def run_errand(self, errand: Errand) -> int:
        """Run one command that came in by SSH or from the machine itself; returns its exit code."""
        actor = errand.actor
        local = errand.cwd is not None
        tr = self.translator(errand.language) if local else self.words_for(actor, errand.language)
        try:
            words = split(errand.command) if isinstance(errand.command, str) else list(errand.command)
        except BbsError as error:
            await errand.err(refusal(error, tr, json="--json" in errand.command))
            return error.exit_code
        around = Surroundings(
            door=Door.LOCAL if local else Door.EXEC,
            stdin=errand.stdin,
            columns=errand.columns,
            cwd=errand.cwd or Path(),
            confirm=errand.confirm,
            progress=partial(shown, errand.err) if errand.colour else None,
            tell=errand.out if local or errand.confirm is None else None,
            colour=errand.colour,
            boards_file=self.boards_file,
        )
        return await run_words(
            self.tree, self.forum, actor, words, tr=tr, zone=self.zone, around=around, out=errand.out, err=errand.err
        )

    async def close(self) -> None:
        """Finish writes and let go of the store and the data directory."""
        await self.forum.close()
        await self.forum.db.close()
        self.directory.release()


async def open_house(settings: Settings, words: Catalogues, *, hold: bool = True) -> House:
    """Open the store and the rules; `hold` keeps every other server and local writer out meanwhile.

    Raises BbsError: a directory in use or not writable, a store that cannot be opened, a bad URL.
    """
    clock = SystemClock()
    directory = DataDirectory(settings.data)
    directory.create()
    if hold:
        directory.hold()
    try:
        db = await open_database(settings.url, clock=clock)
    except BaseException:
        directory.release()
        raise
    try:
        policy = Policy(
            demo=settings.demo,
            registration=settings.registration,
            telnet_members=settings.telnet_members,
        )
        seal = load_seal(settings.data / SIGNING)
        forum = await open_forum(db, clock, policy, seal, settings.data / EXPORTED_HEADS)
        if hold:
            await forum.returning.recover(_identity(settings.data))
    except BaseException:
        await db.close()
        directory.release()
        raise
    pages = Pages(settings.pages or settings.data / "pages")
    return House(settings, clock, words, directory, forum, pages, build_tree(import_bulletins, examination(settings)))
