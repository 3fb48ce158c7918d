"""The application: its routes, and the parts it starts and stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.log import server_logger
from aiohttp_session import session_middleware
from redis.asyncio import Redis

from handoff.accounts import Accounts
from handoff.archive import Archive
from handoff.archiver import Archiver
from handoff.desk import Desk
from handoff.dispatcher import Dispatcher
from handoff.gateway import pages
from handoff.gateway.agent_socket import agent_socket
from handoff.gateway.api import OPERATIONS
from handoff.gateway.board import Board
from handoff.gateway.channel import Channels
from handoff.gateway.customer_socket import customer_socket
from handoff.gateway.glance import Glance
from handoff.gateway.identity import SiteIdentities
from handoff.gateway.limits import Limits, RequestLimits
from handoff.gateway.metrics import metrics as metrics_route
from handoff.gateway.parts import PARTS, SETTINGS, Parts
from handoff.gateway.places import Places
from handoff.gateway.responses import ClientFaults, access_log, errors
from handoff.gateway.security import add_headers, guard
from handoff.gateway.sessions import Sessions, storage
from handoff.gateway.tokens import CustomerTokens
from handoff.metrics import Metrics
from handoff.rasa_client import RasaClient
from handoff.routing import load_plan
from handoff.settings import Settings
from handoff.store.connection import connect, wait_for_redis
from handoff.tasks import keep_running, stop
from handoff.turns import TurnWorkers
from handoff.watch import Watch
from kb_index.client import KnowledgeClient

#: Once for the process, however many applications it builds.
_FAULTS = ClientFaults()

ROUTES = [
    web.get("/ws/customer", customer_socket),
    web.get("/ws/agent", agent_socket),
    *(operation.route() for operation in OPERATIONS),
    web.get("/metrics", metrics_route),
    web.get(pages.ROUTE, pages.page),
]


def build_app(
    settings: Settings, limits: Limits | None = None, dist: Path = pages.DIST
) -> web.Application:
    """The gateway, ready to run; starting it raises `Unavailable` while Redis is away."""
    limits = limits or Limits.of(settings)
    session_redis = connect(settings.redis_url, text=False)
    app = web.Application(
        middlewares=[
            access_log,
            errors,
            guard,
            session_middleware(storage(session_redis, settings)),
        ],
        client_max_size=limits.body,
    )
    server_logger.addFilter(_FAULTS)
    app[SETTINGS] = settings
    app[pages.PAGES] = dist
    app.add_routes(ROUTES)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(_end_sockets)

    async def parts(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(session_redis.aclose)
            app[PARTS] = await _start(stack, settings, limits, session_redis)
            yield

    app.cleanup_ctx.append(parts)
    return app


async def _end_sockets(app: web.Application) -> None:
    await app[PARTS].channels.end_all()


async def _start(
    stack: AsyncExitStack, settings: Settings, limits: Limits, session_redis: Redis
) -> Parts:
    """Start every part; `stack` stops them in reverse order."""
    redis = connect(settings.redis_url)
    stack.push_async_callback(redis.aclose)
    await wait_for_redis(redis, settings.redis_wait_s)
    accounts = await Accounts.open(settings.database)
    stack.push_async_callback(accounts.close)
    await accounts.warm()
    archive = await Archive.open(settings.database)
    stack.push_async_callback(archive.close)
    plan = load_plan(settings.desk_file)
    desk = Desk(redis, settings.desk, settings, plan)
    glance = Glance(redis, settings.desk, settings, plan)
    doorbell = await stack.enter_async_context(desk.doorbell())
    token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
    rasa = await stack.enter_async_context(
        RasaClient(settings.rasa_url, token, settings.turn_timeout_s)
    )
    knowledge = await stack.enter_async_context(
        KnowledgeClient(settings.knowledge_url, settings.knowledge_timeout_s)
    )
    parts = Parts(
        settings=settings,
        plan=plan,
        limits=limits,
        tokens=CustomerTokens(settings.secret_key.get_secret_value(), settings.customer_token_days),
        identities=SiteIdentities(
            settings.site_secret.get_secret_value() if settings.site_secret else None
        ),
        desk=desk,
        glance=glance,
        doorbell=doorbell,
        board=Board(glance, doorbell, limits.desk_interval_s),
        places=Places(glance, doorbell, limits.position_interval_s),
        channels=Channels(limits, settings.max_frame),
        accounts=accounts,
        archive=archive,
        sessions=Sessions(session_redis, accounts),
        request_limits=RequestLimits(session_redis),
        knowledge=knowledge,
        rasa=rasa,
        metrics=Metrics(),
    )
    await doorbell.ready()
    await stack.enter_async_context(_running(parts.board.run))
    await stack.enter_async_context(_running(parts.places.run))
    await stack.enter_async_context(_running(Watch(desk, settings).run))
    await stack.enter_async_context(_running(Archiver(desk, archive, settings).run))
    await stack.enter_async_context(_running(Dispatcher(desk, doorbell, plan).run))
    await stack.enter_async_context(_turns(TurnWorkers(desk, rasa, settings, parts.metrics)))
    return parts


@asynccontextmanager
async def _running(work: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_running(work))
    try:
        yield
    finally:
        await stop(task)


@asynccontextmanager
async def _turns(workers: TurnWorkers) -> AsyncIterator[None]:
    """Let the turns in flight end before the connections are closed."""
    task = asyncio.create_task(keep_running(workers.run))
    try:
        yield
    finally:
        workers.stop()
        await task
