"""Questions that say of an entry's matter that it failed: near in words, not what is asked.

"How can I join a contest?" is answered by the entry on joining; "I can't join the contest" mostly
needs another one, or a person. Vectors of whole sentences lie close together all the same, so the
fit is shown such pairs. Only entries that do not speak of failures themselves lend their texts.
"""

from __future__ import annotations

import random
import re

from kb_index.adapter.material import Base, Entry

_FAILURE = re.compile(
    r"\b(not|no|never|un\w+able|unable|can'?t|cannot|won'?t|didn'?t|doesn'?t|isn'?t|couldn'?t"
    r"|haven'?t|without|fail\w*|reject\w*|declin\w*|cancel\w*|error|issue|problem|wrong|missing"
    r"|lost|invalid|stopped|stuck|block\w*|nothing|refus\w*|denied|dont|nahi|nhi)\b|n't",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"^(?:hi|hello|please|plz|sir)?[ ,]*(?:how (?:do|can|could|should|would) (?:i|we|you)|how to"
    r"|can i|could i|may i|i(?:'d| would)? (?:want|need|like|wish) to|want to|need to|please"
    r"|help me|i'm trying to|is it possible to)\s+(.+?)[?.! ]*$",
    re.IGNORECASE,
)
_WISH_FAILED = (
    "unable to {}",
    "I can't {}",
    "not able to {}",
    "why can't I {}",
    "cannot {}",
    "i could not {}",
    "I am not able to {} why",
    "still can't {}",
    "tried to {} but it does not work",
)
_MATTER_FAILED = (
    "not {}",
    "no {}",
    "{} not working",
    "{} failed",
    "{} problem",
    "{} rejected",
    "{} issue",
    "why is {} not working",
    "{} error",
)
#: An entry speaks of failures itself if more of its texts than this do.
_OWN_FAILURES = 0.03
_LONGEST_WISH, _LONGEST_MATTER = 12, 4
#: Entries looked at for each opposite wanted.
_TRIES = 6


def opposites(base: Base, count: int, rng: random.Random) -> list[str]:
    """At most `count` questions that no entry of the base answers."""
    found: list[str] = []
    for entry in rng.sample(base.entries, min(len(base.entries), _TRIES * count)):
        text = _opposite(entry, rng)
        if text:
            found.append(text)
        if len(found) >= count:
            break
    return found


def _opposite(entry: Entry, rng: random.Random) -> str | None:
    if _speaks_of_failures(entry):
        return None
    text = rng.choice(entry.texts)
    wish = _WISH.match(text)
    if wish and len(wish[1].split()) <= _LONGEST_WISH:
        return rng.choice(_WISH_FAILED).format(wish[1])
    if len(text.split()) <= _LONGEST_MATTER:
        return rng.choice(_MATTER_FAILED).format(text.rstrip("?.! "))
    return None


def _speaks_of_failures(entry: Entry) -> bool:
    own = sum(bool(_FAILURE.search(text)) for text in entry.texts)
    return own > _OWN_FAILURES * len(entry.texts) or bool(_FAILURE.search(entry.title))
