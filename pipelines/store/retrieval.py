"""Finding passages for a question, by its words and by its meaning."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from haystack import Document
from numpy.typing import NDArray

from pipelines.store import passages
from pipelines.store.base import StoreBase
from pipelines.store.filters import ALL, Condition, translate
from pipelines.store.vectors import best, unit

# The best of all passages are looked through for those that meet a filter, four times as many each time. When the first
# look finds too few, and no more than so many meet the filter at all, they are ranked among themselves instead.
_FEW = 10_000
_GROWTH = 4
_BATCH = 10_000
_MOST_LOOKED_THROUGH = 50_000
Hits = list[tuple[int, float]]


class Retrieval(StoreBase):
    """The two ways to find passages. Both honour filters before they rank, so that `top_k` come if as many match."""

    def keyword_retrieval(
        self, query: str, *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages that share words with a question (BM25 over titles and passages, English word stems).

        :param query: Any text; only its words count.
        :param filters: Haystack filters that the passages have to meet.
        :param top_k: How many to find at most, from 0.
        :returns: Passages without embeddings, best first, with their scores.
        :raises ValueError: If top_k is negative.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        if not _wanted(top_k):
            return []
        index = self._derived.current().keywords

        def among(keys: Sequence[int], limit: int) -> Hits:
            return index.search(query, limit, among=keys)

        return self._ranked(lambda limit: index.search(query, limit), self._within(among), condition, top_k)

    def dense_retrieval(
        self,
        query_embedding: Sequence[float] | NDArray[np.floating[Any]],
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
    ) -> list[Document]:
        """Find passages whose embeddings are nearest to a question's.

        :param query_embedding: The question's embedding.
        :param filters: Haystack filters that the passages have to meet.
        :param top_k: How many to find at most, from 0.
        :returns: Passages without embeddings, best first, with their cosines as scores.
        :raises ValueError: If the embedding has another length or top_k is negative.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        query = np.asarray(query_embedding, dtype=np.float32)
        if query.shape != (self.embedding_dim,):
            msg = f"The query's embedding has the shape {query.shape}; needed are {self.embedding_dim} numbers"
            raise ValueError(msg)
        if not _wanted(top_k):
            return []
        query = unit(query)
        index = self._derived.current().vectors
        return self._ranked(lambda limit: index.search(query, limit), self._compared_with(query), condition, top_k)

    def _ranked(
        self,
        search: Callable[[int], Hits],
        search_among: Callable[[sqlite3.Connection, Sequence[int], int], Hits],
        condition: Condition,
        top_k: int,
    ) -> list[Document]:
        with self._reading() as connection:

            def look_through(limit: int) -> Hits | None:
                """Take those of the best that are there and meet the condition; None if more may come after them."""
                hits = search(limit)
                there = passages.matching_keys(connection, [key for key, _ in hits], condition)
                kept = [hit for hit in hits if hit[0] in there]
                return kept[:top_k] if len(kept) >= top_k or len(hits) < limit else None

            limit = top_k
            if condition == ALL:
                hits = search(limit)
                documents = passages.read_ranked(connection, hits)
                # Fewer come if the indexes still hold passages that are gone.
                if len(documents) == len(hits):
                    return documents
            limit *= _GROWTH
            kept = look_through(limit)
            if kept is None and condition != ALL:
                keys = passages.first_keys(connection, condition, _FEW + 1)
                if len(keys) <= _FEW:
                    kept = search_among(connection, keys, top_k) if keys else []
            while kept is None and (limit := limit * _GROWTH) <= _MOST_LOOKED_THROUGH:
                kept = look_through(limit)
            if kept is None:
                kept = search_among(connection, passages.first_keys(connection, condition, -1), top_k)
            return passages.read_ranked(connection, kept)

    @staticmethod
    def _within(
        search: Callable[[Sequence[int], int], Hits],
    ) -> Callable[[sqlite3.Connection, Sequence[int], int], Hits]:
        return lambda _connection, keys, limit: search(keys, limit)

    def _compared_with(self, query: NDArray[np.float32]) -> Callable[[sqlite3.Connection, Sequence[int], int], Hits]:
        def search(connection: sqlite3.Connection, keys: Sequence[int], limit: int) -> Hits:
            found: Hits = []
            for some, vectors in passages.read_vectors_of(connection, keys, self.embedding_dim, batch=_BATCH):
                found.extend(best(some, unit(vectors) @ query, limit))
            found.sort(key=lambda hit: (-hit[1], hit[0]))
            return found[:limit]

        return search


def _wanted(top_k: int) -> bool:
    if top_k < 0:
        msg = f"top_k has to be 0 or more, not {top_k}"
        raise ValueError(msg)
    return top_k > 0
