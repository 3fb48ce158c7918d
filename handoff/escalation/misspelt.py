"""Telling words with one slip of the finger put right: "chat with agrnt", "an operater please".

A word counts as misspelt if one letter left out, added, exchanged or swapped with its neighbour
makes it a telling word (Damerau 1964: most slips are one of these) and it is no word itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

_WORD = re.compile(r"[A-Za-z]+")


class Speller:
    """Knows telling words, and words near to one that mean something themselves."""

    def __init__(self, telling: Iterable[str], others: Iterable[str]) -> None:
        words = tuple(telling)
        known = {*words, *(f"{word}s" for word in words), *others}
        self._meant = {
            slip: word for word in reversed(words) for slip in _slips(word) if slip not in known
        }

    def mended(self, text: str) -> str:
        """The text with each misspelt telling word in its place."""
        return _WORD.sub(self._mend, text)

    def _mend(self, found: re.Match[str]) -> str:
        return self._meant.get(found.group().lower(), found.group())


def _slips(word: str) -> Iterator[str]:
    """All that one slip makes of a word."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
