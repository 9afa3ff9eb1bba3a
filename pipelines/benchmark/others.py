"""The same retrieval by Haystack's in-memory store and by SQLite's own full-text index, to compare with."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from haystack.document_stores.in_memory import InMemoryDocumentStore

from pipelines.benchmark.corpus import Corpus, MadeArticle, MadeQuestion, Vectors
from pipelines.benchmark.figures import OtherEngine
from pipelines.benchmark.timing import time_each
from pipelines.documents import passage_to_document

IN_MEMORY_MOST = 100_000
"""Passages that Haystack's in-memory store can bear: at 100,000 it takes several gigabytes and seconds a question."""

TOP_K = 50
_WORD = re.compile(r"\w+")


def in_memory(corpus: Corpus, questions: Sequence[MadeQuestion]) -> OtherEngine:
    """Time Haystack's `InMemoryDocumentStore`.

    :param corpus: The passages, at most 100,000.
    :param questions: At least one; each takes up to seconds.
    """
    store = InMemoryDocumentStore(shared=False)
    for articles, vectors in _batches(corpus):
        store.write_documents([
            replace(passage_to_document(passage, made.article), embedding=vectors[row].tolist())
            for made in articles
            for passage, row in zip(made.passages, made.rows, strict=True)
        ])  # fmt: skip
    return OtherEngine(
        "Haystack InMemoryDocumentStore",
        corpus.passages,
        keyword=time_each(lambda one: store.bm25_retrieval(one.text, top_k=TOP_K), questions),
        dense=time_each(lambda one: store.embedding_retrieval(one.vector.tolist(), top_k=TOP_K), questions),
    )


def full_text_search(corpus: Corpus, questions: Sequence[MadeQuestion], folder: Path) -> OtherEngine:
    """Time SQLite's FTS5 with its Porter stemmer and BM25.

    :param corpus: The passages.
    :param questions: At least one.
    :param folder: Where the database may lie.
    """
    database = sqlite3.connect(folder / "fts5.db")
    try:
        database.execute("CREATE VIRTUAL TABLE passages USING fts5(title, text, tokenize='porter unicode61')")
        for articles, _ in _batches(corpus):
            rows = [(made.article.citation.title, passage.text) for made in articles for passage in made.passages]
            database.executemany("INSERT INTO passages VALUES (?, ?)", rows)
            database.commit()

        def ask(question: MadeQuestion) -> None:
            terms = " OR ".join(f'"{word}"' for word in _WORD.findall(question.text))
            sql = "SELECT rowid, text FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT ?"
            database.execute(sql, (terms, TOP_K)).fetchall()

        return OtherEngine("SQLite FTS5", corpus.passages, keyword=time_each(ask, questions), dense=None)
    finally:
        database.close()


def _batches(corpus: Corpus) -> Iterator[tuple[list[MadeArticle], Vectors]]:
    return ((corpus.articles(batch), corpus.vectors(batch)) for batch in corpus.batches)
