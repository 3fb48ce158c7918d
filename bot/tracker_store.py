"""Keeps the bot's memory of a conversation in Redis, bounded to the latest turns.

Rasa's own store keeps every event for ever, and every turn reads, replays, sends (twice) and writes
them all: a turn gets slower with every message. The bot looks back a limited number of turns only,
and the transcript is the gateway's, so older events can go. There is no merging with what another
process may have written either: the gateway runs one turn of a conversation at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import RedisTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedRedisTrackerStore(RedisTrackerStore):
    """Rasa's Redis store that remembers `max_turns` customer messages and what followed them."""

    def __init__(
        self,
        domain: Domain,
        host: str = "localhost",
        event_broker: EventBroker | None = None,
        use_ssl: str | bool = False,
        max_turns: int = 50,
        **kwargs: Any,
    ) -> None:
        # A value from the environment is always a text, and "false" would count as true.
        encrypted = str(use_ssl).lower() == "true"
        super().__init__(domain, host=host, event_broker=event_broker, use_ssl=encrypted, **kwargs)
        self._max_turns = max_turns

    async def save(self, tracker: DialogueStateTracker, timeout: float | None = None) -> None:
        """Write the latest turns, to be kept for `timeout` seconds or `record_exp`."""
        await self.stream_events(tracker)
        dialogue = tracker.as_dialogue()
        dialogue.events = latest_turns(dialogue.events, self._max_turns)
        text = json.dumps(dialogue.as_dict())
        self.red.set(self.key_prefix + tracker.sender_id, text, ex=timeout or self.record_exp)


def latest_turns(events: Sequence[Event], turns: int) -> list[Event]:
    """The events from just before the customer's message `turns` messages ago."""
    events = list(events)
    starts = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= turns:
        return events
    # With the action_listen before the message, which Rasa takes for the end of a turn.
    return events[max(0, starts[-turns] - 1) :]
