"""Puts what was found in the question's own language first; other languages answer if it cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from kb_index.languages import detect
from kb_index.ranking.ranker import Ranked


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

    def arrange(
        self, text: str, ranked: Sequence[Ranked], says_none: Callable[[Sequence[float]], bool]
    ) -> tuple[str | None, Sequence[Ranked]]:
        """The language of a question, and what was found in the order that it should answer in.

        Args:
            text: the question.
            ranked: what was found, best first, in any language.
            says_none: whether probabilities, best first, are too low to answer.

        Returns:
            The language (None if it was not detected), and the articles in it; or `ranked` as it
            was if none in that language can answer.
        """
        if len(self._counts) < 2:
            return None, ranked
        language = detect(text, [name for name, _ in self._counts.most_common()])
        own = [one for one in ranked if self._of.get(one.entry_id) == language]
        if language is None or not own or says_none([one.probability for one in own]):
            return language, ranked
        return language, own
