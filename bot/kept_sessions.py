"""Keeps the connection to the action server open between calls.

Rasa opens an HTTP session, and so a connection, for every action it runs: twice a turn. aiohttp
gives an idle connection up after 15 seconds, long before the action server would.
"""

from __future__ import annotations

import asyncio
from types import TracebackType

from aiohttp import ClientSession
from rasa.utils.endpoints import EndpointConfig

_new_session = EndpointConfig.session


class KeptSession:
    """What `async with endpoint.session()` gets: the same open session each time."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> ClientSession:
        return self._session

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the session open for the next call."""


def kept_session(self: EndpointConfig) -> KeptSession:
    """The endpoint's session on the running loop, opened when there is none."""
    loop = asyncio.get_running_loop()
    kept: tuple[object, ClientSession] | None = getattr(self, "_kept", None)
    if kept is None or kept[0] is not loop or kept[1].closed:
        kept = (loop, _new_session(self))
        self._kept = kept
    return KeptSession(kept[1])


def install() -> None:
    """Keep sessions open, in this process."""
    EndpointConfig.session = kept_session
