"""What a text must hold for a regular expression to be found in it: a look before the search.

Most expressions find nothing in most messages. A few plain texts, one of which every find holds,
are looked for in a fraction of the time. They are read off the parsed expression, the way
text indexes do it (Russ Cox, "Regular Expression Matching with a Trigram Index", 2012).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Needles = frozenset[str]

# So many texts at most are spelled out of one sequence, and looked for in the end: beyond, looking
# for them costs what the search does.
_SPELLED, _MOST = 16, 96
_REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
_NO_WIDTH = frozenset({op.AT, op.ASSERT, op.ASSERT_NOT})
# What else, case aside, is the same as an ASCII letter; the lower case of the first is two letters.
_ALIKE = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})


class Quick:
    """A regular expression that ignores case, and searches only where it can be found."""

    def __init__(self, pattern: str) -> None:
        self.expression = re.compile(pattern, re.IGNORECASE)
        self._needles = tuple(sorted(needles(pattern), key=len))

    def search(self, text: str, lower: str) -> re.Match[str] | None:
        """The first match; `lower` is `lowered(text)`, made once for many expressions."""
        if self._needles and not any(map(lower.__contains__, self._needles)):
            return None
        return self.expression.search(text)

    def count(self, text: str, lower: str) -> float:
        """0 where it is not found, 1 where it is, up to 2 where it comes back: a root."""
        if self.search(text, lower) is None:
            return 0.0
        hits = sum(1 for _ in islice(self.expression.finditer(text), 3))
        return min(2.0, math.sqrt(hits))


def lowered(text: str) -> str:
    """The text as needles are: equal, case aside, becomes equal."""
    return (text if text.isascii() else text.translate(_ALIKE)).lower()


def needles(pattern: str) -> Needles:
    """Texts in lower case, one of which is in every match; empty if there are none."""
    found = _of_sequence(_parser.parse(pattern, re.IGNORECASE)) or frozenset()
    return frozenset(
        each for each in found if not any(other != each and other in each for other in found)
    )


def _of_sequence(nodes: Iterable[Any]) -> Needles | None:
    """The best of what the parts of a sequence demand; runs of known texts count as one part."""
    best: Needles | None = None
    run: Needles = frozenset({""})
    for node in nodes:
        if node[0] in _NO_WIDTH:
            continue
        texts = _texts(node)
        if texts is not None and len(texts) * len(run) <= _SPELLED:
            run = frozenset(before + after for before in run for after in texts)
            continue
        best = _better(_better(best, run), _demanded(node))
        run = texts if texts is not None else frozenset({""})
    return _better(best, run)


def _demanded(node: Any) -> Needles | None:
    kind, value = node
    if kind is op.SUBPATTERN:
        return _of_sequence(value[-1])
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind in _REPEATS and value[0] > 0:
        return _of_sequence(value[2])
    return _of_branches(value[1]) if kind is op.BRANCH else None


def _of_branches(branches: Sequence[Any]) -> Needles | None:
    found = [_of_sequence(branch) for branch in branches]
    known = [each for each in found if each is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _better(one: Needles | None, other: Needles | None) -> Needles | None:
    """The one whose shortest text is longer: it is rarer."""
    usable = [each for each in (one, other) if each and "" not in each and len(each) <= _MOST]
    return max(usable, key=lambda each: (min(map(len, each)), -len(each)), default=None)


def _texts(node: Any) -> Needles | None:
    """All texts that the part can stand for, in lower case; None if too many."""
    kind, value = node
    if kind is op.LITERAL:
        return frozenset({lowered(chr(value))})
    if kind is op.IN:
        return _texts_of_class(value)
    if kind is op.SUBPATTERN:
        return _texts_of_sequence(value[-1])
    if kind is op.BRANCH:
        return _texts_of_branches(value[1])
    if kind in _REPEATS and value[1] == 1:
        return _texts_of_branches([value[2]], frozenset() if value[0] else frozenset({""}))
    return None


def _texts_of_class(members: Sequence[Any]) -> Needles | None:
    if any(kind is not op.LITERAL for kind, _ in members):
        return None
    return frozenset(lowered(chr(code)) for _, code in members)


def _texts_of_sequence(nodes: Iterable[Any]) -> Needles | None:
    run: Needles = frozenset({""})
    for node in nodes:
        if node[0] in _NO_WIDTH:
            continue
        texts = _texts(node)
        if texts is None or len(texts) * len(run) > _SPELLED:
            return None
        run = frozenset(before + after for before in run for after in texts)
    return run


def _texts_of_branches(branches: Sequence[Any], also: Needles = frozenset()) -> Needles | None:
    found = [_texts_of_sequence(branch) for branch in branches]
    known = [each for each in found if each is not None]
    return also.union(*known) if len(known) == len(found) else None
