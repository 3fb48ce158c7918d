"""What a bot turn brings and takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from handoff.model.events import DEFAULT_PRIORITY, Outcome, Reason
from handoff.model.identity import Identity


class TurnKind(StrEnum):
    """Why the bot is asked to speak."""

    SAY = "say"
    HANDED_BACK = "handed_back"


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer came from."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class BotReply:
    """One message of the bot: Markdown text, titles of buttons, and the articles used."""

    text: str
    buttons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """The bot's wish to pass the conversation on; priority 0 to 9, higher is served first.

    `summary` is the JSON of what the agent reads first, see `handoff.summary`. `skills` and
    `language` choose the team, and the agent where the team goes by them.
    """

    reasons: tuple[Reason, ...]
    priority: int = DEFAULT_PRIORITY
    summary: Mapping[str, Any] | None = field(default=None, hash=False)
    skills: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class BotTurn:
    """A turn that a worker took: what the customer wrote since the bot last answered.

    `token` and `epoch` fence the turn, `entry` is its place in the stream of turns, `upto` the last
    event it answers. `fresh` asks for the bot's context to be reset before it answers;
    `outcome` is how the last handoff ended if the bot has not been told yet. `page` is the path of
    the customer's page and `language` what the browser prefers (BCP 47); empty if
    unknown. `identity` is who the site says the customer is.
    """

    conversation: str
    kind: TurnKind
    epoch: int
    token: str
    entry: str
    upto: str
    fresh: bool
    texts: tuple[str, ...]
    outcome: Outcome | None = None
    page: str = ""
    language: str = ""
    identity: Identity | None = None

    @property
    def about(self) -> dict[str, Any]:
        """What is known of the customer and the page, for the rules on attributes.

        What the site vouches for is apart from what anybody can say.
        """
        vouched = dict(self.identity.attributes) if self.identity else {}
        known = {"page": self.page, "language": self.language, "attributes": vouched}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class ScheduledTurn:
    """An entry of the stream of bot turns."""

    entry: str
    conversation: str
    kind: TurnKind
