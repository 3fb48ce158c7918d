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


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """True for a well-formed reply; raises jsonschema's ValidationError otherwise."""
    error = best_match(_VALIDATOR.iter_errors(result))
    if error is not None:
        error.message += f". The action server's reply to '{self.name()}' is malformed."
        raise error
    return True


def install() -> None:
    """Put the compiled check in the place of Rasa's own, in this process."""
    RemoteAction._validate_action_result = validate_action_result
