"""People who sign in: agents, editors and supervisors, kept in SQL."""

from handoff.accounts.accounts import Accounts
from handoff.accounts.errors import AccountRefused, EmailTaken, InvalidAccount
from handoff.accounts.users import ROLES, User

__all__ = ["ROLES", "AccountRefused", "Accounts", "EmailTaken", "InvalidAccount", "User"]
