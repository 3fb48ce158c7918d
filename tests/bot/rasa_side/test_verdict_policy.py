"""Runs in Rasa's own environment: the policy with the project's real domain."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.verdict_policy import ACTIONS, DETAILS_FORM, VerdictPolicy

DOMAIN = Domain.load(str(Path(__file__).parents[3] / "domain.yml"))
LISTEN = ActionExecuted("action_listen")
FORM = ActionExecuted(DETAILS_FORM)
ASKING = [FORM, ActiveLoop(DETAILS_FORM), SlotSet("requested_slot", "email"), LISTEN]
LEFT = [ActionExecuted("action_deactivate_loop"), ActiveLoop(None), SlotSet("requested_slot", None)]


def said(intent: str = "ask_question") -> UserUttered:
    return UserUttered("where is my parcel?", {"name": intent, "confidence": 0.9})


@pytest.fixture
def predict(tmp_path):
    policy = VerdictPolicy.create(
        VerdictPolicy.get_default_config(),
        LocalModelStorage(tmp_path),
        Resource("verdict_policy"),
        ExecutionContext(GraphSchema({})),
    )

    def prediction(*events: Event) -> str | None:
        """The action the policy is certain of, or None if it abstains."""
        tracker = DialogueStateTracker.from_events("c", [LISTEN, *events], slots=DOMAIN.slots)
        result = policy.predict_action_probabilities(tracker, DOMAIN)
        assert set(result.probabilities) <= {0.0, 1.0}
        if result.max_confidence == 0.0:
            return None
        # Otherwise RulePolicy, which holds on to an active form, would win.
        assert result.is_no_user_prediction == (tracker.active_loop_name is not None)
        return DOMAIN.action_names_or_texts[result.probabilities.index(1.0)]

    return prediction


@pytest.mark.parametrize(("verdict", "action"), ACTIONS.items())
def test_a_fresh_verdict_decides_the_action(predict, verdict, action):
    assert predict(said(), SlotSet("verdict", verdict)) == action


@pytest.mark.parametrize("action", [*ACTIONS.values(), "utter_bot_unavailable"])
def test_after_its_action_the_turn_is_over(predict, action):
    assert predict(said(), SlotSet("verdict", "answer"), ActionExecuted(action)) == "action_listen"


def test_an_old_verdict_does_not_count(predict):
    before = [said(), SlotSet("verdict", "answer"), ActionExecuted("action_answer"), LISTEN]
    assert predict(*before, said()) == "utter_bot_unavailable"


@pytest.mark.parametrize("verdict", [None, "", "sing", 7])
def test_an_unknown_verdict_means_the_bot_cannot_help(predict, verdict):
    assert predict(said(), SlotSet("verdict", verdict)) == "utter_bot_unavailable"


def test_a_verdict_that_is_no_word_means_the_bot_cannot_help(predict):
    assert predict(said(), SlotSet("verdict", ["answer"])) == "utter_bot_unavailable"


def test_the_latest_of_two_verdicts_counts(predict):
    verdicts = [SlotSet("verdict", "answer"), SlotSet("verdict", "escalate")]
    assert predict(said(), *verdicts) == "action_hand_off"


def test_small_talk_is_left_to_the_rules(predict):
    assert predict(said("greet"), SlotSet("verdict", "small_talk")) is None


def test_small_talk_without_a_rule_is_over_after_the_fallback(predict):
    turn = [said(), SlotSet("verdict", "small_talk"), ActionExecuted("utter_rephrase")]
    assert predict(*turn) == "action_listen"


def test_a_hand_back_is_left_to_the_rules_with_or_without_a_verdict(predict):
    assert predict(said("handed_back")) is None
    assert predict(said("handed_back"), SlotSet("verdict", "answer")) is None


def test_details_are_asked_for_by_the_form(predict):
    assert predict(said("affirm"), SlotSet("verdict", "ask_details")) == DETAILS_FORM


def test_an_answer_goes_to_the_form_which_then_waits_as_the_rules_say(predict):
    answered = [*ASKING, said(), SlotSet("verdict", "ask_details")]
    assert predict(*answered) == DETAILS_FORM
    assert predict(*answered, FORM) is None


def test_when_the_form_is_over_the_conversation_is_handed_off(predict):
    over = [*ASKING, said(), SlotSet("verdict", "ask_details"), FORM, ActiveLoop(None)]
    assert predict(*over) == "action_hand_off"
    assert predict(*over, ActionExecuted("action_hand_off")) == "action_listen"


def test_a_form_that_could_not_begin_keeps_nobody_from_a_person(predict):
    assert predict(said(), SlotSet("verdict", "ask_details"), FORM) == "action_hand_off"


@pytest.mark.parametrize(
    ("verdict", "action"),
    [("escalate", "action_hand_off"), (None, "utter_bot_unavailable"), ("small_talk", None)],
)
def test_any_other_verdict_ends_the_form_before_it_is_followed(predict, verdict, action):
    turn = [*ASKING, said(), SlotSet("verdict", verdict)]
    assert predict(*turn) == "action_deactivate_loop"
    assert predict(*turn, *LEFT) == action


def test_a_hand_back_ends_the_form_and_is_left_to_the_rules(predict):
    turn = [*ASKING, said("handed_back"), SlotSet("verdict", "small_talk")]
    assert predict(*turn) == "action_deactivate_loop"
    assert predict(*turn, *LEFT) is None


def test_before_the_first_message_it_abstains(predict):
    assert predict() is None


def test_every_action_it_may_choose_is_in_the_domain():
    chosen = {*ACTIONS.values(), "utter_bot_unavailable", DETAILS_FORM, "action_deactivate_loop"}
    assert chosen <= set(DOMAIN.action_names_or_texts)


def test_it_outranks_the_rules_on_a_tie():
    from rasa.core.policies.rule_policy import RulePolicy

    ours = VerdictPolicy.get_default_config()["priority"]
    assert ours > RulePolicy.get_default_config()["priority"]
