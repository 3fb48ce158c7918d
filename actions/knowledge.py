"""The search of a turn, in the words of the policy."""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from cachetools import LRUCache

from actions.evidence import AnswerJson, ChoiceJson
from handoff.escalation import Embedding, Search, SearchDecision, embedding_of
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
# Questions of the latest turns of all conversations, about 13 MB.
EMBEDDINGS_KEPT = 4096


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
        self._embeddings: LRUCache[str, Embedding] = LRUCache(EMBEDDINGS_KEPT)

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

    def embedding_of(self, text: str) -> Embedding | None:
        """The embedding of a text that was searched for not long ago, as it is; else None."""
        return self._embeddings.get(_question(text))

    async def close(self) -> None:
        """Close the connections to the service."""
        await self._client.close()

    async def _ask(self, text: str, conversation: str, previous: str | None) -> SearchData | Found:
        """The service's answer within the client's time-out, or the outcome without one."""
        question = _question(text)
        if not question:
            return Found()
        try:
            found = await self._client.search(
                question, MAX_CHOICES, previous=previous, embedding=True
            )
        except KnowledgeUnavailable:
            logger.warning("knowledge_unavailable", conversation=conversation)
            return Found(Search(SearchDecision.UNAVAILABLE))
        except KnowledgeRefused as refusal:
            logger.warning("search_refused", conversation=conversation, code=refusal.code)
            return Found()
        embedding = embedding_of(found["embedding"])
        if embedding and found["understood_as"] is None:
            self._embeddings[question] = embedding
        return found


def _found(found: SearchData) -> Found:
    decision, score, language = found["decision"], found["score"], found["language"]
    question = found["understood_as"]
    if decision == "answer" and found["hits"]:
        answer = _answer(found["hits"][0])
        return Found(Search(SearchDecision.ANSWER, score, language), answer, question=question)
    choices = _choices(found) if decision == "clarify" else ()
    if len(choices) > 1:
        search = Search(SearchDecision.CLARIFY, score, language)
        return Found(search, choices=choices, question=question)
    return Found(Search(SearchDecision.NONE, score, language))


def _question(text: str) -> str:
    return text.strip()[:MAX_QUESTION]


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
