"""Telling words with a slip of the finger in them."""

from __future__ import annotations

import pytest

from handoff.escalation.misspelt import Speller
from handoff.escalation.request_cues import asking_words, request_cues

SPELLER = Speller(["agent", "contact"], ["gent", "contract"])


@pytest.mark.parametrize("slip", ["aent", "agebt", "agnet", "agentt", "Agemt"])
def test_one_slip_is_put_right(slip: str) -> None:
    assert SPELLER.mended(f"chat with {slip}, please") == "chat with agent, please"


@pytest.mark.parametrize(
    "text",
    ["", "agent", "agents", "AGENT", "gent", "contract", "contracts", "agility", "agtne", "sgent"],
)
def test_words_of_their_own_and_two_slips_stay(text: str) -> None:
    assert SPELLER.mended(text) == text


def test_an_empty_speller_changes_nothing() -> None:
    assert Speller([], []).mended("chat with agrnt") == "chat with agrnt"


def test_a_misspelt_request_shows_the_cues_of_a_request() -> None:
    assert request_cues("talk with an aent")["talk_to"] == 1.0
    assert request_cues("i want an operater")["wants"] == 1.0
    assert asking_words("speak with someody") == "speak with somebody"


def test_of_two_words_that_a_slip_can_come_from_the_first_is_meant() -> None:
    assert Speller(["contact", "connect"], []).mended("contect") == "contact"
    assert Speller(["connect", "contact"], []).mended("contect") == "connect"


@pytest.mark.parametrize(
    "text",
    [
        "manage it",
        "advisory",
        "give me the parson",
        "i want hunan chicken",
        "my chat and calls arent working",
        "contract with somebody",
        "i need the pearson book",
        "perdon",
    ],
)
def test_words_near_to_telling_ones_are_none(text: str) -> None:
    cues = request_cues(text)
    assert not any(cues[name] for name in ("asked", "agent", "boss", "human", "bare", "wants"))
