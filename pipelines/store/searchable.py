"""What retrieving and answering need of a store: small enough that another store can take its place."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from haystack import Document


class Searchable(Protocol):
    """A store whose passages can be found; both ways honour filters before they rank, best passages first."""

    def keyword_retrieval(
        self, query: str, *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages that share words with a question."""
        ...

    async def keyword_retrieval_async(
        self, query: str, *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages that share words with a question."""
        ...

    def dense_retrieval(
        self, query_embedding: Sequence[float], *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages whose embeddings are nearest to a question's."""
        ...

    async def dense_retrieval_async(
        self, query_embedding: Sequence[float], *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Find passages whose embeddings are nearest to a question's."""
        ...

    def get_metadata_field_unique_values(
        self, metadata_field: str, search_term: str | None = None, from_: int = 0, size: int = 10
    ) -> tuple[list[Any], int]:
        """List the different values of a field that contain a term, in any case, and how many there are in all."""
        ...

    def families(self, ids: Iterable[str]) -> Mapping[str, int]:
        """Give each article a number, the same for copies of one text; one that has none is no copy."""
        ...


class RetrievalInThreads:
    """The `_async` twins of a store's two ways to find passages: the same, in a thread."""

    async def keyword_retrieval_async(
        self: Searchable, query: str, *, filters: dict[str, Any] | None = None, top_k: int = 10
    ) -> list[Document]:
        """Do as `keyword_retrieval`."""
        return await asyncio.to_thread(self.keyword_retrieval, query, filters=filters, top_k=top_k)

    async def dense_retrieval_async(
        self: Searchable,
        query_embedding: Sequence[float],
        *,
        filters: dict[str, Any] | None = None,
        top_k: int = 10,
    ) -> list[Document]:
        """Do as `dense_retrieval`."""
        return await asyncio.to_thread(self.dense_retrieval, query_embedding, filters=filters, top_k=top_k)
