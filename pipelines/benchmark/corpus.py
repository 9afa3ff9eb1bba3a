"""A corpus of any size: text with the words, lengths and rare names of news, and vectors in clusters.

Everything follows from a seed and a batch's number, so that any batch can be made again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from pipelines.benchmark.vocabulary import Vocabulary
from pipelines.components.splitter import PASSAGE_WORDS
from pipelines.documents import article_id
from pipelines.types import Article, Citation, Passage, PassageKind, Span

BATCH = 1000
"""Passages that are made together."""

DIMENSION = 384

_LONGEST_ARTICLE = 8
_NAME_SHARE = 0.02
_CLUSTER_SIZE = 200
# Sentence vectors fill far fewer dimensions than they have.
_LATENT_DIMENSION = 64
_QUESTION_BATCHES = 16
_SPREAD = 0.7
_QUESTION_SPREAD = 0.5
_FIRST_DAY = date(2015, 1, 1)
_DAYS = 4000
_SHORTEST_QUESTION, _LONGEST_QUESTION = 4, 8
_QUESTION_WORDS = ("who", "when", "where", "what", "how many", "why")

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """An article and its passages.

    :param article: The article.
    :param passages: Its passages, one after the other; together they are the whole text.
    :param rows: The rows of the batch's vectors that belong to them.
    """

    article: Article
    passages: tuple[Passage, ...]
    rows: range


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question about a passage.

    :param text: Words of the passage after a question word.
    :param vector: A vector near the passage's, of unit length.
    """

    text: str
    vector: Vectors


class Corpus:
    """Makes articles, vectors and questions.

    :param vocabulary: The words to draw from.
    :param passages: How many passages, 1 or more.
    :param seed: Another seed makes another corpus.
    """

    def __init__(self, vocabulary: Vocabulary, passages: int, *, seed: int = 0) -> None:
        self.passages = passages
        self._vocabulary = vocabulary
        self._seed = seed
        random = np.random.default_rng(seed)
        clusters = max(1, passages // _CLUSTER_SIZE)
        self._centres = _unit(random.standard_normal((clusters, _LATENT_DIMENSION), dtype=np.float32))
        square = random.standard_normal((DIMENSION, _LATENT_DIMENSION))
        self._basis = np.linalg.qr(square)[0].T.astype(np.float32)

    @property
    def batches(self) -> range:
        """The numbers of the batches."""
        return range(-(-self.passages // BATCH))

    def articles(self, batch: int) -> list[MadeArticle]:
        """Make the articles of a batch.

        :param batch: Its number, from 0.
        :returns: Articles of one to eight passages.
        """
        random = np.random.default_rng((self._seed, batch, 1))
        texts = self._texts(random, self._size(batch))
        made: list[MadeArticle] = []
        first = 0
        while first < len(texts):
            rows = range(first, min(len(texts), first + int(random.integers(1, _LONGEST_ARTICLE + 1))))
            made.append(self._article(f"made/{batch}/{first}.txt", [texts[row] for row in rows], rows, random))
            first = rows.stop
        return made

    def vectors(self, batch: int) -> Vectors:
        """Make the vectors of a batch's passages, scattered around the centres of clusters.

        :param batch: Its number, from 0.
        :returns: Unit length, [passages, 384].
        """
        return self._latent(batch) @ self._basis

    def questions(self, count: int) -> list[MadeQuestion]:
        """Make questions about passages drawn from the whole corpus.

        :param count: How many.
        :returns: The questions.
        """
        random = np.random.default_rng((self._seed, 3))
        chosen = random.permutation(len(self.batches))[:_QUESTION_BATCHES]
        each = -(-count // len(chosen))
        return [one for batch in chosen for one in self._questions(int(batch), each, random)][:count]

    def _questions(self, batch: int, count: int, random: np.random.Generator) -> Iterator[MadeQuestion]:
        size = self._size(batch)
        texts = self._texts(np.random.default_rng((self._seed, batch, 1)), size)
        rows = random.integers(size, size=count)
        vectors = _near(self._latent(batch)[rows], _QUESTION_SPREAD, random) @ self._basis
        for row, vector in zip(rows, vectors, strict=True):
            words = texts[row].replace(".", "").split()
            start = int(random.integers(max(1, len(words) - _LONGEST_QUESTION)))
            asked = words[start : start + int(random.integers(_SHORTEST_QUESTION, _LONGEST_QUESTION + 1))]
            yield MadeQuestion(" ".join([_QUESTION_WORDS[random.integers(len(_QUESTION_WORDS))], *asked]), vector)

    def _latent(self, batch: int) -> Vectors:
        random = np.random.default_rng((self._seed, batch, 2))
        centres = self._centres[random.integers(len(self._centres), size=self._size(batch))]
        return _near(centres, _SPREAD, random)

    def _size(self, batch: int) -> int:
        return min(BATCH, self.passages - batch * BATCH)

    def _texts(self, random: np.random.Generator, count: int) -> list[str]:
        vocabulary = self._vocabulary
        drawn = random.choice(vocabulary.words, size=count * 2 * PASSAGE_WORDS, p=vocabulary.shares).tolist()
        names = np.flatnonzero(random.random(len(drawn)) < _NAME_SHARE)
        halves = random.integers(len(vocabulary.beginnings), size=(len(names), 2))
        for place, (first, second) in zip(names, halves, strict=True):
            drawn[place] = vocabulary.beginnings[first] + vocabulary.endings[second]
        words = iter(drawn)
        lengths = iter(random.choice(vocabulary.sentence_lengths, size=count * PASSAGE_WORDS).tolist())
        return [" ".join(_sentences(words, lengths)) for _ in range(count)]

    def _article(self, origin: str, texts: list[str], rows: range, random: np.random.Generator) -> MadeArticle:
        key = article_id(origin)
        published = _FIRST_DAY + timedelta(days=int(random.integers(_DAYS)))
        title = " ".join(texts[0].split()[:9]).rstrip(".")
        passages = []
        start = 0
        for index, text in enumerate(texts):
            passages.append(Passage(key, Span(start, start + len(text)), text, PassageKind.BODY, index))
            start += len(text) + 1
        citation = Citation(key, title, "made text", None, published)
        return MadeArticle(Article(citation, "\n".join(texts), origin), tuple(passages), rows)


def _sentences(words: Iterator[str], lengths: Iterator[int]) -> Iterator[str]:
    written = 0
    while written < PASSAGE_WORDS - PASSAGE_WORDS // 10:
        length = min(next(lengths), PASSAGE_WORDS - written)
        written += length
        sentence = " ".join(next(words) for _ in range(length))
        yield f"{sentence[0].upper()}{sentence[1:]}."


def _near(points: Vectors, spread: float, random: np.random.Generator) -> Vectors:
    # Noise of length 1 in the mean, whatever the dimension, so that `spread` is relative to the points' length.
    noise = random.standard_normal(points.shape, dtype=np.float32) / np.float32(np.sqrt(points.shape[1]))
    return _unit(points + np.float32(spread) * noise)


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
