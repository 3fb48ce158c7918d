"""What can be wrong with an account."""

from handoff.errors import BadRequest


class AccountRefused(BadRequest):
    """Parent of every error of the accounts."""


class EmailTaken(AccountRefused):
    """Another user already has this e-mail address."""


class InvalidAccount(AccountRefused):
    """An e-mail address, name, password or role that cannot be accepted."""
