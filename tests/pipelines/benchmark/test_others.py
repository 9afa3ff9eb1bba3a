from pathlib import Path

import pytest

from pipelines.benchmark.corpus import Corpus
from pipelines.benchmark.others import full_text_search, in_memory
from pipelines.benchmark.vocabulary import read_vocabulary


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(read_vocabulary(), 30)


def test_haystacks_own_store_is_timed_on_words_and_on_vectors(corpus: Corpus) -> None:
    found = in_memory(corpus, corpus.questions(3))
    assert (found.passages, found.keyword.count) == (30, 3)
    assert found.dense is not None
    assert found.dense.p50 > 0


def test_full_text_search_is_timed_on_words(corpus: Corpus, tmp_path: Path) -> None:
    found = full_text_search(corpus, corpus.questions(3), tmp_path)
    assert (found.passages, found.keyword.count, found.dense) == (30, 3, None)
    assert found.keyword.p50 > 0
