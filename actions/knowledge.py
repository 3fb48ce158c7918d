"""The turn's one search, in the words of the policy."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from actions.evidence import AnswerJson, ChoiceJson
from handoff.escalation import Search, SearchDecision
from kb_index.client import (
    HitData,
    KnowledgeClient,
    KnowledgeRefused,
    KnowledgeUnavailable,
    SearchData,
)

logger = structlog.get_logger(__name__)

# A question is in the first lines; the rest of a pasted mail would only blur the embedding.
MAX_QUESTION = 1000
# As many as the customer is ever asked to choose from.
MAX_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of a search, with the article to answer with or those to choose from.

    `question` is what was understood, where that took more than the customer's own words.
    """

    search: Search = field(default_factory=Search)
    answer: AnswerJson | None = None
    choices: tuple[ChoiceJson, ...] = ()
    question: str | None = None


class Knowledge:
    """Asks the knowledge service; a service that is down or slow is an outcome, not an error."""

    def __init__(self, client: KnowledgeClient) -> None:
        self._client = client

    async def search(self, text: str, conversation: str, previous: str | None = None) -> Found:
        """What the base has for `text`, which may build on the question `previous`."""
        found = await self._ask(text, conversation, previous)
        return found if isinstance(found, Found) else _found(found)

    async def read(self, choice: ChoiceJson, conversation: str) -> Found:
        """The article that the customer chose; found again by its title, as it is now."""
        found = await self._ask(choice["title"], conversation, None)
        if isinstance(found, Found):
            return found
        for hit in found["hits"]:
            if hit["article_id"] == choice["article_id"]:
                return Found(Search(SearchDecision.ANSWER, 1.0), _answer(hit))
        return _found(found)

    async def close(self) -> None:
        """Close the connections to the service."""
        await self._client.close()

    async def _ask(self, text: str, conversation: str, previous: str | None) -> SearchData | Found:
        """The service's answer within the client's time-out, or the outcome without one."""
        question = text.strip()[:MAX_QUESTION]
        if not question:
            return Found()
        try:
            return await self._client.search(question, MAX_CHOICES, previous=previous)
        except KnowledgeUnavailable:
            logger.warning("knowledge_unavailable", conversation=conversation)
            return Found(Search(SearchDecision.UNAVAILABLE))
        except KnowledgeRefused as refusal:
            logger.warning("search_refused", conversation=conversation, code=refusal.code)
            return Found()


def _found(found: SearchData) -> Found:
    decision, score = found["decision"], found["score"]
    question = found["understood_as"]
    if decision == "answer" and found["hits"]:
        answer = _answer(found["hits"][0])
        return Found(Search(SearchDecision.ANSWER, score), answer, question=question)
    choices = _choices(found) if decision == "clarify" else ()
    if len(choices) > 1:
        return Found(Search(SearchDecision.CLARIFY, score), choices=choices, question=question)
    return Found(Search(score=score))


def _answer(hit: HitData) -> AnswerJson:
    return {
        "article_id": hit["article_id"],
        "title": hit["title"],
        "text": hit["text"],
        "score": hit["score"],
    }


def _choices(found: SearchData) -> tuple[ChoiceJson, ...]:
    titles = {hit["article_id"]: hit["title"] for hit in found["hits"]}
    listed = (choice for choice in found["choices"][:MAX_CHOICES] if choice in titles)
    return tuple({"article_id": choice, "title": titles[choice]} for choice in listed)
