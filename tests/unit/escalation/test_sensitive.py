import pytest
from escalation_conversations import FOUND, NOTHING, Decision, codes

from handoff.escalation import SHIPPED, ReasonCode


@pytest.mark.parametrize(
    ("text", "code", "priority"),
    [
        ("I will sue you", ReasonCode.LEGAL, 7),
        ("you'll hear from my solicitor", ReasonCode.LEGAL, 7),
        ("mein Anwalt wird sich melden", ReasonCode.LEGAL, 7),
        ("voy a hablar con mi abogado", ReasonCode.LEGAL, 7),
        ("somebody used my card for this", ReasonCode.FRAUD, 8),
        ("I never made this payment, it is an unauthorised charge", ReasonCode.FRAUD, 8),
        ("mein Konto wurde gehackt", ReasonCode.FRAUD, 8),
        ("me han robado la tarjeta, hay un cargo no autorizado", ReasonCode.FRAUD, 8),
        ("the kettle caught fire", ReasonCode.SAFETY, 8),
        ("der Wasserkocher hat mir einen Stromschlag gegeben", ReasonCode.SAFETY, 8),
        ("I am a reporter and need a statement", ReasonCode.PRESS, 7),
        ("you leaked my data, delete all my data now", ReasonCode.DATA_PROTECTION, 7),
        ("löschen Sie meine Daten, DSGVO", ReasonCode.DATA_PROTECTION, 7),
    ],
)
def test_what_only_a_person_may_deal_with_goes_to_one_at_once(customer, text, code, priority):
    verdict = customer.say(text, search=FOUND)
    assert verdict.decision is Decision.ESCALATE
    assert verdict.reasons[0].code is code
    assert verdict.reasons[0].phrase
    assert verdict.reasons[0].phrase in text
    assert verdict.priority == priority
    assert set(SHIPPED.reasons[code].skills) <= set(verdict.skills)


@pytest.mark.parametrize(
    "text",
    [
        "is there any fraud protection?",
        "how do you handle personal data?",
        "I don't want to sue you",
        "I am not going to take you to court",
        "which french press do you recommend",
        "do you sell smoke detectors",
        "my name is Sue",
        "this cake is to die for",
    ],
)
def test_what_only_sounds_like_it_is_answered(customer, text):
    assert customer.say(text, search=FOUND).decision is Decision.ANSWER


def test_a_general_question_without_an_answer_goes_to_a_person(customer):
    assert customer.say("is there a gdpr contact?", search=NOTHING).decision is Decision.ESCALATE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I want to kill myself", "en"),
        ("honestly I don't want to live any more", "en"),
        ("where is my parcel? I might as well end it all", "en"),
        ("ich will nicht mehr leben", "de"),
        ("quiero morir", "es"),
    ],
)
def test_somebody_in_danger_gets_the_fixed_words_and_a_person_first(customer, text, language):
    verdict = customer.say(text, search=FOUND)
    assert verdict.decision is Decision.ESCALATE
    assert codes(verdict) == [ReasonCode.DANGER_TO_LIFE]
    assert verdict.text == SHIPPED.crisis[language]
    assert verdict.priority == 9
    assert not verdict.offer_open


def test_danger_comes_before_a_request_an_open_offer_and_a_no(customer):
    customer.say("can you paint my fence?")
    verdict = customer.say("no. get me a human, I'm going to kill myself", "deny")
    assert codes(verdict) == [ReasonCode.DANGER_TO_LIFE]


def test_other_words_than_those_for_danger_are_not_fixed(customer):
    assert customer.say("I will sue you").text == ""
