"""How far the sides of a conversation have got and read it: positions, not events."""

from __future__ import annotations

from handoff.desk.base import DeskBase
from handoff.model import INTERNAL, Role
from handoff.text import check_cursor, check_identifier


class SeenSide(DeskBase):
    """Positions of both sides; they only move on, whoever tells them, in whatever order."""

    async def seen_by_customer(
        self, conversation: str, delivered: str = "", read: str = ""
    ) -> None:
        """Tell up to which events a screen of the customer has got and read the conversation.

        Raises:
            BadRequest: `delivered` or `read` is not an event id.
            UnknownConversation: there is no such conversation.
        """
        await self._seen(conversation, Role.CUSTOMER, "", delivered, read)

    async def seen_by_agent(
        self, conversation: str, agent_id: str, delivered: str = "", read: str = ""
    ) -> None:
        """Tell the same of an agent's screen; changes nothing while somebody else serves.

        Raises:
            BadRequest: `delivered` or `read` is not an event id.
            UnknownConversation: there is no such conversation.
        """
        agent = check_identifier(agent_id)
        await self._seen(conversation, Role.AGENT, agent, delivered, read)

    async def _seen(
        self, conversation: str, side: Role, agent: str, delivered: str, read: str
    ) -> None:
        keys = self._keys
        hidden = sorted(INTERNAL) if side is Role.CUSTOMER else []
        positions = [check_cursor(position) if position else "" for position in (delivered, read)]
        await self._scripts.run(
            "seen",
            keys=[keys.conv(check_identifier(conversation)), keys.log(conversation), keys.bell],
            args=[conversation, side.value, agent, *positions, *hidden],
        )
