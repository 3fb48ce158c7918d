"""Scripted conversations: what the customer writes, and what a good support lead would want.

Each file is a list of conversations. In a turn, `search` is what the knowledge base returns and
`intent` what Rasa understands; both stand in for the real ones where the policy runs alone.
`expect` names the decision, or those that are equally right.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

from handoff.escalation import Decision, ReasonCode, SearchDecision

HERE = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """A customer's message; all `reasons` must be among those given."""

    say: str
    expect: Decision | list[Decision]
    search: SearchDecision = SearchDecision.NONE
    intent: str = "ask_question"
    confidence: float = 0.95
    reasons: list[ReasonCode] = []
    priority: int | None = None
    skills: list[str] = []
    text: str = ""

    def faults(self, heard: dict[str, Any]) -> list[str]:
        """What is wrong with what the bot did: `decision`, `reasons`, `priority`, ..."""
        wanted = self.expect if isinstance(self.expect, list) else [self.expect]
        missing = {str(code) for code in self.reasons} - set(heard["reasons"])
        passes_on = heard["decision"] == Decision.ESCALATE
        checks = {
            f"{heard['decision']} instead of {'/'.join(wanted)}": heard["decision"] in wanted,
            f"no {', '.join(sorted(missing))} in {heard['reasons']}": not missing,
            f"priority {heard['priority']} instead of {self.priority}": (
                self.priority in {None, heard["priority"]} or not passes_on
            ),
            f"skills {heard['skills']}": set(self.skills) <= set(heard["skills"]),
            f"text {heard['text']!r}": self.text in heard["text"],
        }
        return [fault for fault, is_right in checks.items() if not is_right]


class HandBack(_Strict):
    """A person took over, and gave the conversation back to the bot."""

    handed_back: Literal[True]


class Script(_Strict):
    """A conversation; `e2e` is false where the real knowledge base would not play its part.

    `not_yet` says why the bot does not do as wanted so far.
    """

    name: str
    turns: list[Step | HandBack]
    metadata: dict[str, Any] = {}
    e2e: bool = True
    not_yet: str = ""


def scripts() -> list[Script]:
    """All conversations of all files."""
    files = sorted(HERE.glob("*.yml"))
    return [Script.model_validate(each) for file in files for each in yaml.safe_load(file.open())]
