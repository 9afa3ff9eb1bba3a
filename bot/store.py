"""What the bot needs of a store, whole: any that offers this can take the place of the others."""

from typing import Protocol

from bot.protocols import Library
from pipelines.indexing import ArticleStore
from pipelines.store.searchable import Searchable


class Store(Searchable, ArticleStore, Library, Protocol):
    """A store that articles are written to, searched in and listed from."""

    def count_documents(self) -> int:
        """Count the passages."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the next use opens them again."""
        ...
