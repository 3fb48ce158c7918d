"""`/ws/agent`: the console's connection to the whole desk."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic

import structlog
from aiohttp import WSCloseCode, hdrs, web
from sqlalchemy.exc import SQLAlchemyError

from handoff.accounts import User
from handoff.errors import BadRequest, Unavailable, UnknownConversation
from handoff.gateway.agent_commands import COMMANDS, Watch
from handoff.gateway.channel import Channel
from handoff.gateway.errors import Forbidden
from handoff.gateway.follow import Follower
from handoff.gateway.glance import View
from handoff.gateway.limits import TokenBucket
from handoff.gateway.parts import PARTS, Parts
from handoff.gateway.protocol import Data
from handoff.gateway.security import same_origin
from handoff.gateway.wire import event_for_agent
from handoff.model import Role, Seen
from handoff.tasks import stop

log = structlog.get_logger(__name__)

#: Roles that may serve customers.
SERVING = ("agent", "supervisor")


class Showing:
    """One conversation on one console: its events, and how far both sides have seen them."""

    def __init__(self, channel: Channel, conversation: str) -> None:
        self._channel = channel
        self._conversation = conversation
        self._seen = Seen()

    async def show(self, view: View) -> None:
        """Send what is new."""
        about = {"conversation": self._conversation}
        for event in view.events:
            await self._channel.send({"type": "event", **about, "event": event_for_agent(event)})
        if view.conversation.seen != self._seen:
            self._seen = view.conversation.seen
            await self._channel.send({"type": "seen", **about, **self._seen.to_wire()})


class AgentSocket:
    """One connection of a console."""

    def __init__(self, parts: Parts, channel: Channel, request: web.Request, user: User) -> None:
        self.parts = parts
        self.user = user
        self._channel = channel
        self._request = request
        self._starting: tuple[str, Follower, View] | None = None
        self._watched: dict[str, asyncio.Task[None]] = {}
        self._beaten = -float("inf")
        self._bucket = TokenBucket(parts.limits.agent_commands, parts.limits.agent_commands_s)

    async def run(self) -> None:
        """Serve the connection until it ends."""
        user = self.user
        agent = {"id": user.id, "name": user.name, "roles": list(user.roles)}
        teams = [
            {"name": team.name, "title": team.title or team.name, "picking": team.picking}
            for team in self.parts.plan.teams
        ]
        await self._channel.send({"type": "hello", "agent": agent, "teams": teams})
        await self._be_there()
        try:
            await self._channel.run(self._read(), self._show_desk(), self._stay())
        finally:
            for conversation in list(self._watched):
                await self.unwatch(conversation)

    async def heartbeat(self) -> None:
        """Tell the desk that the agent is there."""
        profile, began = self.parts.plan.profile(self.user.email), monotonic()
        await self.parts.desk.heartbeat(self.user.id, self.user.name, self._channel.id, profile)
        self._beaten = began

    async def watch(self, watch: Watch) -> Data:
        """Show a conversation from `after` on; once more moves the cursor."""
        conversation = watch.conversation
        await self.unwatch(conversation)
        if len(self._watched) >= self.parts.limits.watched:
            raise BadRequest("too many conversations are watched")
        follower = Follower(
            self.parts.glance,
            conversation,
            watch.after or "0",
            self.parts.limits.page,
            show=Showing(self._channel, conversation).show,
            show_typing=lambda: self._show_typing(conversation),
            other=Role.CUSTOMER,
        )
        first = await follower.look()
        if watch.after:
            self.parts.metrics.reconnected(Role.AGENT.value)
        self._starting = (conversation, follower, first)
        return {"summary": first.conversation.summary().to_wire()}

    async def unwatch(self, conversation: str) -> None:
        """Show the conversation no longer."""
        task = self._watched.pop(conversation, None)
        if task is not None:
            await stop(task)

    async def _be_there(self) -> None:
        """Make up for a heartbeat that is due: whoever was forgotten gets no conversation."""
        if monotonic() - self._beaten >= self.parts.limits.agent_heartbeat_s:
            with suppress(Unavailable):
                await self.heartbeat()

    async def _read(self) -> None:
        limit = self.parts.settings.max_frame
        async for frame in self._channel.frames():
            await self._be_there()
            await self._channel.send(await COMMANDS.answer(self, frame, self._bucket.take, limit))
            self._start_following()

    def _start_following(self) -> None:
        """Begin what the last command asked to watch; its answer goes before the events."""
        if self._starting is not None:
            conversation, follower, first = self._starting
            self._starting = None
            following = asyncio.create_task(self._follow(conversation, follower, first))
            self._watched[conversation] = following

    async def _follow(self, conversation: str, follower: Follower, first: View) -> None:
        try:
            with self.parts.doorbell.listen(conversation) as bell:
                # What happened since the first look rang no bell of ours.
                bell.ring(conversation)
                await follower.run(bell, first)
        except UnknownConversation:
            log.info("watched_conversation_expired", conversation=conversation)
        except Exception:
            log.exception("watch_failed", conversation=conversation)
            self._channel.end(WSCloseCode.INTERNAL_ERROR, "internal")

    async def _show_typing(self, conversation: str) -> None:
        body = {"conversation": conversation, "role": Role.CUSTOMER.value}
        await self._channel.send({"type": "typing", **body})

    async def _show_desk(self) -> None:
        supervises = self.user.may("supervisor")
        with self.parts.board.screen(self.user.id, supervises=supervises) as screen:
            while True:
                await self._channel.send(await screen.next())

    async def _stay(self) -> None:
        """Keep the agent present, and end the socket with its session."""
        while True:
            try:
                if await self.parts.sessions.ended(self._request, self.user.id):
                    self._channel.end(WSCloseCode.POLICY_VIOLATION, "signed out")
                    return
                await self.heartbeat()
            except (Unavailable, SQLAlchemyError):
                log.warning("heartbeat_failed", agent=self.user.id)
            await asyncio.sleep(self.parts.limits.agent_heartbeat_s)


async def agent_socket(request: web.Request) -> web.StreamResponse:
    """Handle `/ws/agent`."""
    parts = request.app[PARTS]
    if hdrs.ORIGIN not in request.headers or not same_origin(request):
        raise Forbidden("another site's page")
    user = await parts.sessions.user(request, *SERVING)
    with parts.metrics.socket(Role.AGENT.value):
        async with parts.channels.open(request) as channel:
            await AgentSocket(parts, channel, request, user).run()
    return channel.response
