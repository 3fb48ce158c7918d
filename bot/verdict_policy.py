"""Acts on the verdict the action server gave about the customer's latest message."""

from __future__ import annotations

from typing import Any

from rasa.core.constants import POLICY_PRIORITY
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import (
    ACTION_DEACTIVATE_LOOP_NAME,
    ACTION_LISTEN_NAME,
    USER_INTENT_SESSION_START,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot import compiled_validation, direct_graph, event_types, kept_sessions, sparse_rows

# What Rasa does anew for each turn and need not; each module says what and why.
for shortcut in (compiled_validation, direct_graph, event_types, kept_sessions, sparse_rows):
    shortcut.install()

VERDICT_SLOT = "verdict"
SMALL_TALK = "small_talk"
ACTIONS = {
    "answer": "action_answer",
    "clarify": "action_clarify",
    "offer": "action_offer_human",
    "escalate": "action_hand_off",
    "rephrase": "utter_rephrase",
}
UNAVAILABLE = "utter_bot_unavailable"
ASK_DETAILS = "ask_details"
DETAILS_FORM = "handoff_details_form"
HAND_OFF = ACTIONS["escalate"]
FINAL_ACTIONS = frozenset({*ACTIONS.values(), UNAVAILABLE})
# Messages of the system, not of the customer: the rules alone answer them.
INTERNAL_INTENTS = frozenset({"handed_back", "restart", "back", USER_INTENT_SESSION_START})


def next_action(tracker: DialogueStateTracker) -> str | None:
    """The action the verdict asks for, or None when the rules are to decide.

    A verdict counts only if it was set after the last customer message: when the action server
    is down Rasa keeps the old slot value, and acting on that would answer the wrong message. A
    verdict other than the form's own ends the form first.
    """
    internal, turn = _turn(tracker)
    verdict = next(
        (event.value for event in turn if isinstance(event, SlotSet) and event.key == VERDICT_SLOT),
        None,
    )
    done = {event.action_name for event in turn if isinstance(event, ActionExecuted)}
    asks = verdict == ASK_DETAILS and not internal
    if tracker.active_loop_name and not asks and not done & FINAL_ACTIONS:
        return ACTION_DEACTIVATE_LOOP_NAME
    if internal:
        return None
    if done & FINAL_ACTIONS:
        return ACTION_LISTEN_NAME
    if verdict == SMALL_TALK:
        return None
    if asks:
        return _in_the_form(tracker, DETAILS_FORM in done)
    return ACTIONS.get(verdict, UNAVAILABLE) if isinstance(verdict, str) else UNAVAILABLE


def _in_the_form(tracker: DialogueStateTracker, asked: bool) -> str | None:
    """The form takes each message once; if it then waits the rules listen, else it is over."""
    if not asked:
        return DETAILS_FORM
    return None if tracker.active_loop_name else HAND_OFF


def _turn(tracker: DialogueStateTracker) -> tuple[bool, list[Event]]:
    """Whether the last message is the system's own or there is none, and the events since.

    The events run from the newest to the oldest.
    """
    turn: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return event.intent_name in INTERNAL_INTENTS, turn
        turn.append(event)
    return True, turn


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=False
)
class VerdictPolicy(Policy):
    """Turns the verdict of the turn into the next action, and abstains on small talk."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Above RulePolicy (6), so that on a tie the verdict wins over a rule."""
        return {POLICY_PRIORITY: 7}

    @staticmethod
    def supported_data() -> SupportedData:
        """Needs neither stories nor rules; declared so that rules never reach it as stories."""
        return SupportedData.ML_AND_RULE_DATA

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ARG003
    ) -> VerdictPolicy:
        """A policy without learned parts."""
        return cls(config, model_storage, resource, execution_context)

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],  # noqa: ARG002
        domain: Domain,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Resource:
        """Nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> PolicyPrediction:
        """Certain of one action, or of none."""
        probabilities = self._default_predictions(domain)
        action = next_action(tracker)
        if action is not None:
            probabilities[domain.index_for_action(action)] = 1.0
        # What RulePolicy predicts for an active form outranks every prediction but one like it.
        in_form = action is not None and tracker.active_loop_name is not None
        return self._prediction(probabilities, is_no_user_prediction=in_form)
