"""Finding passages for a question, by its words and by its meaning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from haystack import Document
from numpy.typing import NDArray

from pipelines.store.opensearch.base import OpenSearchBase
from pipelines.store.opensearch.documents import passage_from
from pipelines.store.opensearch.queries import by_meaning, by_words, values_of
from pipelines.store.searchable import RetrievalInThreads

_LISTED = frozenset({"title", "source"})


class Retrieval(RetrievalInThreads, OpenSearchBase):
    """The two ways to find passages. Both honour filters before they rank, so that `top_k` come if as many match."""

    def keyword_retrieval(
        self, query: str, *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages that share words with a question (BM25 over titles and passages, English word stems).

        :param query: Any text; only its words count.
        :param filters: Haystack filters that the passages have to meet.
        :param top_k: How many to find at most, from 0.
        :returns: Passages without embeddings, best first, with their scores.
        :raises haystack.errors.FilterError: If the filters are malformed.
        :raises pipelines.errors.SearchUnavailableError: If the cluster does not answer.
        """
        return [passage_from(hit) for hit in self._found(by_words(query, filters, top_k))]

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
        :raises ValueError: If the embedding has another length.
        :raises haystack.errors.FilterError: If the filters are malformed.
        :raises pipelines.errors.SearchUnavailableError: If the cluster does not answer.
        """
        if len(query_embedding) != self.embedding_dim:
            msg = f"The query's embedding has {len(query_embedding)} numbers; needed are {self.embedding_dim}"
            raise ValueError(msg)
        hits = self._found(by_meaning([float(number) for number in query_embedding], filters, top_k))
        # The cluster's score of a cosine c is (1 + c) / 2: scores must not be negative there.
        return [passage_from(hit, score=2 * hit["_score"] - 1) for hit in hits]

    def get_metadata_field_unique_values(
        self,
        metadata_field: str,
        search_term: str | None = None,
        from_: int = 0,
        size: int = 10,
        filters: dict[str, Any] | None = None,
    ) -> tuple[list[Any], int]:
        """List the different values of a field, a page at a time, in alphabetical order.

        :param metadata_field: The field; titles and outlets are read off the articles, which are fewer than passages.
        :param search_term: Only values that contain this, in any case.
        :param from_: How many to leave out, from 0.
        :param size: How many to list at most.
        :param filters: Haystack filters that the documents have to meet.
        :returns: The values, and about how many there are in all.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        field = metadata_field.removeprefix("meta.")
        with self._reading() as client:
            if field not in _LISTED:
                return super().get_metadata_field_unique_values(metadata_field, search_term, from_, size, filters)
            body = values_of(field, search_term, filters, from_ + size)
            answer = client.search(
                index=self._articles, body=body, ignore_unavailable=True, allow_partial_search_results=False
            )
        # Before anything is indexed there is nothing to count either.
        found = answer.get("aggregations", {"values": {"buckets": []}, "count": {"value": 0}})
        return [bucket["key"] for bucket in found["values"]["buckets"]][from_:], int(found["count"]["value"])

    def _found(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        if not body["size"]:
            return []
        with self._reading() as client:
            answer = client.search(
                index=self._passages, body=body, ignore_unavailable=True, allow_partial_search_results=False
            )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits
