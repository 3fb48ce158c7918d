"""Finds the phrases of word lists in a message: all lists of all languages in one pass.

A phrase is a few words. `frustrat*` stands for every word that begins so, `(a|b c)` for either,
`...` for up to three words between two others, `^` and `$` for the two ends of the message.
Upper and lower case, accents and the kind of apostrophe make no difference. A phrase does not
run over the end of a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

GAP = "..."
_LONGEST_GAP = 3
# "not" counts for what follows within so many words of the same clause.
_REACH = 3
_MAX_CHARS = 1000
_CACHED, _VOCABULARY = 512, 8192
# Words, and each other sign that is no space on its own: emoji, brackets, marks.
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
_CHOICE = re.compile(r"[()]")
_END, _BREAK = frozenset(".!?"), frozenset(",;:")

# Lists that are no readings of their own.
IGNORED, NEGATORS = "ignored", "negators"


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that was found: the list it is on, its language, and the words as written.

    `negated` if the customer says that it is not so. `first` and `last` are its tokens.
    """

    name: str
    language: str
    phrase: str
    negated: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a message holds; `words` are its words and signs between the ends `^` and `$`."""

    hits: tuple[Hit, ...]
    words: tuple[str, ...]

    def of(self, *names: str) -> Iterator[Hit]:
        """The hits of these lists that are not negated, in the order of the message."""
        return (hit for hit in self.hits if hit.name in names and not hit.negated)

    def first(self, *names: str) -> Hit | None:
        """The first of these hits, if there is one."""
        return next(self.of(*names), None)

    def count(self, *names: str) -> int:
        """How many places of the message are of these lists."""
        return len({hit.first for hit in self.of(*names)})

    def is_made_of(self, opening: str, *rest: str) -> bool:
        """Whether the message begins with a phrase of `opening` and holds only these lists."""
        begin = self._begin
        if not any(hit.name == opening and hit.first == begin for hit in self.hits):
            return False
        covered: set[int] = set()
        for hit in self.hits:
            if hit.name == opening or hit.name in rest:
                covered.update(range(hit.first, hit.last))
        return all(n in covered or not w[0].isalnum() for n, w in enumerate(self.words))

    @property
    def _begin(self) -> int:
        return next((n for n, word in enumerate(self.words) if word[0].isalnum()), -1)


@dataclass(slots=True, eq=False)
class _Node:
    """A place within phrases: where each next word leads, and which lists end here."""

    words: dict[str, list[_Node]] = field(default_factory=dict)
    prefixes: dict[str, list[_Node]] = field(default_factory=dict)
    sizes: set[int] = field(default_factory=set)
    gap: _Node | None = None
    ends: set[tuple[str, str]] = field(default_factory=set)

    def link(self, part: str, target: _Node) -> None:
        if part == GAP:
            self.gap = target
        elif part.endswith("*"):
            self.sizes.add(len(part) - 1)
            self.prefixes.setdefault(part[:-1], []).append(target)
        else:
            self.words.setdefault(part, []).append(target)

    def after(self, word: str) -> list[_Node]:
        found = self.words.get(word, [])
        if not self.prefixes:
            return found
        begun = [self.prefixes.get(word[:size], ()) for size in self.sizes if size <= len(word)]
        return [*found, *(node for nodes in begun for node in nodes)]


@dataclass(frozen=True, slots=True)
class _Tokens:
    text: str
    words: list[str]
    places: list[tuple[int, int]]
    #: For each word, the first of its clause.
    clauses: list[int]


class Phrases:
    """Word lists by language and name, ready to be found; safe to share between threads."""

    def __init__(self, lists: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._root = _Node()
        for language, by_name in lists.items():
            for name, phrases in by_name.items():
                for phrase in phrases:
                    self._add(phrase, (name, language))
        self.find = lru_cache(_CACHED)(self._find)
        self._begun_by = lru_cache(_VOCABULARY)(self._root.after)

    def _add(self, phrase: str, end: tuple[str, str]) -> None:
        here = [self._root]
        for piece in _CHOICE.split(phrase):
            joint, onward = _Node(), []
            for words in (parts(text) for text in piece.split("|")):
                onward += [joint] if words else here
                _chain(here, words, joint)
            here = list(dict.fromkeys(onward))
        for node in here:
            if node is not self._root:
                node.ends.add(end)

    def _find(self, text: str) -> Found:
        """All phrases in the end of the text, without those inside an ignored one."""
        tokens = _tokens(text[-_MAX_CHARS:])
        spans = sorted(self._spans(tokens.words))
        dead = {n for first, last, name, _ in spans if name == IGNORED for n in range(first, last)}
        negators = {(first, language) for first, _, name, language in spans if name == NEGATORS}
        hits = tuple(
            Hit(
                name=name,
                language=language,
                phrase=_written(tokens, first, last),
                negated=_negated(tokens, first, language, negators),
                first=first,
                last=last,
            )
            for first, last, name, language in spans
            if name not in (IGNORED, NEGATORS) and not dead.issuperset(range(first, last))
        )
        return Found(hits, tuple(tokens.words))

    def _spans(self, words: list[str]) -> set[tuple[int, int, str, str]]:
        found: set[tuple[int, int, str, str]] = set()
        for start, word in enumerate(words):
            for begun in self._begun_by(word):
                _walk(begun, words, start, start + 1, found)
        return found


def parts(text: str) -> list[str]:
    """The words of a plain phrase; `*` stays with the beginning it follows."""
    return [part for piece in text.split() for part in _parts(piece)]


def _parts(piece: str) -> list[str]:
    if piece == GAP:
        return [GAP]
    words = _TOKEN.findall(fold(piece))
    return [*words[:-2], words[-2] + "*"] if len(words) > 1 and words[-1] == "*" else words


def _chain(here: list[_Node], words: list[str], target: _Node) -> None:
    """A way from each of `here` to `target` by these words; none if there are no words."""
    for number, word in enumerate(words, start=1):
        following = target if number == len(words) else _Node()
        for node in here:
            node.link(word, following)
        here = [following]


def fold(text: str) -> str:
    """The text in lower case without accents, character for character as long as before."""
    return text.translate(_FOLDED)


def _walk(
    node: _Node, words: list[str], start: int, at: int, found: set[tuple[int, int, str, str]]
) -> None:
    """Adds the phrases begun at `start` that the node, reached before `at`, ends or leads to."""
    for name, language in node.ends:
        found.add((start, at, name, language))
    if at < len(words) and (node.words or node.prefixes):
        for following in node.after(words[at]):
            _walk(following, words, start, at + 1, found)
    if node.gap is not None:
        for skipped in range(_LONGEST_GAP + 1):
            if at + skipped > len(words) or not _END.isdisjoint(words[at : at + skipped]):
                break
            _walk(node.gap, words, start, at + skipped, found)


def _tokens(text: str) -> _Tokens:
    folded = fold(text)
    words, places, clauses = ["^"], [(0, 0)], [0]
    clause = 0
    for match in _TOKEN.finditer(folded):
        word = match.group()
        if word in _BREAK:
            clause = len(words)
            continue
        words.append(word)
        places.append(match.span())
        clauses.append(clause)
        if word in _END:
            clause = len(words)
    size = len(text)
    return _Tokens(text, [*words, "$"], [*places, (size, size)], [*clauses, clause])


def _negated(tokens: _Tokens, first: int, language: str, negators: set[tuple[int, str]]) -> bool:
    begin = max(tokens.clauses[first], first - _REACH)
    return any((place, language) in negators for place in range(begin, first))


def _written(tokens: _Tokens, first: int, last: int) -> str:
    return tokens.text[tokens.places[first][0] : tokens.places[last - 1][1]]


class _Fold(dict[int, str]):
    """Each character's lower-case base letter; filled as characters are met."""

    def __missing__(self, key: int) -> str:
        base = unicodedata.normalize("NFKD", chr(key))[0].lower()
        self[key] = "'" if chr(key) in "\u2019\u2018\u00b4`" else (base[0] if base else chr(key))
        return self[key]


_FOLDED = _Fold()
