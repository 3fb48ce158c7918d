"""How much of a message the customer has said before, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9']+")
# Fewer words than these say little, however many of them come back.
_FEW = 3
# Words that any two messages share; they carry no request.
_COMMON = frozenset(
    """a an the i i'm im me my you your it is are was be to of for in on at and or but with that
    this do does did can could will would please have has what which how when where there any
    one like need want so if as not no yes ok okay about from by am we they he she them some
    just""".split()  # noqa: SIM905 (a list of ninety strings reads worse)
)


def restated(text: str, earlier: Sequence[str]) -> float:
    """The share of the message's words that any of the earlier messages had, 0..1."""
    return _share(words(text), frozenset().union(*(words(other) for other in earlier)))


@lru_cache(2048)
def words(text: str) -> frozenset[str]:
    """The words that carry a request, in lower case."""
    return frozenset(_WORD.findall(text.lower())) - _COMMON


def _share(said: frozenset[str], before: frozenset[str]) -> float:
    return len(said & before) / max(_FEW, len(said))
