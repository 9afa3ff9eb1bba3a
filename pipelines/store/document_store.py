"""The embedded document store: everything in one folder, nothing to install or to start."""

from dataclasses import asdict
from typing import Any, Self

from haystack import default_from_dict, default_to_dict

from pipelines.store.articles import Articles
from pipelines.store.asynchronous import AsyncTwins
from pipelines.types import EncoderIdentity


class EmbeddedDocumentStore(AsyncTwins, Articles):
    """A Haystack document store in a folder; may be used from several threads and processes, one of which writes.

    An SQLite file is the record. A keyword index (Tantivy) and a vector index (usearch) are derived from it; each
    knows which state of the record it mirrors and is brought in step, or made anew, when it does not mirror the last.

    ### Usage example

    ```python
    from haystack import Document
    from pipelines.store import EmbeddedDocumentStore

    store = EmbeddedDocumentStore("data", embedding_dim=3)
    store.write_documents([Document(content="The ceremony was held on Tuesday.", embedding=[0.1, 0.7, 0.2])])
    store.keyword_retrieval("when was the ceremony?")
    ```
    """

    def to_dict(self) -> dict[str, Any]:
        """Write down how the store was made."""
        return default_to_dict(
            self,
            path=self.path,
            embedding_dim=self.embedding_dim,
            encoder=asdict(self.encoder) if self.encoder else None,
            read_only=self.read_only,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make a store from what `to_dict` wrote.

        :param data: What it wrote.
        :returns: The store.
        """
        parameters = dict(data["init_parameters"])
        if parameters.get("encoder"):
            parameters["encoder"] = EncoderIdentity(**parameters["encoder"])
        store = default_from_dict(cls, {**data, "init_parameters": parameters})
        assert isinstance(store, cls)  # noqa: S101  tells mypy what default_from_dict made
        return store
