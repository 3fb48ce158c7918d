"""The turn's one search, in the words of the policy."""

from __future__ import annotations

import structlog

from actions.evidence import AnswerJson
from handoff.escalation import Search, SearchDecision
from kb_index.client import KnowledgeClient, KnowledgeRefused, KnowledgeUnavailable, SearchData

logger = structlog.get_logger(__name__)

# A question is in the first lines; the rest of a pasted mail would only blur the embedding.
MAX_QUESTION = 1000


class Knowledge:
    """Asks the knowledge service; a service that is down or slow is an outcome, not an error."""

    def __init__(self, client: KnowledgeClient) -> None:
        self._client = client

    async def search(self, text: str, conversation: str) -> tuple[Search, AnswerJson | None]:
        """The outcome, and the answer if there is one, within the client's time-out."""
        question = text.strip()[:MAX_QUESTION]
        if not question:
            return Search(), None
        try:
            return _outcome(await self._client.search(question, limit=1))
        except KnowledgeUnavailable:
            logger.warning("knowledge_unavailable", conversation=conversation)
            return Search(SearchDecision.UNAVAILABLE), None
        except KnowledgeRefused as refusal:
            logger.warning("search_refused", conversation=conversation, code=refusal.code)
            return Search(), None

    async def close(self) -> None:
        """Close the connections to the service."""
        await self._client.close()


def _outcome(found: SearchData) -> tuple[Search, AnswerJson | None]:
    if found["decision"] != "answer" or not found["hits"]:
        return Search(score=found["score"]), None
    best = found["hits"][0]
    answer: AnswerJson = {
        "article_id": best["article_id"],
        "title": best["title"],
        "text": best["text"],
        "score": best["score"],
    }
    return Search(SearchDecision.ANSWER, found["score"]), answer
