"""Passages as Haystack documents: the one place that knows the names of a passage's metadata."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from haystack import Document

from pipelines.types import Article, Citation, Passage, PassageKind, Span

ID_LENGTH = 16


def article_id(origin: str) -> str:
    """Make an article's id from where it was read.

    :param origin: The normalised path or URL.
    :returns: 16 hexadecimal digits, the same for the same origin.
    """
    return hashlib.sha256(origin.encode()).hexdigest()[:ID_LENGTH]


def passage_id(passage: Passage) -> str:
    """Make a passage's id from its article, its offsets and its text.

    :param passage: The passage.
    :returns: 32 hexadecimal digits, the same for the same passage.
    """
    key = f"{passage.article_id}:{passage.span.start}:{passage.span.end}:{passage.text}"
    return hashlib.sha256(key.encode()).hexdigest()[: 2 * ID_LENGTH]


def passage_to_document(passage: Passage, article: Article) -> Document:
    """Turn a passage into a Haystack document with the metadata that retrieval and citing need.

    :param passage: The passage.
    :param article: Its article.
    :returns: A document without an embedding.
    """
    return Document(
        id=passage_id(passage),
        content=passage.text,
        meta={
            **citation_to_meta(article.citation),
            "start": passage.span.start,
            "end": passage.span.end,
            "kind": str(passage.kind),
            "index": passage.index,
        },
    )


def document_to_passage(document: Document) -> Passage:
    """Turn a stored document back into its passage.

    :param document: A document made by `passage_to_document`.
    :returns: The passage.
    :raises KeyError: If the document was not made by `passage_to_document`.
    """
    meta = document.meta
    return Passage(
        article_id=meta["article_id"],
        span=Span(meta["start"], meta["end"]),
        text=document.content or "",
        kind=PassageKind(meta["kind"]),
        index=meta["index"],
    )


def document_to_citation(document: Document) -> Citation:
    """Read an article's citation off one of its passages.

    :param document: A document made by `passage_to_document`.
    :returns: The citation of its article.
    :raises KeyError: If the document was not made by `passage_to_document`.
    """
    return citation_from_meta(document.meta)


def citation_to_meta(citation: Citation) -> dict[str, str | None]:
    """Write a citation as a store keeps it.

    :param citation: The citation.
    :returns: Its fields by the names that filters use.
    """
    return {
        "article_id": citation.id,
        "title": citation.title,
        "source": citation.source,
        "url": citation.url,
        "published": citation.published.isoformat() if citation.published else None,
        "author": citation.author,
    }


def citation_from_meta(meta: Mapping[str, Any]) -> Citation:
    """Read a citation that `citation_to_meta` wrote.

    :param meta: Its fields, among others.
    :returns: The citation.
    :raises KeyError: If a field is missing.
    """
    published = meta["published"]
    return Citation(
        id=meta["article_id"],
        title=meta["title"],
        source=meta["source"],
        url=meta["url"],
        published=date.fromisoformat(published) if published else None,
        author=meta.get("author"),  # an index of the first version has none
    )
