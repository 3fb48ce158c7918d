"""What can be wrong with the archive."""

from handoff.errors import HandoffError


class ArchiveUnreadable(HandoffError):  # noqa: N818 - it does not end in "Error", like its parent
    """A later version of Tandem has written this archive."""

    code = "unavailable"
