"""What counts is the whole conversation: memory, one offer at a time, no flapping, the evidence."""

import pytest

from handoff.escalation import (
    SHIPPED,
    Decision,
    EscalationPolicy,
    Message,
    PastTurn,
    Reason,
    ReasonCode,
    Search,
    SearchDecision,
    Turn,
)
from handoff.escalation.offer import offer_after
from handoff.escalation.reading import Reading
from handoff.escalation.seen import Seen

FOUND, NOTHING = Search(SearchDecision.ANSWER, 0.9), Search(SearchDecision.NONE, 0.2)
UNHAPPY = Reason(ReasonCode.UNEASE, "The customer is let down.", 0.9, 1)
#: Heavy enough to stand for a mood whatever the fitted model makes of the words.
BAD, CALM = 20.0, -6.0


def past(text: str, decision: Decision, unease: float = CALM, probability: float = 0.1) -> PastTurn:
    return PastTurn(
        Message(text),
        decision,
        (UNHAPPY,) if decision is Decision.OFFER else (),
        reply="Here is how it works.",
        unease=unease,
        probability=probability,
        readings=(UNHAPPY,) if unease > 0 else (),
    )


def decide(*earlier: PastTurn, text: str = "it still does not work", search: Search = FOUND):
    return EscalationPolicy().assess(Turn(Message(text, "ask_question", 0.9), search, earlier))


OFFERED = past("it broke", Decision.OFFER, BAD, 0.95)
ANSWERED_BADLY = past("and again", Decision.ANSWER, BAD, 0.95)
CALM_AGAIN = past("and the other", Decision.ANSWER, CALM, 0.1)
REFUSED = PastTurn(Message("no thanks"), Decision.SMALL_TALK, reply="All right.", unease=CALM)


def test_a_bad_mood_of_earlier_turns_is_remembered_and_fades():
    after_one = decide(ANSWERED_BADLY).probability
    after_three = decide(ANSWERED_BADLY, CALM_AGAIN, CALM_AGAIN).probability
    assert decide().probability < after_three < after_one


def test_the_reasons_tell_of_the_earlier_turns_that_led_to_it():
    verdict = decide(ANSWERED_BADLY, ANSWERED_BADLY, text="and the lid?")
    assert verdict.decision is Decision.OFFER
    assert UNHAPPY in verdict.reasons


def test_a_stronger_reading_before_is_told_instead_of_a_weak_one_and_after_the_turns_own():
    weak = Reading(ReasonCode.UNEASE, 0.2, "The customer said no.")
    turn = Turn(Message("and the lid?"), FOUND, (ANSWERED_BADLY,))
    again = Reading(ReasonCode.REPETITION, 0.7, "The customer said the same in message 1.")
    readings = {each.code: each for each in (weak, again)}
    seen = Seen(turn, SHIPPED, readings, (), offer_after((), SHIPPED), 0.9)
    assert seen.lasting() == (again.reason(turn.number), UNHAPPY)


def test_the_first_message_after_an_offer_is_not_taken_for_an_answer():
    assert decide(OFFERED, text="where is the manual").decision is Decision.ANSWER


def test_an_offer_that_did_not_settle_it_escalates():
    rephrased = past("hm", Decision.REPHRASE, BAD, 0.95)
    assert decide(OFFERED, rephrased, rephrased).decision is Decision.ESCALATE


def test_while_the_mood_stays_bad_the_offer_is_not_repeated_at_once():
    assert decide(OFFERED, ANSWERED_BADLY).decision is Decision.ANSWER


def test_it_is_repeated_after_a_rest_if_things_are_worse_than_ever():
    rest = SHIPPED.thresholds.rest
    assert decide(OFFERED, *[ANSWERED_BADLY] * rest).decision is Decision.OFFER


def test_it_is_repeated_where_the_mood_was_calm_in_between():
    calm = past("fine, and the lid?", Decision.ANSWER, BAD, 0.1)
    assert decide(OFFERED, calm, ANSWERED_BADLY).decision is Decision.OFFER


def test_after_a_refusal_the_bot_rests():
    assert decide(OFFERED, REFUSED, ANSWERED_BADLY).decision is Decision.ANSWER
    again = [ANSWERED_BADLY] * SHIPPED.thresholds.rest
    assert decide(OFFERED, REFUSED, *again).decision is Decision.OFFER


def test_one_who_is_angry_and_wants_no_person_is_left_in_peace():
    angry = PastTurn(
        Message("this is ridiculous"), Decision.OFFER, (Reason(ReasonCode.ANGER, "annoyed"),)
    )
    verdict = decide(angry, REFUSED, text="useless! where is my parcel?")
    assert verdict.decision is Decision.ANSWER


def test_a_request_is_obeyed_whatever_was_before():
    for earlier in [(OFFERED,), (OFFERED, REFUSED), (ANSWERED_BADLY,) * 30]:
        verdict = decide(*earlier, text="let me talk to a human")
        assert verdict.reasons[0].code is ReasonCode.EXPLICIT_REQUEST


def test_an_accepted_offer_tells_by_which_words():
    accepted, unhappy = decide(OFFERED, text="yes please").reasons
    assert (accepted.code, accepted.turn) == (ReasonCode.ACCEPTED_OFFER, 2)
    assert accepted.phrase == "yes please"
    assert unhappy == UNHAPPY


def test_a_third_time_the_same_is_offered_a_person_though_there_is_an_answer():
    same = past("how do I descale the kettle", Decision.ANSWER)
    verdict = decide(same, same, text="How do I descale the kettle?")
    assert verdict.decision is Decision.OFFER
    assert verdict.reasons[0].code is ReasonCode.REPETITION
    assert "message 1, 2" in verdict.reasons[0].detail


def test_a_bot_that_is_told_twice_that_it_does_not_help_is_failing():
    told = past("that did not help", Decision.ANSWER)
    verdict = decide(past("the lid", Decision.ANSWER), told, text="that didn't help either")
    assert ReasonCode.BOT_FAILING in [each.code for each in verdict.readings]


def test_praise_for_a_bot_that_failed_twice_is_not_meant():
    failed = past("hm", Decision.REPHRASE)
    verdict = decide(failed, failed, text="wow, brilliant", search=NOTHING)
    assert ReasonCode.ANGER in [each.code for each in verdict.readings]
    praised = decide(text="wow, brilliant", search=FOUND)
    assert ReasonCode.ANGER not in [each.code for each in praised.readings]


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("where is my fucking parcel", Decision.ANSWER),
        ("THIS IS RIDICULOUS, FED UP, ANSWER ME!!!", Decision.ESCALATE),
        ("WHAT THE FUCK IS THIS!!!", Decision.ESCALATE),
        ("oh great, another template. thanks for nothing", Decision.ANSWER),
    ],
)
def test_rage_escalates_and_strong_language_about_a_thing_does_not(text, decision):
    assert decide(text=text).decision is decision


def test_the_subject_calls_for_a_skill():
    verdict = decide(text="I want to talk to a human about my invoice")
    assert verdict.skills == ("billing",)


def test_evidence_survives_the_wire_and_older_forms_of_it():
    reason = Reason(ReasonCode.LEGAL, "law", 0.5, 3, "my lawyer")
    assert Reason.from_wire(reason.to_wire()) == reason
    assert Reason.from_wire({"code": "legal", "detail": "law"}) == Reason(ReasonCode.LEGAL, "law")
    for wire in ({"code": "of tomorrow"}, {}, None, 7, {"code": ["x"]}):
        assert Reason.from_wire(wire) is None
