"""What runs behind each door of the servers: sessions, registration, commands, the admin shell."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bbs.app.house import House
from bbs.commands.call import Nothing, Reader
from bbs.commands.shell import Shell, Words
from bbs.errors import BbsError
from bbs.forum.access import Verb, require
from bbs.forum.accounts.preferences import preference
from bbs.forum.actor import Actor
from bbs.plain.session import PlainSession
from bbs.servers.doors import Doors, Errand
from bbs.terminal.lineterm import LineTerminal
from bbs.terminal.link import Link
from bbs.text.catalogue import Translator
from screens.arriving.login import ssh_banner, telnet_banner
from screens.parts.choices import zone_of
from screens.session import Session
from screens.strangers import Stranger


class People:
    """The sessions of this process, so that all of them can be told something and put away."""

    def __init__(self) -> None:
        self._sessions: set[Session | PlainSession] = set()

    async def serve(self, session: Session | PlainSession) -> None:
        """Run a session and know of it meanwhile."""
        self._sessions.add(session)
        try:
            await session.run()
        finally:
            self._sessions.discard(session)

    @property
    def plain(self) -> list[PlainSession]:
        """Those in plain mode."""
        return [session for session in self._sessions if isinstance(session, PlainSession)]

    async def tell_closing(self, seconds: float) -> None:
        """Tell everybody in their own language that the forum closes in so many seconds."""
        for session in list(self._sessions):
            words = session.visit.tr("serve.closing", seconds=round(seconds))
            if isinstance(session, PlainSession):
                session.tell(words)
                continue
            session.stage.say(words, "message.warn")
            session.stage.redraw()

    def put_away(self) -> None:
        """Save drafts and end all sessions."""
        for session in list(self._sessions):
            if isinstance(session, PlainSession):
                session.tell(session.visit.tr("serve.closed"))
                session.end()
                continue
            session.stage.end(session.visit.tr("serve.closed"), drafts=True)


class HouseDoors:
    """The functions behind the doors, on one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.people = People()

    async def session(self, link: Link, actor: Actor, *, route: str | None, language: str | None) -> None:
        """The full screen; line by line for those who want every visit so."""
        house = self._house
        if preference(actor.preferences, "plain"):
            await self.plain(link, actor, terminal=True, language=language, route=route)
            return
        session = Session(
            link, house.forum, actor, catalogues=house.words, pages=house.pages, route=route, language=language
        )
        await self.people.serve(session)

    async def registration(self, link: Link, key: bytes | None) -> None:
        """`ssh new@host`: an account, and then straight into the forum with it."""
        member = await self._stranger(link, key).register()
        if member is not None:
            await self.session(link, member, route=None, language=None)

    def _stranger(self, link: Link, key: bytes | None = None) -> Stranger:
        house = self._house
        return Stranger(link, house.forum, catalogues=house.words, pages=house.pages, key=key, address=house.address)

    async def shell(self, link: Link, actor: Actor, *, language: str | None) -> None:
        """`ssh -t host admin`: the admin shell; raises Forbidden for those who may not."""
        require(actor, Verb.ADMIN_SHELL)
        house = self._house
        tr = house.words_for(actor, language)
        terminal = LineTerminal(link)
        with terminal.session():
            words = Words(house.tree, house.forum, actor)
            runner = _InThisProcess(house, actor, tr, colour=link.colours > 0)
            await Shell(terminal, runner, words, name=actor.name, tr=tr).run()

    async def plain(
        self, link: Link, actor: Actor, *, terminal: bool, language: str | None, route: str | None = None
    ) -> None:
        """`ssh -T`, TERM=dumb, or the preference: the forum line by line."""
        house = self._house
        tr = house.words_for(actor, language)
        session = PlainSession(
            link,
            house.forum,
            actor,
            words=house.words,
            tr=tr,
            zone=zone_of(actor.preferences, house.forum.community.site.zone),
            tree=house.tree,
            run=_InThisProcess(house, actor, tr, colour=False),
            pages=house.pages.get,
            terminal=terminal,
            route=route,
        )
        await self.people.serve(session)

    async def telnet_login(self, link: Link) -> Actor | None:
        """Name and password over telnet, where the site allows members in; an empty name is a guest."""
        return await self._stranger(link).log_in()

    async def put_away(self) -> None:
        """Before the end: drafts saved, sessions told goodbye, marks written."""
        self.people.put_away()
        await self._house.forum.reading.flush()


def build_doors(house: House) -> Doors:
    """All doors of a house."""
    behind = HouseDoors(house)
    return Doors(
        accounts=house.forum.accounts,
        words=house.translator,
        run_session=behind.session,
        run_registration=behind.registration,
        run_command=house.run_errand,
        run_shell=behind.shell,
        run_plain=behind.plain,
        choose_telnet_login=behind.telnet_login,
        telnet_members=lambda: house.forum.policy.telnet_members,
        ssh_banner=lambda: _banner(house),
        telnet_banner=telnet_banner(house.pages, house.site_language),
        notify=behind.people.tell_closing,
        put_away=behind.put_away,
    )


def _banner(house: House) -> str:
    """What stands above the question for a password; in the demo its last line says what is different there."""
    banner = ssh_banner(house.pages, house.site_language)
    if house.settings.demo:
        banner += "\n\n" + "\n".join(house.translator(lang)("serve.demo_login") for lang in ("zh", "en"))
    return banner


class _InThisProcess:
    """Runs the lines of one person's shell; roles are looked up anew for each, so what was taken is gone at once."""

    def __init__(self, house: House, actor: Actor, tr: Translator, *, colour: bool) -> None:
        self._house = house
        self._actor = actor
        self._tr = tr
        self._colour = colour

    async def __call__(
        self,
        words: Sequence[str],
        *,
        columns: int,
        write: Callable[[str], Awaitable[None]],
        confirm: Callable[[str], Awaitable[bool]],
        stdin: Reader | None = None,
    ) -> int:
        try:
            self._actor = await self._house.forum.accounts.refresh(self._actor)
        except BbsError as error:
            await write(self._tr.error(error) + "\n")
            return error.exit_code
        errand = Errand(
            actor=self._actor,
            command=list(words),
            stdin=stdin or Nothing(),
            out=write,
            err=write,
            columns=columns,
            colour=self._colour,
            language=self._tr.lang,
            confirm=confirm,
        )
        return await self._house.run_errand(errand)
