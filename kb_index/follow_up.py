"""Questions that only make sense after the one before: "and to Canada?".

Rules, not a model: they need no labelled conversations, cost microseconds, and say nothing when
in doubt. What they make of a text are only candidates beside the customer's own words: the engine
answers the one that fits the knowledge base best.
"""

from __future__ import annotations

import re

# Longer texts say what they are about.
MAX_WORDS = 9
# A text with more words of its own that carry meaning needs no earlier one.
MAX_OWN_WORDS = 2
# "and on the second floor": longer ones have a verb and stand alone.
MAX_FRAGMENT = 4

_LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|so|thanks?|thank you|hm+|ah|right|great|good|cool|yes|no)\b\W*)*"
    r"(?:and then|and also|and|what about|how about|what if|same (?:for|with)|or|but|also|plus"
    r"|und|oder|auch|was ist mit|wie ist es mit|y|o|tambi[eé]n|qu[eé] tal|qu[eé] pasa con)\b\W*"
    r"(?:(?:what|how) about\b\W*)?",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:to|from|in|on|for|with|without|by|at|as|if|nach|f[uü]r|mit|ohne|in|auf|aus|wenn|a|para"
    r"|con|sin|en|de|desde|si)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:(?:do|doing) (?:it|this|that|so)|it|this|that|these|those|they|them|one|ones|there"
    r"|es|das|die|dort|eso|esto|all[ií])\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:how (?:long|much|many|often|soon|far)|how|why|when|where|who|which|since when|until when"
    r"|wie (?:lange|viel|oft)|warum|wann|wo|cu[aá]nto(?: tiempo)?|por qu[eé]|cu[aá]ndo|d[oó]nde)"
    r"(?: (?:exactly|then|please|roughly|genau|dann))*$",
    re.IGNORECASE,
)
_PREPOSITIONS = r"(?:to|from|in|on|for|with|by|at|nach|f[uü]r|mit|auf|aus|para|con|en|de)"
_ARTICLES = r"(?:(?:a|an|the|my|your|our|some|der|die|das|el|la|los|las|small|big|new|old)\s+)*"
# "to Spain", "by bank transfer" at the end; the last one of a question is what "and ..." changes.
_PLACE = re.compile(
    rf"(?<!\bhave )(?<!\bneed )(?<!\bwant )(?<!\bhow )\b{_PREPOSITIONS}\s+{_ARTICLES}"
    r"(?P<thing>\w+(?:\s+(?!take\b|cost\b|work\b|arrive\b)\w+)?$|\w+)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:(?:a|an|the|my|your|our|some)\s+(?P<thing>\w+(?:\s+\w+)?)|(?P<last>\w+))$",
    re.IGNORECASE,
)
_ANYTHING = frozenset({"something", "anything", "it", "one", "etwas", "algo"})
_LAST_THING = re.compile(
    r"\b(?:a|an|the|my|your|our|some|to|with|for|on|in)\s+(?P<thing>\w+(?:\s+\w+)?)$", re.IGNORECASE
)
# Words that say nothing about a subject; an unknown word counts as one.
_EMPTY_TEXT = """
    a about after again all also an and any are as at be been before but by can could did do does
    done else for from get give gone had happens has have he her how i if in into is it its just
    kind know last let like make many may me mean more much my need no not of off often ok on one
    ones only or other our out over please possible same say see should so some something soon
    still than that the their them then there these they thing things this those to too under until
    up us use was way we well what when where which while who why will with would yes you your
"""
_EMPTY = frozenset(_EMPTY_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+(?:'\w+)?")
_AROUND = " \t\n?!.,;¿¡"


def readings(text: str, previous: str | None) -> tuple[str, ...]:
    """The questions that `text` may ask after the question `previous`; none if it stands alone."""
    before = (previous or "").strip(_AROUND)
    said = text.strip(_AROUND)
    if not before or not said or len(said.split()) > MAX_WORDS:
        return ()
    lead = _LEAD.match(said)
    rest = said[lead.end() :] if lead else said
    if not _WORD.search(rest):
        return ()
    if _PRONOUN.search(rest) and len(_own_words(rest)) <= MAX_OWN_WORDS:
        found = _with_topic(rest, before)
    elif _BARE.match(rest):
        found = (f"{before}: {rest}",)
    elif len(rest.split()) <= MAX_FRAGMENT and (lead or _PREPOSITION.match(rest)):
        found = _exchanged(rest, before)
    else:
        return ()
    return tuple(f"{question}?" for question in dict.fromkeys(found))


def _own_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.lower() not in _EMPTY]


def _with_topic(rest: str, before: str) -> tuple[str, ...]:
    """What the earlier question was about, in the place of the pronoun."""
    topics = [" ".join(_own_words(before))]
    if thing := _LAST_THING.search(before):
        topics.append(thing["thing"])
    return tuple(_PRONOUN.sub(topic, rest, count=1) for topic in topics if topic)


def _exchanged(rest: str, before: str) -> tuple[str, ...]:
    """The earlier question about another thing: "to Spain" becomes "to Canada"."""
    joined = f"{before}? {rest}"
    place = _place(rest, before)
    if place is None:
        return (joined,)
    exchanged = f"{before[: place[0]]}{rest}{before[place[1] :]}"
    # The thing that was exchanged would speak for the earlier answer if it stayed.
    keeps_little = before[slice(*place)].lower() in _ANYTHING
    word = _PREPOSITION.match(rest)
    same = word is not None and before[place[0] :].lower().startswith(word[0].lower())
    return (exchanged,) if keeps_little or same else (exchanged, joined)


def _place(rest: str, before: str) -> tuple[int, int] | None:
    """Where in the earlier question the thing stands that `rest` puts another one for."""
    places = list(_PLACE.finditer(before))
    preposition = _PREPOSITION.match(rest)
    if preposition:
        same = [place for place in places if place[0].lower().split()[0] == preposition[0].lower()]
        chosen = same or [place for place in places if place.end() == len(before)]
        return chosen[-1].span() if chosen else None
    if places:
        return places[-1].span("thing")
    end = _END.search(before)
    return end.span(end.lastgroup or 0) if end else None
