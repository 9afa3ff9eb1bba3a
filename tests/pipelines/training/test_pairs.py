"""Pairs of question and passage, their batches, and how retrieval with them is scored."""

import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from pipelines.training.data import Example
from pipelines.training.pairs import AskedArticle, Pair, batches, pair
from pipelines.training.retrieval import retrieval_figures
from pipelines.types import Span

TEXT = " ".join(f"Sentence number {number} has seven words in it." for number in range(30))


def asked(question: str, words: str) -> Example:
    start = TEXT.index(words)
    return Example(question, question, TEXT, (Span(start, start + len(words)),))


def test_every_passage_of_a_pair_holds_the_answer_whole() -> None:
    [article] = pair([asked("which is the ninth", "number 9 has"), asked("and the first", "number 0 has")], 40)

    for one, words in zip(article.pairs, ("number 9 has", "number 0 has"), strict=True):
        assert one.passages
        assert all(words in article.passages[place] for place in one.passages)


def test_an_answer_in_the_overlap_of_two_passages_makes_both_right() -> None:
    sizes = {len(pair([asked("q", f"number {n} has")], 40)[0].pairs[0].passages) for n in range(10, 20)}

    assert sizes == {1, 2}


def test_unanswerable_questions_pair_with_nothing() -> None:
    assert pair([Example("q", "who", TEXT, ())], 40) == []


def test_a_batch_points_at_the_passages_of_the_right_article() -> None:
    articles = [
        AskedArticle((f"{name} one", f"{name} two"), (Pair(f"{name}?", frozenset({1})),)) for name in ("a", "b", "c")
    ]

    [batch] = batches(articles, 6, 4, random.Random(3))

    for question, places in zip(batch.questions, batch.right, strict=True):
        [place] = places
        assert batch.passages[place] == f"{question[0].lower()} two"


def test_a_batch_ends_with_the_article_that_fills_it() -> None:
    articles = [AskedArticle(("x", "y", "z"), (Pair("q", frozenset({0})),))] * 5

    assert [len(batch.passages) for batch in batches(articles, 5, 1, random.Random(1))] == [6, 6]


def test_recall_counts_a_question_as_found_if_any_right_passage_is_first() -> None:
    directions = {"q": [1.0, 0.0], "far": [0.0, 1.0], "near": [1.0, 0.0], "r": [0.0, 1.0], "other": [0.6, 0.8]}

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([directions[text] for text in texts], dtype=np.float32)

    articles = [
        AskedArticle(("far", "near"), (Pair("q", frozenset({0, 1})),)),
        AskedArticle(("other",), (Pair("r", frozenset({0})),)),
    ]

    figures = retrieval_figures(encode, articles)

    assert figures["recall_at_1"] == pytest.approx(50)
    assert figures["recall_at_5"] == pytest.approx(100)
    assert figures["mrr"] == pytest.approx(0.75)
