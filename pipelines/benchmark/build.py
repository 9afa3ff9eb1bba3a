"""Writes a made corpus to an index, and indexes made article files as a user would."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.benchmark.corpus import Corpus, MadeArticle, Vectors
from pipelines.benchmark.figures import Indexing
from pipelines.benchmark.vocabulary import read_vocabulary
from pipelines.components.encoder import SentenceEncoder
from pipelines.documents import passage_to_document
from pipelines.indexing import Indexer
from pipelines.store import EmbeddedDocumentStore, IndexedArticle

_BATCHES_A_COMMIT = 20
_FINGERPRINT = "made"


def open_store(folder: Path) -> EmbeddedDocumentStore:
    """Open an index for vectors of the encoder that ships.

    :param folder: Its folder.
    """
    return EmbeddedDocumentStore(folder, encoder=SentenceEncoder().identity)


def write_corpus(folder: Path, passages: int, seed: int) -> float:
    """Write a corpus with its made vectors.

    :param folder: An empty folder.
    :param passages: How many passages, 1 or more.
    :param seed: Of the corpus.
    :returns: Seconds the store took, until both retrievers can search; making the text is not counted.
    """
    corpus = Corpus(read_vocabulary(), passages, seed=seed)
    store = open_store(folder)
    seconds = 0.0
    for articles in _commits(corpus):
        start = time.perf_counter()
        store.write_articles(articles)
        seconds += time.perf_counter() - start
    start = time.perf_counter()
    store.keyword_retrieval("a", top_k=1)
    seconds += time.perf_counter() - start
    store.close()
    return seconds


def index_files(folder: Path, passages: int, seed: int) -> Indexing:
    """Index made article files, embeddings included.

    :param folder: An empty folder.
    :param passages: How many passages to make; the splitter makes its own of their text.
    :param seed: Of the corpus.
    :returns: How fast it went.
    """
    corpus = Corpus(read_vocabulary(), passages, seed=seed)
    files = folder / "articles"
    files.mkdir()
    for batch in corpus.batches:
        for number, made in enumerate(corpus.articles(batch)):
            (files / f"{batch}-{number}.txt").write_text(made.article.text, encoding="utf-8")
    encoder = SentenceEncoder()
    encoder.warm_up()
    store = open_store(folder / "index")
    start = time.perf_counter()
    summary = Indexer(store, encoder).index([str(files)])
    seconds = time.perf_counter() - start
    store.close()
    return Indexing(summary.passages, summary.passages / seconds)


def _commits(corpus: Corpus) -> Iterator[list[IndexedArticle]]:
    waiting: list[IndexedArticle] = []
    for batch in corpus.batches:
        vectors = corpus.vectors(batch)
        waiting += [_indexed(made, vectors) for made in corpus.articles(batch)]
        if (batch + 1) % _BATCHES_A_COMMIT == 0 or batch == corpus.batches[-1]:
            yield waiting
            waiting = []


def _indexed(made: MadeArticle, vectors: Vectors) -> IndexedArticle:
    documents = tuple(
        replace(passage_to_document(passage, made.article), embedding=vectors[row].tolist())
        for passage, row in zip(made.passages, made.rows, strict=True)
    )
    return IndexedArticle(made.article, _FINGERPRINT, documents)
