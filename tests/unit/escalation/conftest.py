"""A conversation that begins anew for every test."""

import pytest
from escalation_conversations import Conversation


@pytest.fixture
def customer() -> Conversation:
    return Conversation()
