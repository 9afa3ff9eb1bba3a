"""What goes into the store beside Haystack's documents."""

from dataclasses import dataclass

from haystack import Document

from pipelines.types import Article


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """An article with everything that is stored of it.

    :param article: The article.
    :param fingerprint: What changes whenever the article has to be indexed again.
    :param documents: Its passages, made by `pipelines.documents.passage_to_document`, with their embeddings.
    """

    article: Article
    fingerprint: str
    documents: tuple[Document, ...]
