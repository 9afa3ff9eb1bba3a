from pathlib import Path

import numpy as np
import pytest

from pipelines.benchmark.corpus import BATCH, DIMENSION, Corpus
from pipelines.benchmark.vocabulary import Vocabulary, read_vocabulary
from pipelines.components.splitter import PASSAGE_WORDS


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary()


def test_the_words_come_as_often_as_in_the_training_data(vocabulary: Vocabulary) -> None:
    assert vocabulary.words[0] == "the"
    assert vocabulary.shares.sum() == pytest.approx(1)
    assert all(first >= second for first, second in zip(vocabulary.shares, vocabulary.shares[1:], strict=False))
    text = " ".join(made.article.text for made in Corpus(vocabulary, 300).articles(0)).lower().split()
    assert text.count("the") / len(text) == pytest.approx(vocabulary.shares[0], rel=0.4)


def test_a_corpus_has_the_passages_that_were_asked_for(vocabulary: Vocabulary) -> None:
    corpus = Corpus(vocabulary, BATCH + 50)
    assert sum(len(made.passages) for made in corpus.articles(1)) == 50
    assert [len(corpus.vectors(batch)) for batch in corpus.batches] == [BATCH, 50]


def test_passages_are_exact_slices_about_as_long_as_the_splitter_makes_them(vocabulary: Vocabulary) -> None:
    articles = Corpus(vocabulary, 60).articles(0)
    rows = [row for made in articles for row in made.rows]
    assert rows == list(range(60))
    for made in articles:
        for passage in made.passages:
            assert made.article.text[passage.span.start : passage.span.end] == passage.text
            assert 0.8 * PASSAGE_WORDS <= len(passage.text.split()) <= PASSAGE_WORDS
    assert len({made.article.citation.id for made in articles}) == len(articles)


def test_the_same_seed_makes_the_same_corpus_and_another_one_another(vocabulary: Vocabulary) -> None:
    first, again, other = (Corpus(vocabulary, 40, seed=seed) for seed in (1, 1, 2))
    assert first.articles(0) == again.articles(0) != other.articles(0)
    assert np.array_equal(first.vectors(0), again.vectors(0))
    assert [one.text for one in first.questions(20)] == [one.text for one in again.questions(20)]


def test_vectors_are_of_unit_length_and_a_question_is_near_its_passage(vocabulary: Vocabulary) -> None:
    corpus = Corpus(vocabulary, 400)
    vectors = corpus.vectors(0)
    assert vectors.shape == (400, DIMENSION)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    questions = corpus.questions(20)
    assert len(questions) == 20
    for question in questions:
        similarities = np.sort(vectors @ question.vector)
        assert similarities[-1] > 0.8
        assert similarities[0] < 0.4


def test_without_the_training_data_there_is_nothing_to_draw_from(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no training data"):
        read_vocabulary(tmp_path)
