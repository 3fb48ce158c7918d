"""The two ways to hold vectors: exact for small bases, in cells of like vectors for large ones.

Both are FAISS indexes that add, remove and search by number. Beyond `EXACT_LIMIT` vectors an
inverted file (IVF) looks only into the cells nearest to a question. It was chosen over a graph
(HNSW), which cannot remove, so that each edit would leave a tombstone and in time a rebuild.
Its vectors are kept in half precision: half the memory at the same recall.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from kb_index.encoder import Vectors

Numbers = npt.NDArray[np.int64]

#: Vectors up to which every one is compared: there a search takes about as long as an encoding.
EXACT_LIMIT = 20_000
#: Cells are this many times the root of the vectors, so that cost grows with the root too.
CELLS = 4
#: k-means: vectors for each cell, and rounds. More of either was not seen to raise the recall.
TRAINED_PER_CELL, ROUNDS = 50, 8
#: The search looks into as many cells as it takes for this share of the ten nearest to be found.
#: Of 30,000 passages, 99.3% were then found for real questions: made-up ones are a little easier.
RECALL, NEAREST, PROBES = 0.995, 10, 256
#: Half precision moves a cosine by less than this.
ROUNDING = 5e-4


def empty(dim: int) -> Any:
    """An exact index without vectors."""
    # Any, here and below: faiss's hints describe the C++ side, not what its Python wrapper takes.
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dim))


def build(numbers: Numbers, vectors: Vectors, exact_limit: int = EXACT_LIMIT) -> Any:
    """An index of the kind that fits; takes minutes for a million vectors, on one thread."""
    faiss.omp_set_num_threads(1)  # of the calling thread: the other cores stay with the searches
    if len(numbers) <= exact_limit:
        index = empty(vectors.shape[1])
        index.add_with_ids(vectors, numbers)
        return index
    index = _trained(vectors)
    index.add_with_ids(vectors, numbers)
    index.nprobe = _probes_needed(index, vectors)
    return index


def is_exact(index: Any) -> bool:
    """Whether a search compares every vector."""
    return isinstance(index, faiss.IndexIDMap2)


def is_outgrown(index: Any, exact_limit: int = EXACT_LIMIT) -> bool:
    """Whether another kind, or other cells, would now be better. Kinds do not flap at the limit."""
    size = index.ntotal
    if is_exact(index):
        return bool(size > exact_limit)
    made_for = (index.nlist / CELLS) ** 2
    return bool(size < exact_limit / 2 or size > 2 * made_for or size < made_for / 4)


def contents(index: Any) -> tuple[Numbers, Vectors]:
    """All numbers and vectors."""
    numbers = numbers_of(index)
    return numbers, vectors_of(index, numbers)


def numbers_of(index: Any) -> Numbers:
    """The numbers of all vectors, in the order they are held."""
    if is_exact(index):
        numbers: Numbers = faiss.vector_to_array(index.id_map)
        return numbers
    return np.concatenate([np.empty(0, np.int64), *_cells(index)])


def vectors_of(index: Any, numbers: Numbers) -> Vectors:
    """The vectors with these numbers, in order."""
    if not len(numbers):
        return np.empty((0, index.d), np.float32)
    vectors: Vectors = index.reconstruct_batch(numbers)
    return vectors


def _cells(index: Any) -> Iterator[Numbers]:
    """The numbers in each cell."""
    lists = index.invlists
    for cell in range(index.nlist):
        if size := lists.list_size(cell):
            yield faiss.rev_swig_ptr(lists.get_ids(cell), size).copy()


def _trained(vectors: Vectors) -> Any:
    count, dim = vectors.shape
    cells = max(1, min(count, int(CELLS * math.sqrt(count))))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim),
        dim,
        cells,
        faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
        False,  # the vectors themselves, not what is left after their cell's centre
    )
    index.cp.niter, index.cp.spherical, index.cp.min_points_per_centroid = ROUNDS, True, 1
    sample = np.random.default_rng(0).permutation(count)[: TRAINED_PER_CELL * cells]
    index.train(vectors[sample])
    # To remove by number. The hints do not know this class.
    index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
    return index


def _probes_needed(index: Any, vectors: Vectors) -> int:
    """How many cells to look into, measured on questions made up, to within a quarter.

    A made-up question is a stored vector moved by half the difference of two others: real ones
    are rarely worded as a passage is, and those in between the cells are the ones to find.
    """
    chance = np.random.default_rng(1)
    stored, plus, minus = (vectors[chance.integers(0, len(vectors), PROBES)] for _ in range(3))
    questions: Vectors = stored + (plus - minus) / np.float32(2)
    faiss.normalize_L2(questions)
    nearest = min(NEAREST, len(vectors))
    exact, _ = faiss.knn(questions, vectors, nearest, faiss.METRIC_INNER_PRODUCT)
    probes = 1
    while probes < index.nlist:
        index.nprobe = probes
        found, _ = index.search(questions, nearest)
        # By cosine, not by number: of equal texts any is as good as the other.
        if (found >= exact[:, -1:] - ROUNDING).mean() >= RECALL:
            break
        probes += max(1, probes // 4)
    return int(min(probes, index.nlist))
