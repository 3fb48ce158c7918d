"""The commands of `/ws/agent`: what each must carry, and what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol

from pydantic import Field

from handoff.accounts import User
from handoff.desk import Desk
from handoff.errors import NotOwner
from handoff.gateway.errors import Forbidden
from handoff.gateway.parts import Parts
from handoff.gateway.protocol import (
    ClientId,
    Command,
    Commands,
    Cursor,
    Data,
    Fields,
    Identifier,
    Nothing,
    OfConversation,
    command,
)
from handoff.model import Role, Status

Note = Annotated[str, Field(max_length=500)]
Act = Callable[[Desk, str, str, str], Awaitable[None]]
"""A method of the desk that takes the conversation, the agent's id and the agent's name."""


class Watch(OfConversation):
    """Show a conversation from an event on."""

    after: Cursor | None = None


class Written(OfConversation):
    """A message of the agent, or a note."""

    client_id: ClientId
    text: str


class SeenUpTo(OfConversation):
    """Up to which events this screen has got and shown the conversation."""

    delivered: Cursor | None = None
    read: Cursor | None = None


class SetStatus(Fields):
    """Whether new conversations may come."""

    status: Annotated[Status, Field(strict=False)]
    reason: Annotated[str, Field(max_length=80)] = ""


class ToTeam(OfConversation):
    """Pass a conversation on to a team's line."""

    team: Identifier
    note: Note = ""


class ToAgent(OfConversation):
    """Pass a conversation on to another agent; `warm` asks the other first."""

    agent: Identifier
    note: Note = ""
    warm: bool = True


class Console(Protocol):
    """What a command needs of the socket it came on."""

    parts: Parts
    user: User

    async def heartbeat(self) -> None:
        """Tell the desk that the agent is there."""

    async def watch(self, watch: Watch) -> Data:
        """Show a conversation."""

    async def unwatch(self, conversation: str) -> None:
        """Show it no longer."""


async def _watch(socket: Console, watch: Watch) -> Data:
    return await socket.watch(watch)


async def _unwatch(socket: Console, command: OfConversation) -> Data:
    await socket.unwatch(command.conversation)
    return {}


async def _reply(socket: Console, reply: Written) -> Data:
    user = socket.user
    event_id = await socket.parts.desk.reply(
        reply.conversation, user.id, user.name, reply.client_id, reply.text
    )
    return {"event_id": event_id}


async def _whisper(socket: Console, note: Written) -> Data:
    user = socket.user
    owned = await socket.parts.desk.conversation(note.conversation)
    if owned.agent != user.id and not user.may("supervisor"):
        raise NotOwner("only the owner and supervisors write notes")
    event_id = await socket.parts.desk.note(
        note.conversation, user.id, user.name, note.client_id, note.text
    )
    return {"event_id": event_id}


async def _transfer_to_team(socket: Console, transfer: ToTeam) -> Data:
    user = socket.user
    await socket.parts.desk.transfer_to_team(
        transfer.conversation, user.id, user.name, transfer.team, transfer.note
    )
    return {}


async def _transfer_to_agent(socket: Console, transfer: ToAgent) -> Data:
    user, desk = socket.user, socket.parts.desk
    pass_on = desk.offer_to_agent if transfer.warm else desk.transfer_to_agent
    await pass_on(transfer.conversation, user.id, user.name, transfer.agent, transfer.note)
    return {}


async def _set_status(socket: Console, command: SetStatus) -> Data:
    await socket.parts.desk.set_status(socket.user.id, command.status, command.reason)
    return {}


async def _typing(socket: Console, command: OfConversation) -> Data:
    owned = await socket.parts.desk.conversation(command.conversation)
    if socket.user.id != owned.agent and socket.user.id not in owned.guests:
        raise NotOwner("another may not type to this customer")
    await socket.parts.desk.typing(command.conversation, Role.AGENT)
    return {}


async def _seen(socket: Console, seen: SeenUpTo) -> Data:
    await socket.parts.desk.seen_by_agent(
        seen.conversation, socket.user.id, seen.delivered or "", seen.read or ""
    )
    return {}


async def _ping(socket: Console, _: Nothing) -> Data:
    await socket.heartbeat()
    return {}


def _act(act: Act, role: str = "") -> Command[Console]:
    """What the desk does with a conversation in the agent's name; for agents who have `role`."""

    async def handle(socket: Console, command: OfConversation) -> Data:
        if role and not socket.user.may(role):
            raise Forbidden(f"only a {role} may do this")
        await act(socket.parts.desk, command.conversation, socket.user.id, socket.user.name)
        return {}

    return command(OfConversation, handle)


TABLE: dict[str, Command[Console]] = {
    "watch": command(Watch, _watch),
    "unwatch": command(OfConversation, _unwatch),
    "claim": _act(Desk.claim),
    "accept": _act(Desk.accept),
    "decline": _act(Desk.decline),
    "reply": command(Written, _reply),
    "note": command(Written, _whisper),
    "transfer_to_team": command(ToTeam, _transfer_to_team),
    "transfer_to_agent": command(ToAgent, _transfer_to_agent),
    "take_back": _act(Desk.take_back),
    "join": _act(Desk.join, "supervisor"),
    "leave": _act(Desk.leave, "supervisor"),
    "take_over": _act(Desk.take_over, "supervisor"),
    "hand_back": _act(Desk.hand_back),
    "close": _act(Desk.close),
    "set_status": command(SetStatus, _set_status),
    "typing": command(OfConversation, _typing),
    "seen": command(SeenUpTo, _seen),
    "ping": command(Nothing, _ping),
}
COMMANDS = Commands(TABLE)
