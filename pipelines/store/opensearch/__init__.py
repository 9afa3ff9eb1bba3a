"""A store on an OpenSearch cluster: Haystack's document store with articles, and with what the bot needs of them."""

from pipelines.store.opensearch.mappings import IndexShape
from pipelines.store.opensearch.store import OpenSearchStore

__all__ = ["IndexShape", "OpenSearchStore"]
