"""Everything that can go wrong in the knowledge base, as one tree with a code for each kind."""

# ruff: noqa: N818 (the errors are named for what happened)
from __future__ import annotations


class KnowledgeError(Exception):
    """Base of all errors here; `code` is stable and safe to show, `message` is for people."""

    code = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(KnowledgeError):
    """A request that does not follow the contract."""

    code = "bad_request"


class TooLarge(KnowledgeError):
    """A body or text beyond its limit."""

    code = "too_large"


class NotFound(KnowledgeError):
    """No such article or route."""

    code = "not_found"


class Conflict(KnowledgeError):
    """The id is taken, or the edit was made against an older revision."""

    code = "conflict"


class InvalidArticle(KnowledgeError):
    """An article that breaks a rule; names the field and, for a file, where it came from."""

    code = "invalid_article"

    def __init__(self, field: str, reason: str, source: str = "") -> None:
        super().__init__(f"{source + ': ' if source else ''}{field}: {reason}")
        self.field = field
        self.reason = reason
        self.source = source

    def __reduce__(self) -> tuple[type[InvalidArticle], tuple[str, str, str]]:
        return type(self), (self.field, self.reason, self.source)


class SourceUnreadable(KnowledgeError):
    """A folder or file of articles that cannot be read at all."""

    code = "source_unreadable"


class ModelUnusable(KnowledgeError):
    """The embedding model is missing, damaged, or its export does not agree with it."""

    code = "model_unusable"


class IndexUnusable(KnowledgeError):
    """A stored index that is missing, damaged, or made for another model or format."""

    code = "index_unusable"


class BaseInUse(KnowledgeError):
    """Another process holds the knowledge base for writing."""

    code = "base_in_use"


class ImportInterrupted(KnowledgeError):
    """The service that took articles went away or refused some; what it took, it has."""

    code = "import_interrupted"


class KnowledgeUnavailable(KnowledgeError):
    """The knowledge service did not answer in time, at all, or failed inside (client side)."""

    code = "unavailable"


class KnowledgeRefused(KnowledgeError):
    """The knowledge service answered with an error of its contract (client side)."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
