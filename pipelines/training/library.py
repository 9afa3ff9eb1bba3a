"""Training texts indexed as the product does, to ask it their questions."""

from collections.abc import Mapping
from pathlib import Path

from pipelines.components.encoder import SentenceEncoder
from pipelines.components.splitter import PASSAGE_WORDS
from pipelines.documents import article_id, passage_to_document
from pipelines.indexing import build_storing
from pipelines.preparation import build_preparation
from pipelines.sources.metadata import ArticleMetadata, one_line
from pipelines.sources.raw import ArticleFormat, RawArticle
from pipelines.store import EmbeddedDocumentStore


def index_texts(
    titles: Mapping[str, str], folder: Path, encoder: SentenceEncoder, *, words: int = PASSAGE_WORDS
) -> tuple[EmbeddedDocumentStore, dict[str, str]]:
    """Index texts, each as an article.

    :param titles: The texts, each with its title; empty: the title is found in the text.
    :param folder: Where the index is made.
    :param encoder: Makes the vectors.
    :param words: Words a passage aims at.
    :returns: The store, and the id of each text's article, by the text.
    """
    origins = {text: f"{number:05}.txt" for number, text in enumerate(titles)}
    sources = [
        RawArticle(
            name,
            name,
            text.encode(),
            ArticleFormat.TEXT,
            "utf-8",
            ArticleMetadata(title=one_line(titles[text]) or None),
        )
        for text, name in origins.items()
    ]
    articles = build_preparation(words).run({"converter": {"sources": sources}})["splitter"]["articles"]
    store = EmbeddedDocumentStore(folder, encoder=encoder.identity)
    documents = [passage_to_document(passage, split.article) for split in articles for passage in split.passages]
    build_storing(store, encoder).run({"embedder": {"documents": documents}, "writer": {"articles": articles}})
    return store, {text: article_id(origin) for text, origin in origins.items()}
