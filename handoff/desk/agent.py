"""What an agent, a person of the team, does with a conversation."""

from __future__ import annotations

from handoff.desk.base import DeskBase
from handoff.model import Role, dump
from handoff.text import check_client_id, check_identifier, clean_name, clean_text, preview


class AgentSide(DeskBase):
    """The agents' side of the desk; an agent's id is an identifier, the name is what is shown."""

    async def claim(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Take the conversation from the queue; claiming one's own again does nothing.

        Raises:
            AlreadyTaken: another agent has it.
            NotQueued: the bot has it, or it is closed.
            PickingNotAllowed: the team's conversations are only offered.
            NotAvailable, NotYourTeam, AtCapacity: this agent may not have it now.
            UnknownConversation: there is no such conversation.
        """
        name = clean_name(agent_name, "Agent")
        await self._move(
            "claim",
            conversation,
            keys=self._takers_keys(agent_id),
            args=[agent_id, name, dump({"agent": agent_id, "name": name})],
        )

    async def accept(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Accept what is offered to this agent; accepting one's own again does nothing.

        Raises:
            NotOffered: it never was, or the time for the answer is over.
            NotAvailable: the agent's heartbeat stopped and the agent is forgotten.
            UnknownConversation: there is no such conversation.
        """
        name = clean_name(agent_name, "Agent")
        await self._with_holder(
            conversation,
            lambda holder: self._move(
                "accept",
                conversation,
                keys=[*self._takers_keys(agent_id), *self._holders_keys(holder or agent_id)],
                args=[
                    agent_id,
                    name,
                    dump({"agent": agent_id, "name": name, "offered": True}),
                    holder,
                ],
            ),
        )

    async def decline(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Refuse what is offered to this agent, to whom it is offered again only at last.

        Raises:
            NotOffered: it is not offered to this agent.
            UnknownConversation: there is no such conversation.
        """
        await self._end_offer(conversation, agent_id, agent_name, "agent")

    async def reply(
        self, conversation: str, agent_id: str, agent_name: str, client_id: str, text: str
    ) -> str:
        """Store a message of the agent who owns the conversation and return its event id.

        The same `client_id` again returns the same event id and stores nothing. Supervisors who
        joined may write too.

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
                keys.talk,
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
        body = dump({"agent": agent_id, "name": clean_name(agent_name, "Agent")})
        await self._move(
            "hand_back",
            conversation,
            keys=[*self._holders_keys(agent_id), self._keys.turns],
            args=[agent_id, body],
        )

    async def close(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """End the conversation; once archived it expires, unless the customer writes.

        Raises:
            NotOwner: the conversation is not this agent's.
            UnknownConversation: there is no such conversation.
        """
        name = clean_name(agent_name, "Agent")
        await self._move(
            "close",
            conversation,
            keys=[*self._holders_keys(agent_id), self._keys.to_archive],
            args=[
                agent_id,
                dump({"by": "agent", "name": name, "reason": "completed"}),
            ],
        )

    async def _end_offer(self, conversation: str, agent_id: str, agent_name: str, by: str) -> None:
        name = clean_name(agent_name, "Agent")
        await self._move(
            "decline",
            conversation,
            keys=[self._keys.agent(check_identifier(agent_id))],
            args=[agent_id, by, dump({"agent": agent_id, "name": name, "by": by})],
        )

    def _holders_keys(self, agent_id: str) -> list[str]:
        keys = self._keys
        return [keys.chats(check_identifier(agent_id)), keys.agent(agent_id)]

    def _takers_keys(self, agent_id: str) -> list[str]:
        return [*self._holders_keys(agent_id), self._keys.agents]
