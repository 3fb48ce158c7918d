"""Shortcuts that bring a conversation into a state, and the rules every transcript keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from guard import guard

from benchmarks.soak.checks import replay
from handoff.desk import Desk
from handoff.model import BotTurn, Event, Owner, Role
from handoff.store import scripts
from handoff.store.scripts import source


@pytest.fixture(autouse=True)
def _every_key_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster needs to know every key beforehand; one server would let it pass."""
    monkeypatch.setattr(scripts, "source", lambda name: guard(source(name)))


class Stage:
    """Brings conversations of a desk into a state."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def with_bot(self, conversation: str = "c1") -> str:
        await self.desk.open(conversation, "Ada")
        return conversation

    async def queued(self, conversation: str = "c1") -> str:
        await self.with_bot(conversation)
        await self.desk.request_human(conversation)
        return conversation

    async def arrive(self, *agents: str) -> None:
        """Let agents be heard: nobody else gets a conversation."""
        for agent in agents:
            await self.desk.heartbeat(agent, agent.title(), "socket")

    async def with_agent(self, conversation: str = "c1", agent: str = "ann") -> str:
        await self.queued(conversation)
        await self.arrive(agent)
        await self.desk.claim(conversation, agent, agent.title())
        return conversation

    async def closed(self, conversation: str = "c1", agent: str = "ann") -> str:
        await self.with_agent(conversation, agent)
        await self.desk.close(conversation, agent, agent.title())
        return conversation

    async def take(self, token: str = "token") -> BotTurn | None:
        """Read one scheduled turn from the stream and take it."""
        await self.desk.prepare_turns()
        scheduled = await self.desk.read_turns("worker", 1)
        if not scheduled:
            return None
        return await self.desk.take_turn(scheduled[0].conversation, token, scheduled[0].entry)

    async def taken(self, token: str = "token") -> BotTurn:
        turn = await self.take(token)
        assert turn is not None
        return turn

    async def said(self, conversation: str = "c1", role: Role = Role.BOT) -> list[str]:
        """The texts that one side wrote."""
        events = await self.desk.events(conversation)
        return [event.text for event in events if event.role is role]

    async def types(self, conversation: str = "c1") -> list[str]:
        return [event.type.value for event in await self.desk.events(conversation)]


@pytest.fixture
def stage(desk: Desk) -> Stage:
    return Stage(desk)


@pytest.fixture(name="replay")
def _replay() -> Callable[[Sequence[Event]], tuple[Owner, int]]:
    return replay
