"""Passages that look right and are wrong: BM25 neighbours that do not hold the answer."""

import math
import re
from collections import Counter, defaultdict

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[a-z0-9]+")
_K1 = 1.2
_B = 0.75


class Neighbours:
    """A small BM25 index over training passages.

    :param texts: The passages.
    """

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        counts = [Counter(_WORD.findall(text.lower())) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / max(1, len(lengths))
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            norm = _K1 * (1 - _B + _B * lengths[number] / mean)
            for word, times in count.items():
                postings[word].append((number, times * (_K1 + 1) / (times + norm)))
        self._postings: dict[str, tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]] = {}
        for word, found in postings.items():
            idf = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
            numbers = np.array([number for number, _ in found], dtype=np.int64)
            self._postings[word] = numbers, np.array([weight * idf for _, weight in found])

    def nearest(self, question: str) -> list[int]:
        """Rank the passages that share a word with a question.

        :param question: The question.
        :returns: Their places, nearest first.
        """
        scores = np.zeros(len(self._texts))
        for word in set(_WORD.findall(question.lower())):
            if word in self._postings:
                numbers, weights = self._postings[word]
                scores[numbers] += weights
        return [int(number) for number in np.argsort(-scores) if scores[number] > 0]


def holds(text: str, answers: tuple[str, ...]) -> bool:
    """Tell whether a text holds an answer's words.

    :param text: The text.
    :param answers: The accepted answers; empty for an unanswerable question.
    """
    return any(answer.lower() in text.lower() for answer in answers)
