"""The writer: articles with their passages into the store, all of one run in one transaction."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from haystack import Document, component

from pipelines.components.splitter import SplitArticle
from pipelines.store.types import IndexedArticle


class TakesArticles(Protocol):
    """A store that articles can be written to."""

    def write_articles(self, batch: Sequence[IndexedArticle]) -> int:
        """Write articles in one transaction, in place of earlier versions of them.

        :param batch: The articles with their passages.
        :returns: How many of them are copies of other articles.
        """
        ...


@component
class ArticleWriter:
    """Writes articles and their encoded passages.

    :param document_store: Where to.
    """

    def __init__(self, document_store: TakesArticles) -> None:
        self.document_store = document_store

    @component.output_types(written=int, copies=int)
    def run(self, articles: list[SplitArticle], documents: list[Document]) -> dict[str, int]:
        """Write articles.

        :param articles: The articles.
        :param documents: The passages of all of them, with their embeddings.
        :returns: `written`, how many articles, and `copies`, how many of them are copies of other articles.
        """
        passages: dict[str, list[Document]] = defaultdict(list)
        for document in documents:
            passages[document.meta["article_id"]].append(document)
        batch = [
            IndexedArticle(split.article, split.fingerprint, tuple(passages[split.article.citation.id]))
            for split in articles
        ]
        return {"written": len(batch), "copies": self.document_store.write_articles(batch)}
