"""`/ws/customer`: the widget's connection to its one conversation."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiohttp import WSCloseCode, web

from handoff.errors import Unavailable
from handoff.gateway.channel import Channel
from handoff.gateway.errors import Forbidden, Unauthenticated, UnknownType
from handoff.gateway.follow import Follower
from handoff.gateway.glance import View
from handoff.gateway.limits import TokenBucket
from handoff.gateway.parts import PARTS, Parts
from handoff.gateway.protocol import (
    ClientId,
    Command,
    Commands,
    Cursor,
    Data,
    Fields,
    Identifier,
    Nothing,
    command,
)
from handoff.gateway.security import customer_origin_allowed
from handoff.gateway.wire import for_customer, state_for_customer
from handoff.model import Owner, Role, Seen

log = structlog.get_logger(__name__)


class Auth(Fields):
    """The first command: who is it, what has been shown already, and on which page.

    `identity` is the token with which the site vouches for the customer, "" once they signed out.
    What is not told of the last three stays as it was told before.
    """

    token: str
    conversation: Identifier | None = None
    after: Cursor | None = None
    page: str | None = None
    language: str | None = None
    identity: str | None = None


class Say(Fields):
    """A message of the customer."""

    client_id: ClientId
    text: str


class LeaveMessage(Fields):
    """A message for the next agent."""

    address: str
    text: str


class SeenUpTo(Fields):
    """Up to which events this screen has got and shown the conversation."""

    delivered: Cursor | None = None
    read: Cursor | None = None


class CustomerSocket:
    """One connection of a widget."""

    def __init__(self, parts: Parts, channel: Channel) -> None:
        self.parts = parts
        self.channel = channel
        self.conversation: str | None = None
        self._follower: Follower | None = None
        self._first: View | None = None
        self._state: dict[str, Any] | None = None
        self._seen = Seen()
        self._bucket = TokenBucket(parts.limits.customer_commands, parts.limits.customer_commands_s)
        self._authenticated = asyncio.Event()
        self._awaited = asyncio.Event()

    async def run(self) -> None:
        """Serve the connection until it ends."""
        await self.channel.run(self._read(), self._follow(), self._stay())

    @property
    def mine(self) -> str:
        """The conversation; raises `Unauthenticated` before `auth`."""
        if self.conversation is None:
            raise Unauthenticated("send auth first")
        return self.conversation

    async def authenticate(self, auth: Auth) -> Data:
        """Open the conversation of the token; the events follow the answer."""
        if self.conversation is not None:
            raise UnknownType("auth is sent once")
        conversation = self.parts.tokens.read(auth.token)
        if auth.conversation not in {None, conversation}:
            raise Forbidden("the token is for another conversation")
        identity = self.parts.identities.read(auth.identity) if auth.identity else None
        self._follower = Follower(
            self.parts.glance,
            conversation,
            auth.after or "0",
            self.parts.limits.page,
            show=self._show,
            show_typing=self._show_typing,
            other=Role.AGENT,
        )
        self._first = await self._follower.look()
        theirs = await self.parts.desk.tell_page(
            conversation, auth.page, auth.language, identity, signed_out=auth.identity == ""
        )
        if not theirs:
            raise Forbidden("the conversation is another customer's")
        self.conversation = conversation
        if auth.after:
            self.parts.metrics.reconnected(Role.CUSTOMER.value)
        state = self._state_of(self._first)
        del state["bot_thinking"]
        return {"conversation": conversation, **state}

    async def _read(self) -> None:
        max_frame = self.parts.settings.max_frame
        deadline = asyncio.get_running_loop().call_later(
            self.parts.settings.auth_timeout_s, self._too_late
        )
        try:
            async for frame in self.channel.frames():
                await self.channel.send(
                    await COMMANDS.answer(self, frame, self._bucket.take, max_frame)
                )
                if self.conversation is not None:
                    self._authenticated.set()
        finally:
            deadline.cancel()

    def _too_late(self) -> None:
        if self.conversation is None:
            self.channel.end(WSCloseCode.POLICY_VIOLATION, "authenticate first")

    async def _follow(self) -> None:
        await self._authenticated.wait()
        assert self._follower is not None  # noqa: S101
        parts, conversation = self.parts, self.mine
        with parts.doorbell.listen(conversation) as bell, parts.places.told(conversation, bell):
            # What happened between the first look and this line rang no bell of ours.
            bell.ring(conversation)
            assert self._first is not None  # noqa: S101
            await self._follower.run(bell, self._first)

    async def _show(self, view: View) -> None:
        for event in for_customer(view.events):
            await self.channel.send({"type": "event", "event": event})
        state = self._state_of(view)
        if view.conversation.owner in (Owner.QUEUE, Owner.AGENT):
            self._awaited.set()
        else:
            self._awaited.clear()
        if state != self._state:
            self._state = state
            await self.channel.send({"type": "state", **state})
        if view.conversation.seen != self._seen:
            self._seen = view.conversation.seen
            await self.channel.send({"type": "seen", **self._seen.to_wire()})

    def _state_of(self, view: View) -> dict[str, Any]:
        prospect = self.parts.places.prospect(view.conversation, view.position)
        self.parts.places.shown(view.conversation, prospect)
        return state_for_customer(view.conversation, prospect)

    async def _show_typing(self) -> None:
        await self.channel.send({"type": "typing", "role": Role.AGENT.value})

    async def _stay(self) -> None:
        """Keep a customer present whom somebody waits for or talks with."""
        while True:
            await self._awaited.wait()
            try:
                await self.parts.desk.customer_here([self.mine])
            except Unavailable:
                log.warning("presence_failed", conversation=self.mine)
            await asyncio.sleep(self.parts.limits.customer_presence_s)


async def _say(socket: CustomerSocket, say: Say) -> Data:
    return {"event_id": await socket.parts.desk.say(socket.mine, say.client_id, say.text)}


async def _request_human(socket: CustomerSocket, _: Nothing) -> Data:
    await socket.parts.desk.request_human(socket.mine)
    return {}


async def _cancel_handoff(socket: CustomerSocket, _: Nothing) -> Data:
    await socket.parts.desk.cancel_handoff(socket.mine)
    return {}


async def _leave_message(socket: CustomerSocket, message: LeaveMessage) -> Data:
    await socket.parts.desk.leave_message(socket.mine, message.address, message.text)
    return {}


async def _typing(socket: CustomerSocket, _: Nothing) -> Data:
    await socket.parts.desk.typing(socket.mine, Role.CUSTOMER)
    return {}


async def _seen(socket: CustomerSocket, seen: SeenUpTo) -> Data:
    await socket.parts.desk.seen_by_customer(socket.mine, seen.delivered or "", seen.read or "")
    return {}


async def _ping(_socket: CustomerSocket, _: Nothing) -> Data:
    return {}


_TABLE: dict[str, Command[CustomerSocket]] = {
    "auth": command(Auth, CustomerSocket.authenticate),
    "say": command(Say, _say),
    "request_human": command(Nothing, _request_human),
    "cancel_handoff": command(Nothing, _cancel_handoff),
    "leave_message": command(LeaveMessage, _leave_message),
    "typing": command(Nothing, _typing),
    "seen": command(SeenUpTo, _seen),
    "ping": command(Nothing, _ping),
}
COMMANDS = Commands(_TABLE)


async def customer_socket(request: web.Request) -> web.StreamResponse:
    """Handle `/ws/customer`."""
    if not customer_origin_allowed(request):
        raise Forbidden("another site's page")
    parts = request.app[PARTS]
    with parts.metrics.socket(Role.CUSTOMER.value):
        async with parts.channels.open(request) as channel:
            await CustomerSocket(parts, channel).run()
    return channel.response
