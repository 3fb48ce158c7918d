"""A TCP proxy that cuts connections as networks do: with a reset, within a frame, or silently."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import Counter
from contextlib import suppress
from enum import StrEnum

_READ = 65536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds: the other end gets RST instead of FIN."""
_TORN_S = 1.0
"""How long a connection that is to be torn within a frame waits for one."""
_LATE_S = 3.0
_EARLY = 0.1
"""Share of connections that may be cut before the gateway has answered the handshake."""
_HALF_OPEN_S = 45.0
"""Longer than the gateway's ping takes to notice (25 s, and half of it for the answer)."""


class Cut(StrEnum):
    """How a connection ends."""

    RESET = "reset"
    """Both ends get RST."""
    TORN = "torn"
    """A part of a frame arrives, then both ends get RST."""
    SILENT = "silent"
    """Nothing arrives any more in either direction, and nobody is told."""
    DEAF = "deaf"
    """The client hears nothing any more; what it sends still arrives."""
    LATE = "late"
    """As silent, but what the client sent arrives after it has gone to another connection."""


class Proxy:
    """Passes connections on to one port of this machine; while `cutting` is set, it cuts them.

    A connection lives for `mean_s` seconds on the average.
    """

    def __init__(self, target: int, seed: int, mean_s: float) -> None:
        self._target = target
        self._random = random.Random(seed)
        self._passages: set[asyncio.Task[None]] = set()
        self.mean_s = mean_s
        self.cutting = asyncio.Event()
        self.cuts: Counter[Cut] = Counter()

    async def __aenter__(self) -> Proxy:
        """Listen on a port of its own."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1000)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening and end what is open."""
        self._server.close()
        for passage in self._passages:
            passage.cancel()
        await asyncio.gather(*self._passages, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passages.add(task)
            task.add_done_callback(self._passages.discard)
        ends = [writer]
        try:
            far = await asyncio.open_connection("127.0.0.1", self._target)
            ends.append(far[1])
            await Passage(self, (reader, writer), far, self._random).run()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for end in ends:
                reset(end)


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection with RST."""
    end = writer.transport.get_extra_info("socket")
    if end is not None and end.fileno() >= 0:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Passage:
    """One connection: passed on both ways until one end closes or its cut is due."""

    def __init__(self, proxy: Proxy, near: Ends, far: Ends, chance: random.Random) -> None:
        self._proxy = proxy
        self._near, self._far = near, far
        self._random = chance
        self._cut: Cut | None = None
        self._torn = asyncio.Event()
        self._answered = asyncio.Event()
        self._held: list[bytes] = []

    async def run(self) -> None:
        """Return when both ends may be dropped."""
        up = asyncio.create_task(self._pump(self._near[0], self._far[1], up=True))
        down = asyncio.create_task(self._pump(self._far[0], self._near[1], up=False))
        due = asyncio.create_task(self._due())
        try:
            await asyncio.wait({up, down, due}, return_when=asyncio.FIRST_COMPLETED)
            if self._cut in {Cut.SILENT, Cut.DEAF, Cut.LATE}:
                await self._linger(up, down)
        finally:
            for task in (up, down, due):
                task.cancel()
            await asyncio.gather(up, down, due, return_exceptions=True)

    async def _due(self) -> None:
        """Wait for the moment of the cut, and carry it out."""
        if self._random.random() > _EARLY:
            await self._answered.wait()
        await self._proxy.cutting.wait()
        await asyncio.sleep(self._random.expovariate(1 / self._proxy.mean_s))
        await self._proxy.cutting.wait()
        self._cut = self._random.choice(list(Cut))
        self._proxy.cuts[self._cut] += 1
        if self._cut is Cut.TORN:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TORN_S):
                    await self._torn.wait()

    async def _linger(self, up: asyncio.Task[None], down: asyncio.Task[None]) -> None:
        """Leave the far end open after the client has given up, as a vanished client does."""
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED, timeout=_HALF_OPEN_S)
        if self._cut is Cut.LATE:
            await asyncio.sleep(self._random.random() * _LATE_S)
            self._far[1].write(b"".join(self._held))
            await self._far[1].drain()
            await asyncio.sleep(1.0)
        else:
            await asyncio.wait({down}, timeout=self._random.random() * _HALF_OPEN_S)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, up: bool
    ) -> None:
        try:
            while data := await reader.read(_READ):
                if self._torn.is_set():
                    return
                if not up:
                    self._answered.set()
                passed = self._passed(data, up)
                if passed:
                    writer.write(passed)
                    await writer.drain()
                if len(passed) < len(data) and self._cut is Cut.TORN:
                    self._torn.set()
        except OSError:
            return

    def _passed(self, data: bytes, up: bool) -> bytes:
        """What arrives of `data`."""
        if self._cut is None or (self._cut is Cut.DEAF and up):
            return data
        if self._cut is Cut.TORN:
            return data[: self._random.randrange(len(data))]
        if self._cut is Cut.LATE and up:
            self._held.append(data)
        return b""
