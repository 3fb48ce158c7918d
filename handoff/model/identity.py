"""Who a customer is, by the word of the site they write from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Attribute = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer as the site's server vouches for them: its own id, a name or "", attributes."""

    id: str
    name: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict, hash=False)

    @classmethod
    def from_stored(cls, stored: str) -> Identity | None:
        """Read a conversation's field; None if nobody vouched."""
        if not stored:
            return None
        known = json.loads(stored)
        return cls(known["id"], known["name"], known["attributes"])

    def to_stored(self) -> str:
        """Return the text that a conversation keeps."""
        return json.dumps(self.to_wire(), ensure_ascii=False, separators=(",", ":"))

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form that agents get."""
        return {"id": self.id, "name": self.name, "attributes": dict(self.attributes)}
