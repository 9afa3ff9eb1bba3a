"""Small archives for the store's tests: made-up articles with made-up embeddings."""

import hashlib
from dataclasses import replace
from datetime import date

import numpy as np

from pipelines.documents import article_id, passage_to_document
from pipelines.store import IndexedArticle
from pipelines.types import Article, Citation, EncoderIdentity, Passage, PassageKind, Span

DIMENSION = 8
ENCODER = EncoderIdentity("tiny", DIMENSION, "ab" * 32)


def embedding(text: str) -> np.ndarray:
    """A unit vector that depends on the text alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def indexed(
    origin: str, *paragraphs: str, title: str = "A headline", source: str = "The Post", published: date | None = None
) -> IndexedArticle:
    """An article with a passage for each paragraph."""
    text = "\n".join(paragraphs)
    citation = Citation(article_id(origin), title, source, None, published, "Ann Lee")
    article = Article(citation, text, origin)
    documents = []
    start = 0
    for index, paragraph in enumerate(paragraphs):
        span = Span(start, start + len(paragraph))
        document = passage_to_document(Passage(citation.id, span, paragraph, PassageKind.BODY, index), article)
        documents.append(replace(document, embedding=embedding(paragraph).tolist()))
        start = span.end + 1
    fingerprint = hashlib.sha256(f"{title}{text}".encode()).hexdigest()
    return IndexedArticle(article, fingerprint, tuple(documents))
