"""The HTTP side of the action server: rasa_sdk's webhook on Sanic, one process, loopback only."""

from __future__ import annotations

import socket
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.answer import Answer
from actions.assess import AssessTurn
from actions.clarify import Clarify
from actions.details_form import ValidateDetailsForm
from actions.errors import PortBusyError
from actions.hand_off import HandOff
from actions.knowledge import Knowledge
from actions.offer import OfferHuman
from actions.settings import Settings
from handoff.escalation import EscalationPolicy
from handoff.escalation.live_tuning import LiveTuning
from handoff.facts import FactRules, read_rules
from kb_index.client import KnowledgeClient

HOST = "127.0.0.1"


class DomainlessExecutor(ActionExecutor):  # type: ignore[misc]
    """Runs actions without the domain, which none of them reads and Rasa need not send."""

    def update_and_return_domain(
        self, _payload: dict[str, Any], _action_name: str
    ) -> dict[str, Any]:
        """No domain; rasa_sdk would refuse the call otherwise."""
        return {}


def bind(port: int) -> socket.socket:
    """The listening socket, taken before anything is started; raises PortBusyError."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise PortBusyError(
            f"port {port} on {HOST} cannot be used ({error.strerror}); "
            "stop what uses it or set TANDEM_ACTIONS_PORT"
        ) from error
    return listening


def build_app(settings: Settings) -> Sanic[Any, Any]:
    """The Sanic application with all actions registered; it connects to nothing yet.

    Raises BrokenFacts.
    """
    rules = read_rules(settings.facts_file) if settings.facts_file else FactRules()
    executor = DomainlessExecutor()
    app: Sanic[Any, Any] = create_app(executor, cors_origins=None)

    @app.before_server_start
    async def connect(_app: Sanic[Any, Any]) -> None:
        client = KnowledgeClient(settings.knowledge_url, settings.search_timeout_s)
        app.ctx.knowledge = Knowledge(client)
        file = settings.escalation_file
        policy = EscalationPolicy(tuning=LiveTuning(file)) if file else EscalationPolicy()
        assess = AssessTurn(app.ctx.knowledge, policy, rules)
        details = ValidateDetailsForm(rules)
        for action in (assess, Answer(), Clarify(), OfferHuman(), details, HandOff(rules)):
            executor.register_function(action.name, action.run)

    @app.after_server_stop
    async def disconnect(_app: Sanic[Any, Any]) -> None:
        await app.ctx.knowledge.close()

    return app


def serve(app: Sanic[Any, Any], listening: socket.socket) -> None:
    """Answer calls until the process is told to stop; neither banner nor access log."""
    app.prepare(sock=listening, single_process=True, access_log=False, motd=False)
    Sanic.serve_single(primary=app)
