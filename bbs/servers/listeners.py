"""Accepting connections: the socket, the queue at the door, and nothing of what is spoken behind it."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections import OrderedDict, deque
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from bbs.errors import Failed
from bbs.servers.limits import Gate, Limits, Pace, Ticket, has_headroom, source_of
from bbs.servers.log import note
from bbs.text.when import Clock

BACKLOG: Final = 1024
"""Connections the kernel keeps until they are accepted; PttBBS with 4 lost callers when 50 came at once."""
OUT_OF_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_REST: Final = 1.0
"""Seconds without accepting after the machine ran out of something."""
_LOOK: Final = 0.5
"""Seconds between looks for silent connections to end while others wait."""


class Engine(Protocol):
    """What is spoken on a port."""

    name: str
    refusal: bytes
    """A line for who cannot be served now, sent before the connection is closed."""

    def protocol(self, ticket: Ticket) -> asyncio.BaseProtocol:
        """The protocol of one accepted connection."""
        ...


class Door:
    """Lets connections in one by one: at a pace for each source, fairly between sources when it is crowded."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._pace = Pace(limits.new_per_second, limits.sources_kept, clock)
        self._waiting: OrderedDict[str, deque[tuple[str, asyncio.Future[Ticket]]]] = OrderedDict()
        self._count = 0
        self._look: asyncio.TimerHandle | None = None
        self.gate = Gate(limits, clock, self._serve)

    def pace(self, peer: str) -> float | None:
        """Seconds until a connection from there may go on; None = refuse it."""
        if self.gate.is_exempt(peer):
            return 0.0
        return self._pace.delay(source_of(peer), self._limits.longest_delay)

    async def ticket(self, peer: str) -> Ticket | None:
        """Wait for a place, at most the grace time; None when there is none or the queue is full."""
        if not self._waiting:
            ticket = self.gate.enter(peer)
            if ticket is not None:
                return ticket
        source = source_of(peer)
        queue = self._waiting.setdefault(source, deque())
        is_long = len(queue) >= self._limits.waiting_per_source and not self.gate.is_exempt(peer)
        if self._count >= self._limits.waiting or is_long:
            if not queue:
                del self._waiting[source]
            return None
        place = (peer, asyncio.get_running_loop().create_future())
        queue.append(place)
        self._count += 1
        self._serve()
        try:
            return await asyncio.wait_for(place[1], self._limits.grace)
        except TimeoutError:
            return None
        finally:
            self._forget(source, place)

    def _forget(self, source: str, place: tuple[str, asyncio.Future[Ticket]]) -> None:
        queue = self._waiting.get(source)
        if queue is not None and place in queue:
            queue.remove(place)
            self._count -= 1
            if not queue:
                del self._waiting[source]

    def _serve(self) -> None:
        """Give free places to those who wait, one source after the other."""
        moved = True
        while moved and self._waiting:
            moved = False
            for source in list(self._waiting):
                peer, future = self._waiting[source][0]
                ticket = self.gate.enter(peer)
                if ticket is None:
                    continue
                moved = True
                self._forget(source, (peer, future))
                if source in self._waiting:
                    self._waiting.move_to_end(source)
                if future.done():
                    ticket.left()
                else:
                    future.set_result(ticket)
        if self._waiting and self._look is None:
            self._look = asyncio.get_running_loop().call_later(_LOOK, self._make_room)

    def _make_room(self) -> None:
        self._look = None
        for source in list(self._waiting):
            while source in self._waiting and self.gate.make_room(self._waiting[source][0][0]):
                pass
        self._serve()


class Listener:
    """One listening socket and its engine."""

    def __init__(self, engine: Engine, door: Door) -> None:
        self._engine = engine
        self._door = door
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.host = ""
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen on all addresses of `host`; port 0 = a free one. Raises Failed (`server.port_…`, `server.host_bad`)"""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except OSError as error:
            raise Failed("server.host_bad", host=host, reason=error.strerror or str(error)) from error
        addresses = list(OrderedDict.fromkeys((family, address) for family, _, _, _, address in found))
        for family, address in addresses:
            chosen = self.port or port
            try:
                self._sockets.append(_listen(family, (address[0], chosen, *address[2:])))
            except OSError as error:
                self._close_sockets()
                code = "server.port_busy" if error.errno == errno.EADDRINUSE else "server.port_refused"
                raise Failed(code, port=chosen, host=host, reason=error.strerror or str(error)) from error
            self.port = self._sockets[-1].getsockname()[1]
        self.host = self._sockets[0].getsockname()[0]
        for listening in self._sockets:
            self._spawn(self._accept(listening))

    async def stop(self) -> None:
        """Accept nobody any more; who is in stays."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._close_sockets()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, address = await loop.sock_accept(listening)
            except ConnectionError:
                continue
            except OSError as error:
                if error.errno not in OUT_OF_FILES:
                    raise
                note("accept.pause", level=logging.WARNING, engine=self._engine.name, reason=error.strerror)
                await asyncio.sleep(_REST)
                continue
            self._arrived(accepted, str(address[0]))

    def _arrived(self, accepted: socket.socket, peer: str) -> None:
        delay = self._door.pace(peer) if has_headroom(accepted.fileno()) else None
        if delay is None:
            self._refuse(accepted, peer)
        else:
            self._spawn(self._admit(accepted, peer, delay))

    async def _admit(self, accepted: socket.socket, peer: str, delay: float) -> None:
        try:
            if delay:
                await asyncio.sleep(delay)
            ticket = await self._door.ticket(peer)
        except asyncio.CancelledError:
            accepted.close()
            raise
        if ticket is None:
            self._refuse(accepted, peer)
            return
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: self._engine.protocol(ticket), accepted)
        except BaseException:
            ticket.left()
            accepted.close()
            raise

    def _refuse(self, accepted: socket.socket, peer: str) -> None:
        note("refused", engine=self._engine.name, peer=peer)
        with contextlib.suppress(OSError):
            accepted.send(self._engine.refusal)
        accepted.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            note("accept.error", level=logging.ERROR, engine=self._engine.name, reason=repr(task.exception()))

    def _close_sockets(self) -> None:
        for listening in self._sockets:
            listening.close()
        self._sockets = []


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.setblocking(False)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
