"""A WebSocket client that costs little, so that one process can play thousands of people.

It reads and writes the frames of RFC 6455 by hand: no extensions, no fragments, which the gateway
does not send. The mask of what it sends is zero, so masking changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import orjson

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_FINAL, _MASKED = 0x80, 0x80
_NO_MASK = bytes(4)
_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n{headers}\r\n"
)


def frame(opcode: int, payload: bytes) -> bytes:
    """One whole frame of a client; the payload has fewer than 64 kB."""
    if len(payload) < 126:
        size = bytes([_MASKED | len(payload)])
    else:
        size = bytes([_MASKED | 126]) + len(payload).to_bytes(2, "big")
    return bytes([_FINAL | opcode]) + size + _NO_MASK + payload


class Wire(asyncio.Protocol):
    """One connection; `on_text` gets the payload of every text frame."""

    def __init__(self, on_text: Callable[[bytes], None]) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost = False
        self._on_text = on_text
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def connect(
        cls, port: int, path: str, on_text: Callable[[bytes], None], headers: str = ""
    ) -> Wire:
        """Open a socket on this machine; `headers` are lines that end in CR LF."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(lambda: cls(on_text), "127.0.0.1", port)
        wire._write(_REQUEST.format(path=path, port=port, headers=headers).encode())
        await wire.opened
        return wire

    def send(self, body: dict[str, Any]) -> None:
        """Send one JSON frame."""
        self._write(frame(_TEXT, orjson.dumps(body)))

    def cut(self) -> None:
        """Drop the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports are none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits for the handshake."""
        self.lost = True
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionResetError("closed in the handshake"))

    def data_received(self, data: bytes) -> None:
        """Take the answer to the handshake, then frames."""
        self._buffer = self._buffer + data if self._buffer else data
        if not self.opened.done() and not self._take_answer():
            return
        self._take_frames()

    def _write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the socket is closed")
        self._transport.write(data)

    def _take_answer(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        self._buffer = rest
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            self.opened.set_exception(ConnectionRefusedError(head.decode(errors="replace")))
            return False
        self.opened.set_result(None)
        return True

    def _take_frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 2:
            size, start = buffer[at + 1], at + 2
            if size >= 126:
                start += 2 if size == 126 else 8
                size = int.from_bytes(buffer[at + 2 : start], "big")
            if len(buffer) < start + size:
                break
            self._take(buffer[at] & 0x0F, buffer[start : start + size])
            at = start + size
        self._buffer = buffer[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            self._on_text(payload)
        elif opcode == _PING:
            self._write(frame(_PONG, payload))
        elif opcode == _CLOSE:
            self.lost = True
            self.cut()
