from typing import Any

import pytest

from handoff.escalation import (
    SHIPPED,
    Decision,
    EscalationPolicy,
    Message,
    PastTurn,
    ReasonCode,
    Search,
    SearchDecision,
    Turn,
)
from handoff.escalation.rules import Rule
from handoff.escalation.signals import attributes

FOUND, NOTHING = Search(SearchDecision.ANSWER, 0.9), Search(SearchDecision.NONE, 0.2)


def rule(when: dict[str, Any], **then: Any) -> Rule:
    return Rule(name="a", when=when, **then)


@pytest.mark.parametrize(
    ("when", "metadata"),
    [
        ({"vip": True}, {"vip": True}),
        ({"tier": ["gold", "black"]}, {"tier": "Gold"}),
        ({"page": "*/checkout*"}, {"page": "https://shop.example/checkout/2"}),
        ({"customer.orders": {"at_least": 2}}, {"customer": {"orders": 3}}),
        ({"total": {"at_least": 1, "at_most": 5}}, {"total": 2.5}),
        ({"tags": "press"}, {"tags": ["a", "press"]}),
        ({"vip": True, "language": "de"}, {"vip": True, "language": "de"}),
    ],
)
def test_a_rule_holds_where_all_its_attributes_fit(when, metadata):
    assert rule(when).holds(metadata)


@pytest.mark.parametrize(
    ("when", "metadata"),
    [
        ({"vip": True}, {}),
        ({"vip": True}, {"vip": False}),
        ({"vip": True}, {"vip": 1}),
        ({"vip": True}, {"vip": "yes"}),
        ({"orders": {"at_least": 2}}, {"orders": "many"}),
        ({"orders": {"at_least": 1}}, {"orders": True}),
        ({"customer.orders": 2}, {"customer": 2}),
        ({"vip": True, "language": "de"}, {"vip": True}),
    ],
)
def test_a_rule_does_not_hold_otherwise(when, metadata):
    assert not rule(when).holds(metadata)


# For each shipped rule what it is about, and what is near to it and is not.
SHIPPED_RULES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "vip": (
        [{"vip": True}],
        [{}, {"vip": False}, {"vip": "true"}, {"vip": 1}],
    ),
    "premium tier": (
        [{"tier": "gold"}, {"tier": "PLATINUM"}, {"tier": ["silver", "gold"]}],
        [{"tier": "golden"}, {"tier": ""}, {"customer": {"tier": "gold"}}],
    ),
    "open order": (
        [{"open_orders": 1}, {"open_orders": 12}, {"open_orders": 1.5}],
        [{"open_orders": 0}, {"open_orders": -1}, {"open_orders": "2"}, {"open_orders": True}],
    ),
    "checkout": (
        [{"page": "/checkout"}, {"page": "https://shop.example/en/Checkout/2?step=1"}],
        [{"page": "/products"}, {"page": "checkout"}, {"page": None}],
    ),
}


@pytest.mark.parametrize("shipped", SHIPPED.rules, ids=lambda shipped: shipped.name)
def test_a_shipped_rule_finds_those_it_is_about_and_nobody_else(shipped):
    about, near = SHIPPED_RULES[shipped.name]
    for metadata in about:
        found = attributes.read(Turn(Message("hm"), metadata=metadata))
        assert found is not None, metadata
        assert found.detail == shipped.detail
        assert assess(metadata).probability > assess({}).probability
        assert assess(metadata).priority == max(5, shipped.priority or 0)
    for metadata in near:
        assert attributes.read(Turn(Message("hm"), metadata=metadata)) is None, metadata


def test_rules_that_hold_together_are_told_together():
    found = attributes.read(Turn(Message("hm"), metadata={"vip": True, "open_orders": 2}))
    assert found is not None
    assert found.detail == "A VIP customer. The customer has an open order."


def assess(metadata: dict[str, Any], *rules: Rule, text: str = "hm", search: Search = NOTHING):
    tuning = SHIPPED.model_copy(update={"rules": rules}) if rules else SHIPPED
    return EscalationPolicy(tuning=lambda: tuning).assess(
        Turn(Message(text, "ask_question", 0.9), search, metadata=metadata)
    )


def test_a_vip_waits_less_and_the_agent_knows():
    verdict = assess({"vip": True}, text="can you paint my fence?")
    assert verdict.decision is Decision.OFFER
    assert verdict.priority == 7
    assert verdict.reasons[-1].code is ReasonCode.ATTRIBUTE
    assert verdict.reasons[-1].detail == "A VIP customer."


def test_a_vip_is_answered_like_everybody_else():
    assert assess({"vip": True}, search=FOUND).decision is Decision.ANSWER


def test_a_rule_may_ask_for_a_person_and_a_skill():
    forced = rule({"page": "*/claims*"}, decision="escalate", skills=["claims"])
    verdict = assess({"page": "/claims"}, forced, search=FOUND)
    assert verdict.decision is Decision.ESCALATE
    assert verdict.skills == ("claims",)


def test_a_rule_offers_a_person_only_once():
    offers = rule({"vip": True}, decision="offer")
    tuning = SHIPPED.model_copy(update={"rules": (offers,)})
    policy = EscalationPolicy(tuning=lambda: tuning)
    first = policy.assess(Turn(Message("one"), FOUND, metadata={"vip": True}))
    past = PastTurn(Message("one"), first.decision, first.reasons)
    second = policy.assess(Turn(Message("two"), FOUND, (past,), metadata={"vip": True}))
    assert (first.decision, second.decision) == (Decision.OFFER, Decision.ANSWER)


def test_a_rule_weighs_in_the_probability():
    heavy = rule({"vip": True}, weight=2.0)
    assert assess({"vip": True}, heavy).probability > assess({}, heavy).probability


@pytest.mark.parametrize(
    ("metadata", "language"), [({"language": "de-DE"}, "de"), ({"language": "fr"}, "fr")]
)
def test_a_customer_of_another_language_needs_an_agent_who_speaks_it(metadata, language):
    assert language in assess(metadata).skills


def test_the_language_of_the_bot_is_no_skill():
    assert assess({"language": "en"}).skills == ()
