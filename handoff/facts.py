"""Facts in what a customer wrote, found by rules: order numbers, e-mails, telephones, products."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from handoff.errors import BrokenFacts

# So many of a kind are told to an agent; more would bury what matters.
MOST = 5

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b", re.IGNORECASE)


class Facts(BaseModel):
    """What was found, each kind in the order of its first mention and without repeats."""

    model_config = ConfigDict(frozen=True)

    order_numbers: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


class Need(BaseModel):
    """What an agent needs about a subject, which is known by one of the words or phrases."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: Literal["order_number", "email"]
    words: Annotated[tuple[str, ...], Field(min_length=1)]

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        return _any_of(tuple(map(re.escape, self.words)), "s?")

    def is_for(self, text: str) -> bool:
        """Whether the text is about the subject."""
        return any(_all(self._words, text))


class FactRules(BaseModel):
    """How the facts of one shop look, and which of them are asked for.

    order_number: regular expressions of a whole order number.
    ask: what is asked for before a handoff, by the subject of the question; the first that fits.
    products: words for what is sold; a plural in -s is found by its singular.
    phone_region: the country that a telephone number without a prefix belongs to (ISO 3166).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    order_number: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    phone_region: str | None = None
    ask: tuple[Need, ...] = ()

    @model_validator(mode="after")
    def _recognise_what_is_asked(self) -> Self:
        if not self.order_number and any(need.fact == "order_number" for need in self.ask):
            raise ValueError("ask: order_number must say what an order number looks like")
        return self

    @field_validator("order_number")
    @classmethod
    def _compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return patterns

    def find(self, texts: Iterable[str]) -> Facts:
        """The facts in the texts, oldest text first."""
        text = "\n".join(texts)
        return Facts(
            order_numbers=_first(_all(self._orders, text)),
            emails=_first(_all(_EMAIL, text)),
            phones=_first(self._phones(text)),
            products=_first(_all(self._products, text)),
        )

    def needed_for(self, question: str) -> str | None:
        """The fact that an agent needs for this question; None if it is asked for none."""
        return next((need.fact for need in self.ask if need.is_for(question)), None)

    def _phones(self, text: str) -> Iterable[str]:
        for match in PhoneNumberMatcher(text, self.phone_region):
            if not (self._orders and self._orders.search(match.raw_string)):
                yield format_number(match.number, PhoneNumberFormat.INTERNATIONAL)

    @cached_property
    def _orders(self) -> re.Pattern[str] | None:
        return _any_of(self.order_number, "")

    @cached_property
    def _products(self) -> re.Pattern[str] | None:
        longest_first = sorted(self.products, key=len, reverse=True)
        return _any_of(tuple(map(re.escape, longest_first)), "s?")


def read_rules(path: Path) -> FactRules:
    """The rules in a YAML file; raises BrokenFacts, which names file and key."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return FactRules.model_validate(content or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "all"
        raise BrokenFacts(f"{path.name}: {key}: {first['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BrokenFacts(f"{path.name}: {error}") from error


def _any_of(patterns: tuple[str, ...], ending: str) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)}){ending}(?!\w)", re.IGNORECASE)


def _all(pattern: re.Pattern[str] | None, text: str) -> Iterable[str]:
    return (match[0] for match in pattern.finditer(text)) if pattern else ()


def _first(found: Iterable[str]) -> tuple[str, ...]:
    kept = {text.casefold(): text for text in reversed(list(found))}
    return tuple(reversed(kept.values()))[:MOST]
