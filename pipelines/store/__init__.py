"""The embedded document store: an SQLite record with a keyword and a vector index derived from it."""

from pipelines.store.discard import discard_index
from pipelines.store.document_store import EmbeddedDocumentStore
from pipelines.store.types import IndexedArticle

__all__ = ["EmbeddedDocumentStore", "IndexedArticle", "discard_index"]
