"""Names of all keys of one desk; they share a hash tag, so one script may touch any of them."""

from __future__ import annotations

BOT_GROUP = "bot"
"""Consumer group of the stream of bot turns."""


class Keys:
    """The keys of one desk."""

    def __init__(self, desk: str) -> None:
        self._tag = f"{{{desk}}}"
        self.queue = f"{self._tag}:queue"
        self.offers = f"{self._tag}:offers"
        self.reserved = f"{self._tag}:reserved"
        self.talk = f"{self._tag}:talk"
        self.figures = f"{self._tag}:figures"
        self.here = f"{self._tag}:here"
        self.gone = f"{self._tag}:gone"
        self.turns = f"{self._tag}:turns"
        self.agents = f"{self._tag}:agents"
        self.presence = f"{self._tag}:presence"
        self.all = f"{self._tag}:all"
        self.closed = f"{self._tag}:closed"
        self.to_archive = f"{self._tag}:to_archive"
        self.bell = f"{self._tag}:bell"
        self.typing = f"{self._tag}:typing"

    def conv(self, conversation: str) -> str:
        """Hash: the state of a conversation."""
        return f"{self._tag}:conv:{conversation}"

    def log(self, conversation: str) -> str:
        """Stream: the transcript of a conversation."""
        return f"{self._tag}:log:{conversation}"

    def sent(self, conversation: str) -> str:
        """Hash: client id -> event id of every message stored."""
        return f"{self._tag}:sent:{conversation}"

    def chats(self, agent: str) -> str:
        """Set: the conversations an agent owns."""
        return f"{self._tag}:chats:{agent}"

    def agent(self, agent: str) -> str:
        """Hash: status of an agent, and teams and capacity while the agent is there."""
        return f"{self._tag}:agent:{agent}"

    def line(self, team: str) -> str:
        """Sorted set: the conversations that wait for a team, in the order of `queue`."""
        return f"{self._tag}:line:{team}"
