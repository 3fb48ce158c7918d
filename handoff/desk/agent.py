"""What an agent, a person of the team, can do."""

from __future__ import annotations

from handoff.desk.base import DeskBase
from handoff.model import Role, dump
from handoff.store.connection import redis_errors
from handoff.text import check_client_id, check_identifier, clean_name, clean_text, preview

SWEEP_BATCH = 100


class AgentSide(DeskBase):
    """The agents' side of the desk; an agent's id is an identifier, the name is what is shown."""

    async def claim(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Take the conversation from the queue; claiming one's own again does nothing.

        Raises:
            AlreadyTaken: another agent has it.
            NotQueued: the bot has it, or it is closed.
            UnknownConversation: there is no such conversation.
        """
        keys = self._keys
        await self._scripts.run(
            "claim",
            keys=[*self._agent_keys(conversation, agent_id), keys.queue, keys.agents],
            args=_agent_args(conversation, agent_id, agent_name),
        )

    async def reply(
        self, conversation: str, agent_id: str, agent_name: str, client_id: str, text: str
    ) -> str:
        """Store a message of the agent who owns the conversation and return its event id.

        The same `client_id` again returns the same event id and stores nothing.

        Raises:
            BadRequest, EmptyText, TextTooLong: the message cannot be stored.
            NotOwner: the conversation is not this agent's.
            UnknownConversation: there is no such conversation.
        """
        keys = self._keys
        text = clean_text(text, self._settings.max_text)
        body = {
            "role": Role.AGENT.value,
            "text": text,
            "name": clean_name(agent_name, "Agent"),
            "client_id": client_id,
        }
        (event_id,) = await self._scripts.run(
            "reply",
            keys=[
                keys.conv(check_identifier(conversation)),
                keys.log(conversation),
                keys.sent(conversation),
                keys.all,
                keys.bell,
            ],
            args=[
                conversation,
                check_identifier(agent_id),
                f"a:{agent_id}:{check_client_id(client_id)}",
                dump(body),
                preview(text),
            ],
        )
        return str(event_id)

    async def hand_back(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Give the conversation back to the bot, which says that it is back.

        Raises:
            NotOwner: the conversation is not this agent's.
            UnknownConversation: there is no such conversation.
        """
        await self._scripts.run(
            "hand_back",
            keys=[*self._agent_keys(conversation, agent_id), self._keys.turns],
            args=_agent_args(conversation, agent_id, agent_name),
        )

    async def close(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """End the conversation; it expires after the retention time unless the customer writes.

        Raises:
            NotOwner: the conversation is not this agent's.
            UnknownConversation: there is no such conversation.
        """
        keys = self._keys
        await self._scripts.run(
            "close",
            keys=[
                *self._agent_keys(conversation, agent_id),
                keys.closed,
                keys.sent(conversation),
            ],
            args=[
                conversation,
                agent_id,
                dump({"by": "agent", "name": clean_name(agent_name, "Agent")}),
                self._settings.closed_retention_ms,
            ],
        )

    async def heartbeat(self, agent_id: str, agent_name: str, connection: str) -> None:
        """Tell that the agent is there; `connection` names the socket that says so."""
        keys = self._keys
        presence = {"name": clean_name(agent_name, "Agent"), "connection": connection}
        await self._scripts.run(
            "heartbeat",
            keys=[keys.agents, keys.presence],
            args=[check_identifier(agent_id), dump(presence)],
        )

    async def sweep(self) -> list[str]:
        """Return conversations of missing agents to the queue, and name those conversations.

        They keep their waiting time. Forgets expired conversations too. Any number of processes may
        sweep at the same time.
        """
        returned: list[str] = []
        with redis_errors():
            now = await self._now()
            latest = now - self._settings.agent_grace_ms
            missing = await self._redis.zrangebyscore(
                self._keys.agents, "-inf", f"({latest}", start=0, num=SWEEP_BATCH
            )
            for agent in missing:
                returned += await self._sweep_agent(str(agent))
            await self._forget_expired(now)
        return returned

    async def _sweep_agent(self, agent: str) -> list[str]:
        keys = self._keys
        conversations = sorted(map(str, await self._redis.smembers(keys.chats(agent))))
        script_keys = [keys.agents, keys.presence, keys.chats(agent), keys.queue, keys.all]
        script_keys.append(keys.bell)
        for conversation in conversations:
            script_keys += [keys.conv(conversation), keys.log(conversation)]
        (returned,) = await self._scripts.run(
            "sweep",
            keys=script_keys,
            args=[agent, self._settings.agent_grace_ms, *conversations],
        )
        return list(map(str, returned))

    async def _forget_expired(self, now: int) -> None:
        expired = await self._redis.zrangebyscore(
            self._keys.closed, "-inf", now, start=0, num=SWEEP_BATCH
        )
        if expired:
            async with self._redis.pipeline() as pipe:
                pipe.zrem(self._keys.closed, *expired)
                pipe.zrem(self._keys.all, *expired)
                await pipe.execute()

    async def _now(self) -> int:
        seconds, microseconds = await self._redis.time()
        return int(seconds) * 1000 + int(microseconds) // 1000

    def _agent_keys(self, conversation: str, agent_id: str) -> list[str]:
        keys = self._keys
        return [
            keys.conv(check_identifier(conversation)),
            keys.log(conversation),
            keys.chats(check_identifier(agent_id)),
            keys.all,
            keys.bell,
        ]


def _agent_args(conversation: str, agent_id: str, agent_name: str) -> list[str | int]:
    name = clean_name(agent_name, "Agent")
    return [conversation, agent_id, name, dump({"agent": agent_id, "name": name})]
