"""What agents do with each other: pass conversations on, join, whisper, take over."""

from __future__ import annotations

from handoff.desk.agent import AgentSide
from handoff.desk.staff import StaffSide
from handoff.errors import BadRequest, NotAvailable, NotOffered
from handoff.model import dump
from handoff.routing.plan import milliseconds
from handoff.store.connection import redis_errors
from handoff.text import check_client_id, check_identifier, clean_line, clean_name, clean_text

MAX_NOTE = 500


class TeamSide(AgentSide, StaffSide):
    """Several agents and supervisors on one conversation."""

    async def transfer_to_team(
        self, conversation: str, agent_id: str, agent_name: str, team: str, note: str = ""
    ) -> None:
        """Put the conversation into a team's line, where it keeps its waiting time.

        Raises:
            BadRequest: there is no such team.
            NotOwner: the conversation is not this agent's.
            QueueFull: the team's line has no room.
            UnknownConversation: there is no such conversation.
        """
        if team not in self._plan.names:
            raise BadRequest("no such team")
        body = {"team": team, "note": clean_line(note, MAX_NOTE)}
        await self._transfer(conversation, agent_id, agent_name, body, team=team)

    async def transfer_to_agent(
        self, conversation: str, agent_id: str, agent_name: str, to: str, note: str = ""
    ) -> None:
        """Pass the conversation to another agent at once (a cold transfer).

        Raises:
            NotOwner: the conversation is not this agent's.
            NotAvailable, AtCapacity: the other may not have it now.
            UnknownConversation: there is no such conversation.
        """
        name = await self._name_of(to)
        body = {"to": to, "to_name": name, "note": clean_line(note, MAX_NOTE)}
        await self._transfer(conversation, agent_id, agent_name, body, to=to, to_name=name)

    async def offer_to_agent(
        self, conversation: str, agent_id: str, agent_name: str, to: str, note: str = ""
    ) -> None:
        """Ask another agent to take the conversation, which stays here until then (a warm one).

        Raises:
            NotOwner: the conversation is not this agent's.
            AlreadyOffered: it is being offered to somebody else.
            NotAvailable, AtCapacity: the other may not have it now.
            UnknownConversation: there is no such conversation.
        """
        body = {
            "from": check_identifier(agent_id),
            "from_name": clean_name(agent_name, "Agent"),
            "note": clean_line(note, MAX_NOTE),
        }
        with redis_errors():
            team = await self._redis.hget(self._keys.conv(check_identifier(conversation)), "team")
        lasts_ms = milliseconds(self._plan.team(team or "").accept_timeout_s)
        await self.offer(conversation, to, await self._name_of(to), lasts_ms, body)

    async def take_back(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Withdraw the offer of one's own conversation to another agent.

        Raises:
            NotOffered: it is not this agent's, or not offered to anybody.
            UnknownConversation: there is no such conversation.
        """
        with redis_errors():
            owner, offered = await self._redis.hmget(
                self._keys.conv(check_identifier(conversation)), "agent", "offer"
            )
        if not offered or owner != agent_id:
            raise NotOffered("nothing to take back")
        await self._end_offer(conversation, str(offered), agent_name, "owner")

    async def offer(
        self,
        conversation: str,
        agent_id: str,
        agent_name: str,
        lasts_ms: int,
        passed_on: dict[str, str] | None = None,
    ) -> None:
        """Offer a conversation to an agent for whom it holds a place for `lasts_ms`.

        From the queue, or from the agent named in `passed_on` (`from`, `from_name`, `note`).

        Raises:
            NotQueued: from the queue, and it does not wait.
            NotOwner: from an agent who does not own it.
            AlreadyOffered: it is being offered to somebody else.
            NotAvailable, NotYourTeam, AtCapacity: the agent may not have it now.
            UnknownConversation: there is no such conversation.
        """
        name = clean_name(agent_name, "Agent")
        told = {"agent": agent_id, "name": name, "seconds": lasts_ms // 1000, **(passed_on or {})}
        await self._move(
            "offer",
            conversation,
            keys=self._takers_keys(agent_id),
            args=[
                agent_id,
                name,
                (passed_on or {}).get("from", ""),
                self._settings.agent_grace_ms,
                lasts_ms,
                dump(told),
            ],
        )

    async def take_over(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Take the conversation from the agent who owns it; a supervisor's right.

        Raises:
            NotWithAgent: no agent owns it.
            NotAvailable, AtCapacity: the supervisor may not have it now.
            UnknownConversation: there is no such conversation.
        """
        name = clean_name(agent_name, "Agent")
        await self._with_holder(
            conversation,
            lambda holder: self._move(
                "take_over",
                conversation,
                keys=[*self._takers_keys(agent_id), *self._holders_keys(holder or agent_id)],
                args=[
                    agent_id,
                    name,
                    dump({"agent": agent_id, "name": name, "taken_over": True}),
                    holder,
                ],
            ),
        )

    async def join(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Take part beside the agent who owns the conversation; a supervisor's right.

        Raises:
            NotWithAgent: no agent owns it.
            UnknownConversation: there is no such conversation.
        """
        await self._attend("join", conversation, agent_id, agent_name)

    async def leave(self, conversation: str, agent_id: str, agent_name: str) -> None:
        """Take part no longer.

        Raises:
            UnknownConversation: there is no such conversation.
        """
        await self._attend("leave", conversation, agent_id, agent_name)

    async def note(
        self, conversation: str, agent_id: str, agent_name: str, client_id: str, text: str
    ) -> str:
        """Store what only the team sees, and return its event id.

        The same `client_id` again returns the same event id and stores nothing.

        Raises:
            BadRequest, EmptyText, TextTooLong: the note cannot be stored.
            UnknownConversation: there is no such conversation.
        """
        keys = self._keys
        body = {
            "agent": check_identifier(agent_id),
            "name": clean_name(agent_name, "Agent"),
            "text": clean_text(text, self._settings.max_text),
            "client_id": client_id,
        }
        (event_id,) = await self._scripts.run(
            "note",
            keys=[
                keys.conv(check_identifier(conversation)),
                keys.log(conversation),
                keys.sent(conversation),
                keys.bell,
                keys.to_archive,
                keys.closed,
            ],
            args=[conversation, f"n:{agent_id}:{check_client_id(client_id)}", dump(body)],
        )
        return str(event_id)

    async def _attend(self, script: str, conversation: str, agent_id: str, agent_name: str) -> None:
        keys = self._keys
        name = clean_name(agent_name, "Agent")
        await self._scripts.run(
            script,
            keys=[
                keys.conv(check_identifier(conversation)),
                keys.log(conversation),
                keys.bell,
            ],
            args=[
                conversation,
                check_identifier(agent_id),
                dump({"agent": agent_id, "name": name}),
            ],
        )

    async def _transfer(
        self,
        conversation: str,
        agent_id: str,
        agent_name: str,
        body: dict[str, str],
        *,
        to: str = "",
        to_name: str = "",
        team: str = "",
    ) -> None:
        sender = {"agent": agent_id, "name": clean_name(agent_name, "Agent")}
        await self._move(
            "transfer",
            conversation,
            keys=[*self._takers_keys(agent_id), *self._holders_keys(to or agent_id)],
            args=[
                agent_id,
                to,
                to_name,
                team,
                self._settings.agent_grace_ms,
                dump(sender | body),
                dump({"agent": to, "name": to_name, "transferred": True}),
            ],
        )

    async def _name_of(self, agent_id: str) -> str:
        name = (await self._names([agent_id])).get(agent_id)
        if name is None:  # who comes in the next moment would have a name that is not theirs
            raise NotAvailable("they are not here")
        return name
