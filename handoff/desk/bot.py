"""What the bot's workers do: take a turn, finish it, and read the stream of turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from redis.exceptions import ResponseError

from handoff.desk.base import DeskBase
from handoff.desk.texts import BOT_FAILED_TEXT, TEXTS
from handoff.model import (
    BOT_FAILED_PRIORITY,
    BotReply,
    BotTurn,
    Event,
    HandoffRequest,
    Identity,
    Outcome,
    Reason,
    Role,
    ScheduledTurn,
    TurnKind,
    dump,
)
from handoff.store.connection import redis_errors
from handoff.store.keys import BOT_GROUP
from handoff.text import check_identifier, preview

WISH_LENGTH = 6
"""Arguments that `_wish` makes."""


class BotSide(DeskBase):
    """The bot's side of the desk."""

    async def take_turn(
        self, conversation: str, token: str, entry: str | None = None
    ) -> BotTurn | None:
        """Take the turn that is due in the conversation; None if there is none (any more).

        All messages of the customer that the bot has not answered become one turn. `token` fences
        it: whoever takes the same turn later makes this one stale. `entry` is the place in the
        stream of turns that announced it; entries that announce nothing any more are removed.
        """
        keys = self._keys
        answer = await self._scripts.run(
            "take_turn",
            keys=[keys.conv(check_identifier(conversation)), keys.log(conversation), keys.turns],
            args=[token, entry or "", BOT_GROUP],
        )
        if not answer:
            return None
        epoch, kind, due, upto, fresh, outcome, page, language, identity, entries = answer
        events = [Event.from_stored(item[0], _pairs(item[1])) for item in entries]
        texts = tuple(event.text for event in events if event.role is Role.CUSTOMER)
        return BotTurn(
            conversation=conversation,
            kind=TurnKind(kind),
            epoch=int(epoch),
            token=token,
            entry=due,
            upto=upto,
            fresh=bool(fresh),
            texts=texts,
            outcome=Outcome(outcome) if outcome else None,
            page=page,
            language=language,
            identity=Identity.from_stored(identity),
        )

    async def finish_turn(
        self, turn: BotTurn, replies: Sequence[BotReply], handoff: HandoffRequest | None = None
    ) -> None:
        """Store what the bot says and, if asked for, pass the conversation to the queue, at once.

        Messages that came during the turn become the next one. If no line has room the
        conversation stays with the bot, which says that a message may be left.

        Raises:
            StaleTurn: somebody else owns the conversation or the turn; nothing was stored.
        """
        keys = self._keys
        bodies = [dump(_reply_body(reply)) for reply in replies]
        await self._move(
            "finish_turn",
            turn.conversation,
            keys=[keys.turns],
            args=[
                turn.epoch,
                turn.token,
                turn.entry,
                turn.upto,
                BOT_GROUP,
                # Who waits is known by their own words, not by the bot's farewell.
                preview(replies[-1].text) if replies and handoff is None else "",
                words_of_bot(TEXTS[Outcome.QUEUE_FULL]),
                *(self._wish(handoff) if handoff else [""] * WISH_LENGTH),
                *bodies,
            ],
        )

    async def bot_failed(self, turn: BotTurn, detail: str, code: str = "bot_failed") -> None:
        """Tell the customer that the bot cannot answer, and pass the conversation to the queue.

        `detail` is shown to agents.

        Raises:
            StaleTurn: somebody else owns the conversation or the turn; nothing was stored.
        """
        request = HandoffRequest((Reason(code, detail),), BOT_FAILED_PRIORITY)
        await self.finish_turn(turn, [BotReply(BOT_FAILED_TEXT)], request)

    async def prepare_turns(self) -> None:
        """Create the consumer group of the bot's workers if it does not exist."""
        with redis_errors():
            try:
                await self._redis.xgroup_create(self._keys.turns, BOT_GROUP, id="0", mkstream=True)
            except ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    async def read_turns(
        self, worker: str, limit: int, block_ms: int | None = None
    ) -> list[ScheduledTurn]:
        """Assign up to `limit` scheduled turns to `worker`, waiting up to `block_ms` for the first.

        Without `block_ms` it does not wait.
        """
        with redis_errors():
            answer = await self._redis.xreadgroup(
                BOT_GROUP, worker, {self._keys.turns: ">"}, count=limit, block=block_ms
            )
        streams = answer.values() if isinstance(answer, dict) else [s[1] for s in answer or []]
        return [_scheduled(entry) for entries in streams for entry in entries]

    async def adopt_turns(self, worker: str, limit: int, idle_ms: int) -> list[ScheduledTurn]:
        """Assign to `worker` turns that another worker has left unfinished for `idle_ms`."""
        with redis_errors():
            answer = await self._redis.xautoclaim(
                self._keys.turns, BOT_GROUP, worker, idle_ms, count=limit
            )
        return [_scheduled(entry) for entry in answer[1]]

    async def forget_worker(self, worker: str) -> None:
        """Remove a worker that holds no turns from the consumer group."""
        with redis_errors():
            pending = await self._redis.xpending_range(
                self._keys.turns, BOT_GROUP, "-", "+", 1, consumername=worker
            )
            if not pending:
                await self._redis.xgroup_delconsumer(self._keys.turns, BOT_GROUP, worker)


def words_of_bot(text: str) -> str:
    """Return the stored form of something the desk itself lets the bot say."""
    return dump(_reply_body(BotReply(text)))


def _reply_body(reply: BotReply) -> dict[str, Any]:
    return {
        "role": Role.BOT.value,
        "text": reply.text,
        "buttons": [{"title": title} for title in reply.buttons],
        "sources": [{"id": source.id, "title": source.title} for source in reply.sources],
    }


def _scheduled(entry: Any) -> ScheduledTurn:
    entry_id, fields = entry
    return ScheduledTurn(entry_id, fields["conversation"], TurnKind(fields["kind"]))


def _pairs(flat: Sequence[str]) -> dict[str, str]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
