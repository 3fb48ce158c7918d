"""The two ways to hold vectors: exact for small bases, in a graph of neighbours for large ones.

Both are FAISS indexes that add and search by number. Beyond `EXACT_LIMIT` vectors a hierarchical
navigable small world (HNSW, Malkov and Yashunin 2016) is walked towards a question: of a base ten
times as large a search sees hardly more. Its vectors are kept in half precision: half the memory
at the same recall. It cannot remove: numbers that are gone stay as places to pass through until
the next build, and a search leaves them out. Nor may it hold equal vectors, which would have each
other for their only neighbours and be an island (see `keys_of`).
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import blake2b
from typing import Any, TypeAlias

import faiss
import numpy as np
import numpy.typing as npt

from kb_index.encoder import Vectors

Numbers: TypeAlias = npt.NDArray[np.int64]
#: Numbers with their cosine, best first.
Found: TypeAlias = list[tuple[int, float]]
#: As FAISS gives them: a row of cosines and one of numbers for each question.
Rows: TypeAlias = tuple[npt.NDArray[np.float32], Numbers]

#: Vectors up to which every one is compared. From about here on the graph is faster (10,000: .5 ms
#: beside 1.5), and below it only the exact kind has no build, no misses and nothing gone.
EXACT_LIMIT = 5_000
#: Neighbours of each vector (twice as many on the lowest level), and how many are looked at to
#: choose them from. With 32 real questions found no more, and the build took a fifth longer.
NEIGHBOURS, CHOSEN_FROM = 24, 80
#: A search looks at as many vectors at a time as it takes for this share of the ten nearest to be
#: found for made-up questions. They are harder than real ones, which then find 99.3 to 99.5%.
RECALL, NEAREST, MADE_UP = 0.97, 10, 256
#: Vectors looked at to begin with (as many as the service wants by default), and at most.
FEWEST_LOOKED_AT, MOST_LOOKED_AT = 120, 1000
#: Beyond this share of the vectors, comparing every one takes less time than the graph.
LARGEST_SHARE = 1 / 50
#: A graph of which this share is gone, or to which so much was added, is built anew: vectors added
#: in one place draw the neighbours' links to them, and how many to look at was measured before.
CHANGED = 1 / 4
#: Half precision moves a cosine by less than this.
ROUNDING = 5e-4
#: Steps in one unit of a coordinate, for the key of a vector, and the key's bytes.
STEPS, KEY = 256, 16


def empty(dim: int) -> Any:
    """An exact index without vectors."""
    # Any, here and below: faiss's hints describe the C++ side, not what its Python wrapper takes.
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dim))


def build(numbers: Numbers, vectors: Vectors, exact_limit: int = EXACT_LIMIT) -> Any:
    """An index of the kind that fits, of distinct vectors; a million take ten minutes."""
    faiss.omp_set_num_threads(1)  # of the calling thread: the other cores stay with the searches
    if len(numbers) <= exact_limit:
        index = empty(vectors.shape[1])
        index.add_with_ids(vectors, numbers)
        return index
    index = faiss.IndexIDMap2(_empty_graph(vectors.shape[1]))
    index.add_with_ids(vectors, numbers)
    _graph(index).hnsw.efSearch = _looked_at(index, vectors)
    return index


def is_exact(index: Any) -> bool:
    """Whether a search compares every vector."""
    return _graph(index) is None


def looked_at(index: Any) -> int:
    """How many vectors a search looks at, at a time, on its way through the graph."""
    return int(_graph(index).hnsw.efSearch)


def is_outgrown(index: Any, living: int, built: int, exact_limit: int = EXACT_LIMIT) -> bool:
    """Whether another kind, or another graph, would now be better.

    A graph that shrinks becomes exact when a quarter of it is gone: kinds do not flap at the limit.

    living: how many numbers are not gone; built: how many vectors it was last built with.
    """
    if is_exact(index):
        return living > exact_limit
    return bool(living < (1 - CHANGED) * index.ntotal or living > (1 + CHANGED) * built)


def nearest(index: Any, vectors: Vectors, count: int, living: Collection[int]) -> list[Found]:
    """For each row `count` of the nearest numbers among those `living`, which are as many or more.

    Where too few are living among those found, it looks for twice as many, in the end for all.
    """
    if is_exact(index):
        return _living(index.search(vectors, count), living)
    asked = count + min(count, max(0, index.ntotal - len(living)))
    found = _living(_search(index, vectors, asked), living)
    while asked < index.ntotal and (
        few := [row for row, of in enumerate(found) if len(of) < count]
    ):
        asked = min(2 * asked, index.ntotal)
        more = _living(_search(index, vectors[few], asked), living)
        for row, numbers in zip(few, more, strict=True):
            found[row] = numbers
    return [numbers[:count] for numbers in found]


def numbers_of(index: Any) -> Numbers:
    """The numbers of all vectors, those gone too, in the order they are held."""
    numbers: Numbers = faiss.vector_to_array(index.id_map)
    return numbers


def vectors_of(index: Any, numbers: Numbers) -> Vectors:
    """The vectors with these numbers, in order."""
    if not len(numbers):
        return np.empty((0, index.d), np.float32)
    vectors: Vectors = index.reconstruct_batch(numbers)
    return vectors


def keys_of(vectors: Vectors) -> list[bytes]:
    """A key of each vector, the same for those that are equal but for rounding.

    A text that is encoded twice, in other company, moves by a millionth, and texts that differ in
    their case alone do not move at all. Bases are full of such: a closing line below each answer.
    """
    # Half precision first, so that a vector's key stays when a graph has held it.
    steps = np.rint(vectors.astype(np.float16).astype(np.float32) * STEPS).astype(np.int16)
    return [blake2b(row.tobytes(), digest_size=KEY).digest() for row in steps]


def _living(found: Rows, living: Collection[int]) -> list[Found]:
    return [
        [(number, score) for score, number in zip(*row, strict=True) if number in living]
        for row in zip(*(values.tolist() for values in found), strict=True)
    ]


def _empty_graph(dim: int) -> Any:
    half: Any = faiss.ScalarQuantizer.QT_fp16
    graph = faiss.IndexHNSWSQ(dim, half, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = CHOSEN_FROM
    graph.is_trained = True  # half precision has nothing to learn
    return graph


def _graph(index: Any) -> Any:
    """The graph within an index; None if it is exact."""
    inner = faiss.downcast_index(index.index)
    return inner if isinstance(inner, faiss.IndexHNSW) else None


def _search(index: Any, vectors: Vectors, count: int) -> Rows:
    """The `count` nearest, gone or not; -1 stands for a number where there are fewer."""
    graph = _graph(index)
    if count > LARGEST_SHARE * index.ntotal:
        scores, places = graph.storage.search(vectors, count)
        return scores, np.where(places < 0, -1, numbers_of(index)[places])
    # Whoever wants more than are looked at would get what the way to them happened to touch.
    found: Rows = index.search(vectors, count, params=_looking_at(max(count, graph.hnsw.efSearch)))
    return found


def _looking_at(count: int) -> Any:
    return faiss.SearchParametersHNSW(efSearch=count)  # type: ignore[attr-defined]


def _looked_at(index: Any, vectors: Vectors) -> int:
    """How many vectors to look at, measured on questions made up, to within a quarter.

    A made-up question is a stored vector moved by half the difference of two others: real ones
    are rarely worded as a passage is.
    """
    chance = np.random.default_rng(1)
    stored, plus, minus = (vectors[chance.integers(0, len(vectors), MADE_UP)] for _ in range(3))
    questions: Vectors = stored + (plus - minus) / np.float32(2)
    faiss.normalize_L2(questions)
    count = min(NEAREST, len(vectors))
    exact, _ = faiss.knn(questions, vectors, count, faiss.METRIC_INNER_PRODUCT)
    looked_at = FEWEST_LOOKED_AT
    while looked_at < MOST_LOOKED_AT:
        found, _ = index.search(questions, count, params=_looking_at(looked_at))
        # By cosine, not by number: of equal texts any is as good as the other.
        if (found >= exact[:, -1:] - ROUNDING).mean() >= RECALL:
            break
        looked_at += looked_at // 4
    return min(looked_at, MOST_LOOKED_AT)
