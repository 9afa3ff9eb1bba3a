"""Retrievers: the passages of the store that fit a question, by its words and by its meaning."""

from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from pipelines.store.searchable import Searchable


@component
class KeywordRetriever:
    """Finds passages that share words with a question.

    ### Usage example

    ```python
    from pipelines.components.retrievers import KeywordRetriever
    from pipelines.store import EmbeddedDocumentStore

    retriever = KeywordRetriever(EmbeddedDocumentStore("data"), top_k=10)
    retriever.run(query="when was the ceremony?")["documents"]
    ```

    :param document_store: The store.
    :param top_k: How many passages to find at most, from 1.
    :param filters: Haystack filters that passages have to meet when `run` is given none.
    :raises ValueError: If top_k is not positive.
    """

    def __init__(self, document_store: Searchable, *, top_k: int = 50, filters: dict[str, Any] | None = None) -> None:
        _check(top_k)
        self.document_store = document_store
        self.top_k = top_k
        self.filters = filters

    @component.output_types(documents=list[Document])
    def run(self, query: str, filters: dict[str, Any] | None = None) -> dict[str, list[Document]]:
        """Find passages.

        :param query: The question.
        :param filters: Haystack filters, in place of those given at the start.
        :returns: `documents`: passages without embeddings, best first.
        """
        filters = filters or self.filters
        return {"documents": self.document_store.keyword_retrieval(query, filters=filters, top_k=self.top_k)}

    @component.output_types(documents=list[Document])
    async def run_async(self, query: str, filters: dict[str, Any] | None = None) -> dict[str, list[Document]]:
        """Find passages, in a thread.

        :param query: The question.
        :param filters: Haystack filters, in place of those given at the start.
        :returns: `documents`: passages without embeddings, best first.
        """
        store, filters = self.document_store, filters or self.filters
        return {"documents": await store.keyword_retrieval_async(query, filters=filters, top_k=self.top_k)}

    def to_dict(self) -> dict[str, Any]:
        """Write down how the component was made."""
        return default_to_dict(self, document_store=self.document_store, top_k=self.top_k, filters=self.filters)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "KeywordRetriever":
        """Make a component from what `to_dict` wrote."""
        return default_from_dict(cls, data)


@component
class DenseRetriever:
    """Finds passages whose embeddings are near a question's.

    ### Usage example

    ```python
    from pipelines.components.retrievers import DenseRetriever
    from pipelines.store import EmbeddedDocumentStore

    retriever = DenseRetriever(EmbeddedDocumentStore("data"), top_k=10)
    retriever.run(query_embedding=[0.05] * 384)["documents"]
    ```

    :param document_store: The store.
    :param top_k: How many passages to find at most, from 1.
    :param filters: Haystack filters that passages have to meet when `run` is given none.
    :raises ValueError: If top_k is not positive.
    """

    def __init__(self, document_store: Searchable, *, top_k: int = 50, filters: dict[str, Any] | None = None) -> None:
        _check(top_k)
        self.document_store = document_store
        self.top_k = top_k
        self.filters = filters

    @component.output_types(documents=list[Document])
    def run(self, query_embedding: list[float], filters: dict[str, Any] | None = None) -> dict[str, list[Document]]:
        """Find passages.

        :param query_embedding: The question's embedding.
        :param filters: Haystack filters, in place of those given at the start.
        :returns: `documents`: passages without embeddings, best first.
        """
        filters = filters or self.filters
        return {"documents": self.document_store.dense_retrieval(query_embedding, filters=filters, top_k=self.top_k)}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query_embedding: list[float], filters: dict[str, Any] | None = None
    ) -> dict[str, list[Document]]:
        """Find passages, in a thread.

        :param query_embedding: The question's embedding.
        :param filters: Haystack filters, in place of those given at the start.
        :returns: `documents`: passages without embeddings, best first.
        """
        store, filters = self.document_store, filters or self.filters
        return {"documents": await store.dense_retrieval_async(query_embedding, filters=filters, top_k=self.top_k)}

    def to_dict(self) -> dict[str, Any]:
        """Write down how the component was made."""
        return default_to_dict(self, document_store=self.document_store, top_k=self.top_k, filters=self.filters)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "DenseRetriever":
        """Make a component from what `to_dict` wrote."""
        return default_from_dict(cls, data)


def _check(top_k: int) -> None:
    if top_k < 1:
        msg = f"top_k has to be 1 or more, not {top_k}"
        raise ValueError(msg)
