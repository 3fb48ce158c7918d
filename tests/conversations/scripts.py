"""Scripted conversations: what the customer writes, and what a good support lead would want.

Each file is a list of conversations. In a turn, `search` is what the knowledge base returns and
`intent` what Rasa understands; both stand in for the real ones where the policy runs alone.
`expect` names the decision, or those that are equally right; `ask_details` is the form before a
handoff, which is not the policy's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from handoff.escalation import Decision, ReasonCode, SearchDecision

HERE = Path(__file__).parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Expected = Decision | Literal["ask_details"]


class Step(_Strict):
    """A customer's message; all `reasons` must be among those given."""

    say: str
    expect: Expected | list[Expected]
    search: SearchDecision = SearchDecision.NONE
    intent: str = "ask_question"
    confidence: float = 0.95
    reasons: list[ReasonCode] = []
    priority: int | None = None
    skills: list[str] = []
    text: str = ""

    def faults(self, heard: dict[str, Any]) -> list[str]:
        """What is wrong with what the bot did: `decision`, `reasons`, `priority`, ...

        What cannot be heard from outside is None; priority and skills only count for a handoff.
        """
        wanted = self.expect if isinstance(self.expect, list) else [self.expect]
        passes_on = heard["decision"] == Decision.ESCALATE
        reasons = self.reasons if heard["reasons"] is not None else []
        checks = {
            f"{heard['decision']} instead of {'/'.join(wanted)}": heard["decision"] in wanted,
            f"{heard['reasons']} without {'/'.join(reasons)}": set(reasons)
            <= _set(heard, "reasons"),
            f"priority {heard['priority']} instead of {self.priority}": (
                self.priority in {None, heard["priority"]} or not passes_on
            ),
            f"skills {heard['skills']} without {'/'.join(self.skills)}": (
                set(self.skills) <= _set(heard, "skills") or not passes_on
            ),
            f"{heard['text']!r} without {self.text!r}": self.text in heard["text"],
        }
        return [fault for fault, is_right in checks.items() if not is_right]


def _set(heard: dict[str, Any], name: str) -> set[str]:
    return {str(item) for item in heard[name] or ()}


class HandBack(_Strict):
    """A person took over, and gave the conversation back to the bot."""

    handed_back: Literal[True]


class Script(_Strict):
    """A conversation; `e2e` is false where the real knowledge base would not play its part.

    `policy` is false where what counts happens in the bot around the policy. `metadata` is what
    the site vouches for.
    """

    name: str
    turns: list[Step | HandBack]
    metadata: dict[str, Any] = {}
    e2e: bool = True
    policy: bool = True

    @model_validator(mode="after")
    def _bot_is_left_once(self) -> Script:
        said = self.turns[1:]
        for before, step in zip(self.turns, said, strict=False):
            passed_on = isinstance(before, Step) and before.expect == Decision.ESCALATE
            if passed_on and isinstance(step, Step):
                raise ValueError(f"{step.say!r} is said to a person, not to the bot")
        return self


class Playing:
    """Which turns of a script the bot hears: after a handoff none until it is handed back.

    Where an offer and a handoff are equally right, the handoff may come a message early.
    """

    def __init__(self) -> None:
        self._with_person = False

    def hears(self, step: Step | HandBack) -> bool:
        """Whether the bot is told this; a person deals with what it is not told."""
        if isinstance(step, HandBack):
            self._with_person = False
        return not self._with_person

    def did(self, decision: str) -> None:
        """Note what the bot did about the turn it heard."""
        self._with_person = decision == Decision.ESCALATE


def scripts(whole_bot: bool = False) -> list[Script]:
    """The conversations of all files that the policy, or the whole bot, can play."""
    files = sorted(HERE.glob("*.yml"))
    read = [
        Script.model_validate(each) for file in files for each in yaml.safe_load(file.read_text())
    ]
    return [script for script in read if (script.e2e if whole_bot else script.policy)]
