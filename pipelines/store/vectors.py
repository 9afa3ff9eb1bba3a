"""The vector index: an HNSW graph in a file (usearch), and the newest vectors, compared one by one."""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime  # noqa: F401  usearch shows its symbols to all that is loaded after it, and onnxruntime dies of them
from numpy.typing import NDArray
from usearch.index import Index

from pipelines.store.passages import Vector

Keys = NDArray[np.int64]
# Measured with the shipped encoder on 400 questions: 30,000 sentences of SQuADShifts, and 240,000 vectors drawn between
# near ones of these. Recall at 10 is 0.994 and 0.997 with so many candidates, 0.976 at 240,000 with 96; a connectivity
# of 24 changes it by 0.002, an expansion of 64 in building takes half the time and loses 0.009.
CONNECTIVITY = 16
EXPANSION_ADD = 128
_MEASURED_SIZE, _MEASURED_EXPANSION = 30_000, 128
_LEAST_EXPANSION, _MOST_EXPANSION = 64, 512


def unit(vectors: Vector) -> Vector:
    """Scale vectors to length 1, so that their inner product is the cosine; a zero vector stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0.0, 1.0, lengths), dtype=np.float32)


def best(keys: Keys, scores: Vector, limit: int) -> list[tuple[int, float]]:
    """Pick the highest scores.

    :param keys: A key for each score.
    :param scores: The scores.
    :param limit: How many to pick at most.
    :returns: Keys and scores, best first; of equal scores the older key first.
    """
    if len(keys) > limit:
        top = np.argpartition(-scores, limit - 1)[:limit]
        keys, scores = keys[top], scores[top]
    order = np.lexsort((keys, -scores))
    return [(int(keys[i]), float(scores[i])) for i in order]


class Graph:
    """A vector index in a file that never changes; searches from several threads.

    :param file: The file, mapped into memory.
    :param dimension: Numbers of a vector.
    :param size: How many vectors it holds.
    :raises RuntimeError: If the file is no such index.
    """

    def __init__(self, file: Path, dimension: int, size: int) -> None:
        self.file = file
        self._index = _empty(dimension, lookups=False, candidates=expansion_for(size))
        self._index.view(str(file))
        self._mutex = threading.Lock()

    def __len__(self) -> int:
        return len(self._index)

    def search(self, query: Vector, limit: int) -> tuple[Keys, Vector]:
        """Find the nearest vectors: nearly all of them, or all if as many are asked for as there are.

        :param query: Of length 1.
        :param limit: How many to find at most, from 1.
        :returns: Keys and cosines.
        """
        with self._mutex:
            # A walk along the graph may never come past a vector that has close neighbours only.
            found = self._index.search(query, limit, threads=1, exact=limit >= len(self._index))
        return found.keys.astype(np.int64), np.asarray(1.0 - found.distances, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Tail:
    """The vectors that are newer than the graph, in memory.

    :param keys: Their passages' keys, ascending.
    :param vectors: Of length 1, a row for each key.
    """

    keys: Keys = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    vectors: Vector | None = None

    def extended(self, batches: Iterable[tuple[Keys, Vector]]) -> "Tail":
        """Make a tail with newer vectors after these.

        :param batches: Keys above those of this tail, with their vectors.
        :returns: The longer tail.
        """
        keys, vectors = [self.keys], [self.vectors] if self.vectors is not None else []
        for more_keys, more_vectors in batches:
            keys.append(more_keys)
            vectors.append(unit(more_vectors))
        return Tail(np.concatenate(keys), np.concatenate(vectors)) if vectors else self


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """The vectors of one state of the record.

    :param graph: The bulk of them, or None while there are few.
    :param tail: The newer ones.
    """

    graph: Graph | None
    tail: Tail

    def search(self, query: Vector, limit: int) -> list[tuple[int, float]]:
        """Find the passages whose vectors are nearest to a query's.

        :param query: Of length 1.
        :param limit: How many to find at most, from 1.
        :returns: Keys and cosines, best first.
        """
        keys, scores = self.tail.keys, np.empty(0, dtype=np.float32)
        if self.tail.vectors is not None:
            # Not `@`, whose threads wait for each other when several people ask: 1 ms and 4 ms for 5,000 vectors.
            scores = np.einsum("ij,j->i", self.tail.vectors, query)
        if self.graph is not None and len(self.graph):
            graph_keys, graph_scores = self.graph.search(query, limit)
            keys, scores = np.concatenate((keys, graph_keys)), np.concatenate((scores, graph_scores))
        return best(keys, scores, limit)


def expansion_for(size: int) -> int:
    """Tell how many candidates a search should keep: recall stays level when they grow as the cube root of the graph.

    :param size: How many vectors the graph holds.
    :returns: How many candidates to keep.
    """
    grown = _MEASURED_EXPANSION * (size / _MEASURED_SIZE) ** (1 / 3)
    return int(min(max(grown, _LEAST_EXPANSION), _MOST_EXPANSION))


def write_graph(file: Path, dimension: int, batches: Iterable[tuple[Keys, Vector]], *, base: Path | None) -> int:
    """Write a graph file.

    :param file: The file to write; it appears only when it is complete.
    :param dimension: Numbers of a vector.
    :param batches: The vectors to put in, with their keys.
    :param base: A graph file to start from, or None.
    :returns: How many vectors it holds.
    :raises RuntimeError: If it cannot be written.
    :raises OSError: If it cannot be written.
    """
    index = _empty(dimension, lookups=True)
    if base is not None:
        index.load(str(base))
    for keys, vectors in batches:
        index.add(keys.astype(np.uint64), unit(vectors))
    unfinished = file.with_suffix(".unfinished")
    try:
        index.save(str(unfinished))
        with unfinished.open("rb") as stream:
            os.fsync(stream.fileno())
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(index)


def _empty(dimension: int, *, lookups: bool, candidates: int = _LEAST_EXPANSION) -> Index:
    return Index(
        ndim=dimension,
        metric="ip",
        dtype="f16",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        expansion_search=candidates,
        enable_key_lookups=lookups,
    )
