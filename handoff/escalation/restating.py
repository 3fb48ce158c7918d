"""Cues: how much of a message the customer had said before.

Who has to say a thing again was not heard. Words that carry no subject are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

NAMES = ("restated", "restated_last")

_WORD = re.compile(r"[a-z0-9']{2,}")
_FUNCTION_WORDS = frozenset(
    """
    about all also am an and any are as at be been but by can can't could did didn't do does don't
    else for from get go had has have he hello her here hey hi his how i'd i'll i'm if im in is it
    it's its just know let's like may me might more must my need no not of oh ok okay on one or our
    out please really shall she should so some sure than thank thanks that that's the their them
    then there these they think this those to too up us very want was we well were what when where
    which who why will with would yes you your
    """.split()  # noqa: SIM905 (a list of a hundred strings would be harder to read)
)


def restating(text: str, said: Sequence[str]) -> dict[str, float]:
    """The shares of the message's words that any earlier message, and the last one, held, 0..1."""
    words = _subject(text)
    room = len(words) + 1.0  # one more: a single common word is not all of a message
    known = frozenset[str]().union(*map(_subject, said))
    last = _subject(said[-1]) if said else frozenset()
    return {"restated": len(words & known) / room, "restated_last": len(words & last) / room}


@lru_cache(2048)  # each turn asks again for the turns before
def _subject(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _FUNCTION_WORDS
