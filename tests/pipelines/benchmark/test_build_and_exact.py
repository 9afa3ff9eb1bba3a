from pathlib import Path

import pytest

from pipelines.benchmark.build import index_files, open_store, write_corpus
from pipelines.benchmark.corpus import Corpus
from pipelines.benchmark.exact import nearest
from pipelines.benchmark.vocabulary import read_vocabulary


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    assert write_corpus(folder, 60, seed=1) > 0
    return folder


def test_a_written_corpus_is_searched_by_words_and_by_vectors(folder: Path) -> None:
    corpus = Corpus(read_vocabulary(), 60, seed=1)
    store = open_store(folder)
    try:
        assert store.count_documents() == 60
        assert store.count_articles() == len(corpus.articles(0))
        question = corpus.questions(1)[0]
        assert len(store.keyword_retrieval(question.text, top_k=10)) == 10
        assert len(store.dense_retrieval(question.vector, top_k=10)) == 10
    finally:
        store.close()


def test_the_store_finds_the_vectors_that_are_truly_nearest(folder: Path) -> None:
    corpus = Corpus(read_vocabulary(), 60, seed=1)
    questions = corpus.questions(5)
    store = open_store(folder)
    try:
        found = [{one.id for one in store.dense_retrieval(question.vector, top_k=4)} for question in questions]
    finally:
        store.close()
    assert found == nearest(corpus, questions, 4)


def test_article_files_are_indexed_with_their_embeddings(tmp_path: Path) -> None:
    found = index_files(tmp_path, 5, seed=1)
    assert found.passages >= 5
    assert found.passages_per_second > 0
