"""Tells apart what was found in the question's own language, which answers first, and the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kb_index.languages import detect
from kb_index.ranking.ranker import Ranked

#: An article in the question's language is at least this likely beside the best of all languages,
#: while they compete: a translation of it gets about half.
OWN_SHARE = 0.25


class ByLanguage:
    """The language of each article that can be found.

    A base of one language pays nothing: no question's language is ever detected there.
    """

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def put(self, article_id: str, language: str | None) -> None:
        """Note the language of an article."""
        self.drop(article_id)
        if language:
            self._of[article_id] = language
            self._counts[language] += 1

    def drop(self, article_id: str) -> None:
        """Forget an article; nothing happens if it is not there."""
        language = self._of.pop(article_id, None)
        if language:
            self._counts[language] -= 1
            self._counts += Counter()  # keeps what is left only

    def of_question(self, text: str) -> str | None:
        """The language of a question; None where there is nothing to tell apart."""
        if len(self._counts) < 2:
            return None
        return detect(text, [name for name, _ in self._counts.most_common()])

    def of_article(self, article_id: str) -> str | None:
        """The language of an article; None where it is not known."""
        return self._of.get(article_id)

    def order(self, language: str | None, ranked: Sequence[Ranked]) -> Sequence[str | None]:
        """The languages whose articles may answer, the one to be tried first before the other.

        Args:
            language: of the question.
            ranked: what was found, best first, in any language; at least one.

        Returns:
            The question's language, unless another one fits far better, and the best of the others.
        """
        likely: dict[str | None, float] = {}
        for one in ranked:
            likely.setdefault(self.of_article(one.entry_id), one.probability)
        own = likely.pop(language, 0.0)
        others = list(likely)[:1]
        return [language, *others] if own >= OWN_SHARE * ranked[0].probability else others
