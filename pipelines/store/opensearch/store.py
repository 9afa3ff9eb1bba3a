"""The store on a cluster, whole."""

from dataclasses import asdict
from typing import Any, Literal, Self

from haystack import Document, default_from_dict, default_to_dict
from haystack.document_stores.types import DuplicatePolicy

from pipelines.store.opensearch.articles import Articles
from pipelines.store.opensearch.documents import passage_from
from pipelines.store.opensearch.mappings import IndexShape
from pipelines.store.opensearch.queries import translate
from pipelines.store.opensearch.retrieval import Retrieval
from pipelines.types import EncoderIdentity

_MOST_READ = 10_000


class OpenSearchStore(Articles, Retrieval):
    """Haystack's OpenSearch document store, with articles beside the passages; may be used from several threads.

    What Haystack knows as documents are the passages, and its own ways to write and delete them leave the articles
    alone. Any number of processes may search and write at the same time.

    ### Usage example

    ```python
    from pipelines.store.opensearch import OpenSearchStore

    store = OpenSearchStore(["https://search.example.org:9200"], http_auth=("verbatim", "..."))
    store.keyword_retrieval("when was the ceremony?")
    ```
    """

    def count_documents(self) -> int:
        """Count the passages."""
        with self._reading() as client:
            return int(client.count(index=self._passages, ignore_unavailable=True)["count"])

    def filter_documents(self, filters: dict[str, Any] | None = None) -> list[Document]:
        """Read the passages that meet filters, 10,000 at most.

        :param filters: Haystack filters; None or empty for all.
        :returns: The passages.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        body = {"query": translate(filters) or {"match_all": {}}, "size": _MOST_READ}
        return [passage_from(hit) for hit in self._found(body)]

    def write_documents(
        self,
        documents: list[Document],
        policy: DuplicatePolicy = DuplicatePolicy.NONE,
        refresh: Literal["wait_for", True, False] = "wait_for",
    ) -> int:
        """Write passages as Haystack does, into an index of ours.

        :param documents: The passages.
        :param policy: What to do about an id that is there already; NONE is the same as FAIL.
        :param refresh: Whether to wait until they can be searched.
        :returns: How many were written.
        :raises haystack.document_stores.errors.DuplicateDocumentError: If an id is there and the policy forbids it.
        """
        with self._writing():
            return super().write_documents(documents, policy, refresh)

    def to_dict(self) -> dict[str, Any]:
        """Write down how the store was made, but for the user and the password."""
        return default_to_dict(
            self,
            hosts=list(self.hosts),
            index=self.index,
            embedding_dim=self.embedding_dim,
            encoder=asdict(self.encoder) if self.encoder else None,
            shape=asdict(self.shape),
            ca_certs=self.ca_certs,
            verify_certs=self.verify_certs,
            timeout=self.timeout,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make a store from what `to_dict` wrote.

        :param data: What it wrote.
        :returns: The store.
        """
        parameters = dict(data["init_parameters"])
        parameters["shape"] = IndexShape(**parameters["shape"])
        if parameters.get("encoder"):
            parameters["encoder"] = EncoderIdentity(**parameters["encoder"])
        store = default_from_dict(cls, {**data, "init_parameters": parameters})
        assert isinstance(store, cls)  # noqa: S101  tells mypy what default_from_dict made
        return store
