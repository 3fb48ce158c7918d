from handoff.escalation.policy import EscalationPolicy
from handoff.escalation.reasons import ReasonCode
from handoff.escalation.turn import Message, PastTurn, Search, SearchDecision, Turn
from handoff.escalation.verdict import Decision

ANSWERS = Search(SearchDecision.ANSWER, 0.8)
REFUSAL = "Unfortunately, I cannot do that."
RAGE = "This is ridiculous, you still don't understand, it doesn't work, stop repeating yourself!!"


def converse(*steps: tuple[str, str]) -> list:
    """The verdict on each message of a conversation; each step is a message and the reply."""
    policy, earlier, verdicts = EscalationPolicy(), [], []
    for text, reply in steps:
        verdict = policy.assess(Turn(Message(text), ANSWERS, tuple(earlier)))
        verdicts.append(verdict)
        past = PastTurn(Message(text), verdict.decision, verdict.reasons, reply, verdict.unease)
        earlier.append(past)
    return verdicts


def test_a_calm_conversation_is_answered():
    verdicts = converse(("Hi, where is my order?", "On its way."), ("Great, thank you!", "Bye"))
    assert {verdict.decision for verdict in verdicts} == {Decision.ANSWER}


def test_a_request_is_obeyed_at_once():
    (verdict,) = converse(("I want to talk to a human", ""))
    assert verdict.decision is Decision.ESCALATE
    assert verdict.reasons[0].code is ReasonCode.EXPLICIT_REQUEST


def test_a_slow_burn_is_offered_a_person_once():
    verdicts = converse(
        ("Can you change my booking?", REFUSAL), ("But why not? I need it changed", REFUSAL),
        (RAGE, REFUSAL), ("I am still waiting, this is useless", REFUSAL),
    )  # fmt: skip
    decisions = [verdict.decision for verdict in verdicts]
    assert decisions.count(Decision.OFFER) == 1
    assert verdicts[0].probability < verdicts[2].probability


def test_an_accepted_offer_escalates():
    past = PastTurn(Message("no!"), Decision.OFFER, reply="Shall I get a person?")
    verdict = EscalationPolicy().assess(Turn(Message("yes please"), ANSWERS, (past,)))
    assert verdict.decision is Decision.ESCALATE


def test_no_thanks_is_respected_even_when_the_mood_stays_bad():
    offered = PastTurn(Message(RAGE), Decision.OFFER, reply="Shall I get a person?", unease=2.0)
    refused = PastTurn(Message("no thanks"), Decision.SMALL_TALK, reply="All right.", unease=0.0)
    verdict = EscalationPolicy().assess(Turn(Message(RAGE), ANSWERS, (offered, refused)))
    assert verdict.decision is Decision.ANSWER


def test_a_refused_offer_does_not_stop_a_request():
    offered = PastTurn(Message(RAGE), Decision.OFFER, reply="Shall I get a person?", unease=2.0)
    refused = PastTurn(Message("no thanks"), Decision.SMALL_TALK, reply="All right.", unease=0.0)
    turn = Turn(Message("ok then let me talk to an agent"), ANSWERS, (offered, refused))
    assert EscalationPolicy().assess(turn).decision is Decision.ESCALATE


def test_the_mood_fades():
    angry = PastTurn(Message(RAGE), Decision.ANSWER, reply="Sorry.", unease=2.0)
    calm = PastTurn(Message("ok"), Decision.ANSWER, reply="Good.", unease=-3.0)
    text = Message("and the other one?")
    policy = EscalationPolicy()
    just_now = policy.assess(Turn(text, ANSWERS, (angry,))).probability
    long_ago = policy.assess(Turn(text, ANSWERS, (angry, calm, calm, calm))).probability
    assert long_ago < just_now


def test_after_a_hand_back_it_starts_clean():
    fresh = EscalationPolicy().assess(Turn(Message("where is my parcel"), ANSWERS))
    assert fresh.decision is Decision.ANSWER
    assert fresh.probability < 0.2


def test_a_knowledge_base_that_is_down_escalates():
    turn = Turn(Message("where is my parcel"), Search(SearchDecision.UNAVAILABLE))
    assert EscalationPolicy().assess(turn).decision is Decision.ESCALATE


def test_a_thousand_turns_get_a_decision():
    past = PastTurn(Message("hello " * 50), Decision.ANSWER, reply="hi " * 50, unease=-2.0)
    verdict = EscalationPolicy().assess(Turn(Message("😀" * 3000), ANSWERS, (past,) * 1000))
    assert verdict.decision in Decision
