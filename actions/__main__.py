"""`python -m actions`: the bot's action server on 127.0.0.1."""

from __future__ import annotations

import logging
import sys
import warnings

import structlog
from pydantic import ValidationError

from actions.errors import PortBusyError
from actions.server import bind, build_app, serve
from actions.settings import Settings
from handoff.errors import BrokenFacts


def main() -> int:
    """Serve until stopped; returns the exit code."""
    _configure_logs()
    try:
        settings = Settings()
        app = build_app(settings)
        listening = bind(settings.actions_port)
    except (ValidationError, BrokenFacts, PortBusyError) as error:
        print(f"actions: {error}", file=sys.stderr)
        return 1
    serve(app, listening)
    return 0


def _configure_logs() -> None:
    # Rasa 3.6 is the last open-source line and answers to this SDK; the hint about it helps nobody.
    warnings.filterwarnings("ignore", message=r"Your versions of rasa and")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


if __name__ == "__main__":
    sys.exit(main())
