"""Names of all keys of one desk; they share a hash tag, so one script may touch any of them."""

from __future__ import annotations

BOT_GROUP = "bot"
"""Consumer group of the stream of bot turns."""


class Keys:
    """The keys of one desk."""

    def __init__(self, desk: str) -> None:
        self._tag = f"{{{desk}}}"
        self.queue = f"{self._tag}:queue"
        self.turns = f"{self._tag}:turns"
        self.agents = f"{self._tag}:agents"
        self.presence = f"{self._tag}:presence"
        self.all = f"{self._tag}:all"
        self.closed = f"{self._tag}:closed"
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
