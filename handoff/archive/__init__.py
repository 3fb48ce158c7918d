"""Closed conversations in SQL: kept, found again, and forgotten after a set time."""

from handoff.archive.archive import Archive, Filters
from handoff.archive.errors import ArchiveUnreadable
from handoff.archive.handoffs import Handoff
from handoff.archive.records import Archived, Page

__all__ = ["Archive", "ArchiveUnreadable", "Archived", "Filters", "Handoff", "Page"]
