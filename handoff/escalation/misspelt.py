"""Telling words with one slip of the finger put right: "chat with agrnt", "an operater please".

A word counts as misspelt if one letter left out, added, exchanged or swapped with its neighbour,
but not its first, makes it a telling word (Damerau 1964: most slips are one of these) and it is no
word itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

_WORD = re.compile(r"[^\W\d_]+")


class Speller:
    """Knows telling words, and others that are near to one and mean something themselves.

    Of two telling words that a slip can come from, the first is meant.
    """

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
    for place in range(1, len(word) + 1):
        before, after = word[:place], word[place:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
