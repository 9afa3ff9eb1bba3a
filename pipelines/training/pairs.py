"""Questions paired with the passages that answer them, in batches of whole articles: hard negatives come along."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.training.augment import as_typed
from pipelines.training.data import Example
from pipelines.training.passages import cut


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the passages of its article that hold an answer to it.

    :param question: The question.
    :param passages: Places of the passages, in the article's list.
    """

    question: str
    passages: frozenset[int]


@dataclass(frozen=True, slots=True)
class AskedArticle:
    """An article cut into passages, and the questions it answers.

    :param passages: The passages' texts.
    :param pairs: The questions that a passage answers.
    """

    passages: tuple[str, ...]
    pairs: tuple[Pair, ...]


def pair(examples: Sequence[Example], words: int) -> list[AskedArticle]:
    """Cut texts into passages and pair each question with those that hold its answer whole.

    :param examples: Questions; the unanswerable are left out.
    :param words: Words of a passage.
    """
    asked: dict[str, list[Example]] = {}
    for example in examples:
        if example.answers:
            asked.setdefault(example.context, []).append(example)
    articles = []
    for text, questions in asked.items():
        spans = cut(text, words)
        pairs = []
        for example in questions:
            answer = example.answers[0]
            holding = [n for n, span in enumerate(spans) if span.start <= answer.start and answer.end <= span.end]
            if holding:
                pairs.append(Pair(example.question, frozenset(holding)))
        if pairs:
            articles.append(AskedArticle(tuple(text[span.start : span.end] for span in spans), tuple(pairs)))
    return articles


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions that are told from each other's passages.

    :param questions: The questions.
    :param passages: The passages, those of an article together.
    :param right: For each question, the places of the passages that answer it.
    """

    questions: tuple[str, ...]
    passages: tuple[str, ...]
    right: tuple[frozenset[int], ...]


def batches(articles: Sequence[AskedArticle], passages: int, per_article: int, rng: random.Random) -> Iterator[Batch]:
    """Give an epoch: whole articles, shuffled, until a batch has enough passages.

    :param articles: What to draw from.
    :param passages: Passages of a batch, at least.
    :param per_article: Questions of an article in one epoch, at most.
    :param rng: Shuffles, draws the questions and roughens them as people type them.
    """
    questions: list[str] = []
    texts: list[str] = []
    right: list[frozenset[int]] = []
    for article in rng.sample(articles, len(articles)):
        first = len(texts)
        for one in rng.sample(article.pairs, min(per_article, len(article.pairs))):
            questions.append(as_typed(one.question, rng))
            right.append(frozenset(first + place for place in one.passages))
        texts.extend(article.passages)
        if len(texts) >= passages:
            yield Batch(tuple(questions), tuple(texts), tuple(right))
            questions, texts, right = [], [], []
