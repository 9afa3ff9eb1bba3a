"""Passages and articles as the cluster keeps them; passages with flat metadata, as Haystack's own store has them."""

from typing import Any

from haystack import Document

from pipelines.documents import citation_from_meta, citation_to_meta
from pipelines.store.types import IndexedArticle
from pipelines.types import Article
from pipelines.wording import Wording

UNFINISHED = ""
"""The fingerprint of an article whose passages are being written: no source has it, so it is indexed again."""


def passage_source(document: Document) -> dict[str, Any]:
    """Write a passage.

    :param document: The passage.
    :returns: What is sent.
    """
    source = {**document.meta, "id": document.id, "content": document.content}
    if document.embedding is not None:
        # Nine digits give back the same single-precision number, in half the bytes.
        source["embedding"] = [float(f"{number:.9g}") for number in document.embedding]
    return source


def passage_from(hit: dict[str, Any], *, score: float | None = None) -> Document:
    """Read a passage.

    :param hit: What was found.
    :param score: Its score, if not the one it was found with.
    :returns: The passage.
    """
    return Document.from_dict({**hit["_source"], "score": hit["_score"] if score is None else score})


def article_source(indexed: IndexedArticle, wording: Wording, family: int) -> dict[str, Any]:
    """Write an article, marked as not complete.

    :param indexed: The article.
    :param wording: Its words.
    :param family: What it has in common with its copies.
    :returns: What is sent.
    """
    article = indexed.article
    return {
        **citation_to_meta(article.citation),
        "origin": article.origin,
        "fingerprint": UNFINISHED,
        "text": article.text,
        "digest": wording.digest,
        "anchors": wording.anchors,
        "family": family,
    }


def article_from(source: dict[str, Any]) -> Article:
    """Read an article.

    :param source: What `article_source` wrote.
    """
    return Article(citation_from_meta(source), text=source["text"], origin=source["origin"])
