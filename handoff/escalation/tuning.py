"""What people may tune without code, as it is read from `escalation.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from handoff.escalation.phrases import Phrases, parts
from handoff.escalation.reasons import DEFAULT_PRIORITY, Reason, ReasonCode
from handoff.escalation.rules import Priority, Rule, Skill, Strict

Chance = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=-10, le=10)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]

SKILL = "skill."

_NESTED = re.compile(r"\([^)]*\(")


class Thresholds(Strict):
    """When the bot acts. All but `rest` are probabilities, 0..1.

    `request`: how sure a request for a person must be; `refused_request`: where the message also
    refuses one. `offer`: that a person is needed now, for an offer; at the shipped one about one
    in twenty problem-free conversations of STAR is offered a person. `escalate`: for a handoff
    that the customer did not ask for, where an offer did not settle it. `calm`: below it the
    mood has settled, and a new offer may be made. `rest`: after a refusal, how many turns the
    same is not offered again. `similar`: how alike two messages are to be the same again.
    """

    request: Chance
    refused_request: Chance
    offer: Chance
    escalate: Chance
    calm: Chance
    similar: Chance
    rest: Annotated[int, Field(ge=0, le=50)]

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        if not self.calm <= self.offer <= self.escalate:
            raise ValueError("calm, offer and escalate must not fall in this order")
        return self


class Memory(Strict):
    """How the mood of earlier turns counts: see `handoff.escalation.pressure`."""

    fade: Chance
    weight: Annotated[float, Field(ge=0, le=5)]
    carry: Chance


class Standing(Strict):
    """What a reason means for the queue."""

    priority: Priority = DEFAULT_PRIORITY
    skills: tuple[Skill, ...] = ()


Lists = tuple[str, ...]


class Words(Strict):
    """The word lists of one language.

    `first_person` are the words for the customer. `ignored` are phrases that look like something
    else and mean nothing here. `negators` turn what follows into its opposite. `accepts`,
    `declines` and `filler` are what answers to an offer are made of. `account` are words for what
    only somebody with the order before them knows. `skills` are the words that call for a skill.
    The others are named like what they show.
    """

    first_person: Lists = ()
    ignored: Lists = ()
    negators: Lists = ()
    accepts: Lists = ()
    declines: Lists = ()
    filler: Lists = ()
    request: Lists = ()
    insult: Lists = ()
    swearing: Lists = ()
    annoyed: Lists = ()
    sarcasm: Lists = ()
    praise: Lists = ()
    despair: Lists = ()
    unhelpful: Lists = ()
    churn: Lists = ()
    account: Lists = ()
    legal: Lists = ()
    fraud: Lists = ()
    safety: Lists = ()
    press: Lists = ()
    data_protection: Lists = ()
    danger_to_life: Lists = ()
    skills: dict[Skill, Lists] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _speaks(self) -> Words:
        for name, phrases in self.by_name().items():
            for phrase in phrases:
                if _NESTED.search(phrase) or phrase.count("(") != phrase.count(")"):
                    raise ValueError(
                        f"{name}: {phrase!r} has brackets within brackets, or a lone one"
                    )
                if not parts(phrase):
                    raise ValueError(f"{name}: {phrase!r} holds no words")
        return self

    def by_name(self) -> dict[str, Lists]:
        """The lists by their names; those of the skills after `SKILL`."""
        lists: dict[str, Lists] = {
            name: getattr(self, name) for name in type(self).model_fields if name != "skills"
        }
        return lists | {SKILL + name: phrases for name, phrases in self.skills.items()}


class Tuning(Strict):
    """All of it. `weights` are added to the log-odds that a person is needed, times the score."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    language: Language
    thresholds: Thresholds
    memory: Memory
    weights: dict[ReasonCode, Weight]
    reasons: dict[ReasonCode, Standing]
    crisis: dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=2000)]]
    rules: tuple[Rule, ...] = ()
    words: dict[Language, Words]

    @model_validator(mode="after")
    def _complete(self) -> Tuning:
        if self.language not in self.crisis:
            raise ValueError(f"crisis: the text in the bot's own language ({self.language}) is due")
        return self

    @cached_property
    def phrases(self) -> Phrases:
        """All word lists, ready to be found in a message."""
        return Phrases({code: words.by_name() for code, words in self.words.items()})

    def priority_of(self, reasons: Iterable[Reason]) -> int:
        """The priority of the most urgent of the reasons."""
        found = (self.standing(reason.code).priority for reason in reasons)
        return max(found, default=DEFAULT_PRIORITY)

    def standing(self, code: ReasonCode) -> Standing:
        """What the reason means for the queue; nothing special where the file says nothing."""
        return self.reasons.get(code, _ORDINARY)

    def crisis_text(self, language: str | None) -> str:
        """The fixed words for somebody in danger, in that language if there are some."""
        return self.crisis.get(language or self.language) or self.crisis[self.language]


_ORDINARY = Standing()
