import pytest
from escalation_conversations import FOUND, NOTHING, Decision, codes

from handoff.escalation import ReasonCode


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich möchte mit einem Menschen sprechen", "de"),
        ("kann ich bitte mit jemandem reden", "de"),
        ("verbinden Sie mich", "de"),
        ("Mitarbeiter bitte", "de"),
        ("ich will nicht mit einem Bot reden", "de"),
        ("quiero hablar con una persona", "es"),
        ("páseme con un agente por favor", "es"),
        ("necesito hablar con alguien", "es"),
        ("no quiero hablar con un robot", "es"),
    ],
)
def test_a_request_is_obeyed_in_german_and_spanish(customer, text, language):
    verdict = customer.say(text, "", FOUND, 0.0)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.EXPLICIT_REQUEST]
    assert language in verdict.skills


@pytest.mark.parametrize(
    "text",
    [
        "ich möchte nicht mit einem Menschen sprechen",
        "ich brauche keinen Mitarbeiter",
        "mein Berater hat gesagt, das Paket kommt morgen",
        "ich habe mit einem Mitarbeiter gesprochen",
        "no quiero hablar con un agente",
        "el agente me dijo que llegaba hoy",
        "hablé con una persona ayer",
        "¿hay un agente de limpieza para hornos?",
    ],
)
def test_refusals_and_stories_are_no_request(customer, text):
    assert customer.say(text, "", FOUND, 0.0).decision is Decision.ANSWER


@pytest.mark.parametrize("text", ["ja, bitte", "gerne", "sí, por favor", "claro", "Vale, gracias"])
def test_yes_to_the_offer_is_understood(customer, text):
    customer.say("can you paint my fence?")
    assert customer.say(text, "", NOTHING, 0.0).decision is Decision.ESCALATE


@pytest.mark.parametrize("text", ["nein danke", "nicht nötig", "no, gracias", "ahora no"])
def test_no_to_the_offer_is_understood(customer, text):
    customer.say("can you paint my fence?")
    assert customer.say(text, "", NOTHING, 0.0).decision is Decision.SMALL_TALK


@pytest.mark.parametrize("text", ["ihr Idioten", "sois unos ladrones"])
def test_insults_are_understood(customer, text):
    assert codes(customer.say(text, "", FOUND, 0.0)) == [ReasonCode.ANGER]


@pytest.mark.parametrize("text", ["das ist eine Frechheit", "esto es una vergüenza"])
def test_annoyance_is_understood(customer, text):
    assert customer.say(text, "", NOTHING, 0.0).decision is Decision.OFFER
