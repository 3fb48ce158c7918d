"""`/metrics`: for Prometheus, and for nobody else."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from contextlib import suppress

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST
from yarl import URL

from handoff.errors import Unavailable
from handoff.gateway.errors import NotFound, Unauthenticated
from handoff.gateway.parts import PARTS
from handoff.metrics import Figures, exposition
from handoff.settings import Settings

#: A proxy adds one of these; what comes through it is not from this machine.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


async def metrics(request: web.Request) -> web.Response:
    """Everything that is counted, in Prometheus' text format."""
    parts = request.app[PARTS]
    _admit(request, parts.settings)
    figures: Figures | None = None
    with suppress(Unavailable):  # told by `tandem_redis_up`
        figures = await parts.desk.figures()
    body = await asyncio.to_thread(exposition, parts.metrics, figures)
    return web.Response(body=body, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})


def _admit(request: web.Request, settings: Settings) -> None:
    """With a token, who shows it; without one, who asks on this very machine.

    Raises `NotFound` where nothing is shown at all, `Unauthenticated` for a wrong token.
    """
    if settings.metrics_token is None:
        # Behind a proxy every request comes from this machine: a public origin tells of one.
        if settings.public_origin or not _local(request):
            raise NotFound("metrics are for this machine")
        return
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    given = request.headers.get(hdrs.AUTHORIZATION, "")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Unauthenticated("wrong token for metrics")


def _local(request: web.Request) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    return _loopback(request.remote or "") and _loopback(_host(request))


def _host(request: web.Request) -> str:
    """The name that was asked for: a page of another site may reach this port, but by its own."""
    try:
        host = URL(f"http://{request.host}").host or ""
    except ValueError:
        return ""
    return "127.0.0.1" if host == "localhost" else host


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
