"""Which language a text is in, told among the few that can matter.

A language is the primary tag of BCP 47: `en`, `pt`, `zh`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

#: How many times likelier than the main language another one must be for a question. On short
#: questions 2 keeps the main language right and loses next to none of the others.
QUESTION_ODDS = 2.0
#: The same for an article: a wrong language would hide it, so it takes more.
ARTICLE_ODDS = 20.0
#: What an article without a language may turn out to be.
COMMON = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he"),
    *("hi", "hr", "hu", "id", "is", "it", "ja", "ka", "ko", "lt", "lv", "mk", "ms", "nl", "no"),
    *("pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr"),
    *("uk", "ur", "vi", "zh"),
)


def detect(text: str, among: Sequence[str], odds: float = QUESTION_ODDS) -> str | None:
    """The language of `text`: the first of `among`, the main one, unless another is far likelier.

    Args:
        text: a question or an article; one word may be enough, a name is not.
        among: the languages that it may be in, the main one first.
        odds: how many times likelier than the main language another one has to be.

    Returns:
        One of `among`; None if there is nothing to tell apart. That costs nothing.
    """
    if len(set(among)) < 2:
        return None
    likelihood: dict[str, float] = dict(_identifier().rank(text))
    main = among[0]
    if main not in likelihood:
        return None
    best = max(among, key=lambda language: likelihood.get(language, 0.0))
    return best if likelihood.get(best, 0.0) > odds * likelihood[main] else main


def forget() -> None:
    """Give the model's memory (some 60 MB) back until the next call of `detect`."""
    _identifier.cache_clear()


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
