"""Runs in Rasa's own environment: the compiled check of an action server's reply."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot import compiled_validation, verdict_policy

GOOD = {"events": [{"event": "slot", "name": "verdict", "value": "answer"}], "responses": []}
SLOT = GOOD["events"][0]
WELL_FORMED = [
    GOOD,
    {},
    {"events": [], "responses": [{"text": "hi"}]},
    {"events": [{**SLOT, "timestamp": None, "extra": 1}, {**SLOT, "value": None}]},
    {"events": [SLOT, {"event": "action", "name": "action_listen"}], "responses": []},
    {"events": [SLOT], "more": "than asked for"},
]
MALFORMED = [
    {"events": [SLOT, {"event": "slot", "name": 3, "value": 1}]},
    {"events": [{"event": "slot", "name": "verdict"}]},
    {"events": [SLOT], "responses": [SLOT, "text"]},
    {"events": {"event": "slot", "name": "a", "value": 1}},
    [],
    "nothing",
    None,
    {"events": "none"},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "no such event"}]},
    {"events": [3]},
    {"responses": ["hello"]},
    {"responses": {"text": "hello"}},
]


def action() -> RemoteAction:
    return RemoteAction("action_answer", None)


def test_loading_the_policy_puts_the_compiled_check_in_place():
    assert verdict_policy.compiled_validation is compiled_validation
    check = compiled_validation.validate_action_result
    assert RemoteAction._validate_action_result is check


@pytest.mark.parametrize("reply", WELL_FORMED, ids=repr)
def test_a_well_formed_reply_is_accepted(reply):
    assert action()._validate_action_result(reply) is True


@pytest.mark.parametrize("reply", MALFORMED, ids=repr)
def test_a_malformed_reply_is_refused(reply):
    with pytest.raises(ValidationError, match="action_answer"):
        action()._validate_action_result(reply)


@pytest.mark.parametrize("reply", [*WELL_FORMED, *MALFORMED], ids=repr)
def test_it_judges_as_rasa_itself_does(reply):
    from jsonschema import validate

    try:
        validate(reply, RemoteAction.action_response_format_spec())
        accepted = True
    except ValidationError:
        accepted = False
    try:
        ours = action()._validate_action_result(reply)
    except ValidationError:
        ours = False
    assert ours is accepted
