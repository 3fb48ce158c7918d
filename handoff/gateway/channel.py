"""One WebSocket: who writes, how much may wait, and how it ends."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from handoff.errors import BadRequest, Refused
from handoff.gateway.errors import BadFrame
from handoff.gateway.limits import Limits
from handoff.gateway.wire import dumps
from handoff.tasks import stop

#: Frames above the limit of a command are refused by name up to this multiple of it; beyond that
#: aiohttp ends the connection with 1009, so that nobody makes the gateway hold megabytes.
_TOLERATED = 4
_CLOSE_S = 2.0
#: Bytes written to a client that does not read before the writer waits for it.
_WRITTEN = 64 * 1024


class SlowReaderError(Exception):
    """The client did not take a frame in time."""


class Channel:
    """A socket with one writer; whoever sends waits for room, so nothing piles up."""

    def __init__(self, limits: Limits, max_frame: int) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.finished = asyncio.Event()
        self._limits = limits
        self._log = structlog.get_logger(__name__).bind(socket=self.id)
        self._ws: web.WebSocketResponse[Literal[False]] = web.WebSocketResponse(
            timeout=_CLOSE_S,
            heartbeat=limits.ping_s,
            compress=False,
            max_msg_size=_TOLERATED * max_frame,
            decode_text=False,
            writer_limit=_WRITTEN,
        )
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(limits.backlog)
        self._ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._end: tuple[int, str] = (WSCloseCode.OK, "")

    @property
    def response(self) -> web.StreamResponse:
        """What the handler of the request returns."""
        return self._ws

    async def prepare(self, request: web.Request) -> None:
        """Answer the handshake of `request`; raises `BadRequest` if the client has gone."""
        try:
            await self._ws.prepare(request)
        except ConnectionError as error:
            # Left as it is, aiohttp would log it as a fault of ours.
            raise BadRequest("the client left during the handshake") from error
        self._transport = request.transport

    async def send(self, body: Mapping[str, Any] | bytes) -> None:
        """Send one frame after those already waiting."""
        await self._outgoing.put(body if isinstance(body, bytes) else dumps(body))

    def end(self, code: int, why: str) -> None:
        """Close with `code` as soon as what was sent before is written."""
        if not self._ending.done():
            self._end = (code, why)
            self._ending.set_result(None)

    async def frames(self) -> AsyncIterator[bytes | BadFrame]:
        """Every text frame as bytes until the client goes; a binary frame as the error it is."""
        async for message in self._ws:
            if message.type is WSMsgType.TEXT:
                yield message.data
            elif message.type is WSMsgType.BINARY:
                yield BadFrame("binary frame")

    async def run(self, *work: Coroutine[Any, Any, None]) -> None:
        """Write, and do `work`, until the first of it ends, `end` is called or the client goes."""
        tasks = [asyncio.create_task(item) for item in (self._write(), *work)]
        code, why = int(WSCloseCode.OK), ""
        try:
            await asyncio.wait([*tasks, self._ending], return_when=asyncio.FIRST_COMPLETED)
            if self._ending.done():
                code, why = self._end
                await self._flush()
            else:
                code, why = self._verdict(tasks)
        finally:
            try:
                await stop(*tasks)
                await self._close(code, why)
            finally:
                self.finished.set()

    def _verdict(self, tasks: list[asyncio.Task[None]]) -> tuple[int, str]:
        for task in tasks:
            error = task.exception() if task.done() and not task.cancelled() else None
            if isinstance(error, SlowReaderError):
                self._log.warning("slow_reader")
                return WSCloseCode.TRY_AGAIN_LATER, "too slow"
            if isinstance(error, Refused):
                return WSCloseCode.POLICY_VIOLATION, error.code
            if error is not None and not isinstance(error, ConnectionError):
                self._log.error("socket_failed", exc_info=error)
                return WSCloseCode.INTERNAL_ERROR, "internal"
        return WSCloseCode.OK, ""

    async def _write(self) -> None:
        while True:
            frame = await self._outgoing.get()
            try:
                async with asyncio.timeout(self._limits.slow_reader_s):
                    await self._ws.send_frame(frame, WSMsgType.TEXT)
            except TimeoutError as error:
                raise SlowReaderError from error
            # The last frame is not to stay in memory for as long as nothing follows it.
            del frame
            self._outgoing.task_done()

    async def _flush(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._outgoing.join()

    async def _close(self, code: int, why: str) -> None:
        await self._ws.close(code=code, message=why.encode(), drain=False)
        # A client that does not read keeps a closing transport open for ever.
        if self._transport is not None and code == WSCloseCode.TRY_AGAIN_LATER:
            self._transport.abort()


class Channels:
    """All open sockets of the process."""

    def __init__(self, limits: Limits, max_frame: int) -> None:
        self._limits = limits
        self._max_frame = max_frame
        self._open: set[Channel] = set()

    @asynccontextmanager
    async def open(self, request: web.Request) -> AsyncIterator[Channel]:
        """The socket that `request` asks for, remembered until it is closed."""
        channel = Channel(self._limits, self._max_frame)
        await channel.prepare(request)
        self._open.add(channel)
        try:
            yield channel
        finally:
            self._open.discard(channel)

    async def end_all(self) -> None:
        """Close every socket because the gateway stops; clients reconnect and resume."""
        leaving = list(self._open)
        for channel in leaving:
            channel.end(WSCloseCode.GOING_AWAY, "going away")
        if leaving:
            with suppress(TimeoutError):
                async with asyncio.timeout(2 * _CLOSE_S):
                    await asyncio.gather(*(channel.finished.wait() for channel in leaving))
