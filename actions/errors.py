"""Everything that can go wrong in the action server itself."""

from __future__ import annotations


class ActionServerError(Exception):
    """Base of all errors here; `code` is stable."""

    code = "internal"


class PortBusyError(ActionServerError):
    """The port cannot be listened on; the message is one line for the operator."""

    code = "port_busy"
