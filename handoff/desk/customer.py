"""What a customer can do."""

from __future__ import annotations

from handoff.desk.base import DeskBase
from handoff.model import (
    DEFAULT_PRIORITY,
    Conversation,
    Reason,
    Role,
    dump,
    dump_reasons,
)
from handoff.text import check_client_id, check_identifier, clean_name, clean_text, preview


class CustomerSide(DeskBase):
    """The customer's side of the desk."""

    async def open(self, conversation: str, customer_name: str) -> Conversation:
        """Return the conversation, which starts with the bot if it does not exist yet.

        Raises:
            BadRequest: `conversation` is not an identifier.
        """
        keys = self._keys
        (stored,) = await self._scripts.run(
            "open",
            keys=[keys.conv(check_identifier(conversation)), keys.all],
            args=[conversation, clean_name(customer_name)],
        )
        return Conversation.from_stored(dict(zip(stored[::2], stored[1::2], strict=True)))

    async def say(self, conversation: str, client_id: str, text: str) -> str:
        """Store a message of the customer and return its event id.

        The same `client_id` again returns the same event id and stores nothing. If the bot owns the
        conversation a bot turn is scheduled; a closed conversation is opened again with the bot.

        Raises:
            BadRequest, EmptyText, TextTooLong: the message cannot be stored.
            UnknownConversation: it was never opened, or has expired.
        """
        keys = self._keys
        text = clean_text(text, self._settings.max_text)
        body = {"role": Role.CUSTOMER.value, "text": text, "client_id": client_id}
        (event_id,) = await self._scripts.run(
            "say",
            keys=[
                keys.conv(check_identifier(conversation)),
                keys.log(conversation),
                keys.sent(conversation),
                keys.turns,
                keys.all,
                keys.closed,
                keys.bell,
            ],
            args=[conversation, f"c:{check_client_id(client_id)}", dump(body), preview(text)],
        )
        return str(event_id)

    async def request_human(
        self, conversation: str, code: str = "explicit_request", detail: str = ""
    ) -> None:
        """Pass the conversation from the bot to the queue because the customer asks for it.

        Raises:
            NotWithBot: it waits already, a person has it, or it is closed.
            UnknownConversation: there is no such conversation.
        """
        await self._scripts.run(
            "escalate",
            keys=self._queue_keys(conversation),
            args=[conversation, dump_reasons([Reason(code, detail)]), DEFAULT_PRIORITY],
        )

    async def cancel_handoff(self, conversation: str) -> None:
        """Leave the queue and go on with the bot, which ignores what was written meanwhile.

        Raises:
            NotQueued: the conversation does not wait in the queue.
            UnknownConversation: there is no such conversation.
        """
        await self._scripts.run("cancel", keys=self._queue_keys(conversation), args=[conversation])

    def _queue_keys(self, conversation: str) -> list[str]:
        keys = self._keys
        conv = keys.conv(check_identifier(conversation))
        return [conv, keys.log(conversation), keys.queue, keys.all, keys.bell]
