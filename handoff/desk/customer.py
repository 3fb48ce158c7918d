"""What a customer can do."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from handoff.desk.base import DeskBase
from handoff.errors import Refused
from handoff.model import Conversation, HandoffRequest, Identity, Reason, Role, dump
from handoff.text import (
    check_address,
    check_client_id,
    check_identifier,
    clean_line,
    clean_name,
    clean_text,
    preview,
)

MAX_PATH = 300
MAX_ADDRESS = 2000

# A tag of BCP 47, as far as browsers use them.
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


def path_of(page: str) -> str:
    """Return the path of a page's address in one clean line; empty if it has none."""
    try:
        return clean_line(urlsplit(page[:MAX_ADDRESS]).path, MAX_PATH)
    except (Refused, ValueError):
        return ""


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

    async def tell_page(
        self,
        conversation: str,
        page: str | None = None,
        language: str | None = None,
        identity: Identity | None = None,
        *,
        signed_out: bool = False,
    ) -> bool:
        """Remember the customer's page, the browser's language and who they are, for the bot.

        What is None stays as it was told before, an identity until the customer `signed_out`.
        False, and nothing is changed, if the site vouched for another customer before: what was
        said is theirs, and what holds for one decides nothing for the other.
        Of a page only the path is kept, which carries no secrets of a query. What cannot be true
        is taken for unknown: the page is the customer's to tell, and no reason to refuse them.
        """
        told: dict[str, str] = {}
        if page is not None:
            told["page"] = path_of(page)
        if language is not None:
            told["page_language"] = language if _LANGUAGE.match(language) else ""
        if identity or signed_out:
            told["identity"] = identity.to_stored() if identity else ""
        (theirs,) = await self._scripts.run(
            "tell_page",
            keys=[self._keys.conv(check_identifier(conversation)), self._keys.bell],
            args=[
                conversation,
                identity.id if identity else "",
                *(part for field in told.items() for part in field),
            ],
        )
        return bool(theirs)

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
                keys.talk,
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
            QueueFull: no line has room; a message may be left.
            UnknownConversation: there is no such conversation.
        """
        request = HandoffRequest((Reason(code, detail),))
        await self._move("escalate", conversation, keys=[], args=self._wish(request))

    async def leave_message(self, conversation: str, address: str, text: str) -> None:
        """Leave a message for the next agent, who answers to `address` (e-mail or telephone).

        The customer need not wait; no limit of the queue applies.

        Raises:
            BadRequest, EmptyText, TextTooLong: the message cannot be stored.
            NotWithBot: an agent has the conversation, or it is closed.
            UnknownConversation: there is no such conversation.
        """
        text = clean_text(text, self._settings.max_text)
        address = check_address(address)
        request = HandoffRequest((Reason("message_left"),))
        await self._move(
            "leave_message",
            conversation,
            keys=[],
            args=[
                dump({"address": address, "text": text}),
                address,
                preview(text),
                *self._wish(request),
            ],
        )

    async def customer_here(self, conversations: Collection[str]) -> None:
        """Tell that sockets of these customers are open; whoever was away is back.

        Told again before the grace time is over, they stay present.
        """
        keys = self._keys
        for conversation in conversations:
            await self._scripts.run(
                "customer_here",
                keys=[
                    keys.conv(check_identifier(conversation)),
                    keys.log(conversation),
                    keys.bell,
                    keys.here,
                    keys.gone,
                ],
                args=[conversation],
            )

    async def cancel_handoff(self, conversation: str) -> None:
        """Leave the queue and go on with the bot, which ignores what was written meanwhile.

        Raises:
            NotQueued: the conversation does not wait in the queue.
            UnknownConversation: there is no such conversation.
        """
        await self._move("cancel", conversation, keys=[], args=[])
