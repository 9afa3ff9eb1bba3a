"""Confidence intervals and paired tests by resampling the questions (Efron and Tibshirani, 1993)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its percentile bootstrap interval.

    :param mean: The mean of the scores.
    :param low: The interval's lower end.
    :param high: The interval's upper end.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same questions.

    :param difference: Mean of the first run's scores less that of the second, with its interval.
    :param p_value: Two-sided: twice the smaller share of resamples on either side of no difference, 0 to 1.
    """

    difference: Interval
    p_value: float


def interval(scores: Sequence[float], *, seed: int = 0, resamples: int = 2000, level: float = 0.95) -> Interval:
    """Find how far the mean would move with other questions of the same kind.

    :param scores: One score a question, at least one.
    :param seed: Of the resampling.
    :param resamples: How many, 1 or more.
    :param level: Share of the resamples within the interval, 0 to 1.
    :returns: The mean and its interval.
    :raises ValueError: If there are no scores.
    """
    means = _means(scores, seed, resamples)
    return _interval(scores, means, level)


def compare(
    first: Sequence[float], second: Sequence[float], *, seed: int = 0, resamples: int = 2000, level: float = 0.95
) -> Comparison:
    """Test whether two runs over the same questions differ, question by question.

    :param first: One score a question.
    :param second: The other run's scores, in the same order.
    :param seed: Of the resampling.
    :param resamples: How many, 1 or more.
    :param level: Share of the resamples within the interval, 0 to 1.
    :returns: The difference and how easily chance alone would make it.
    :raises ValueError: If the runs differ in length or are empty.
    """
    differences = [ours - theirs for ours, theirs in zip(first, second, strict=True)]
    means = _means(differences, seed, resamples)
    tail = min(float(np.mean(means <= 0)), float(np.mean(means >= 0)))
    return Comparison(_interval(differences, means, level), min(1.0, 2 * tail))


def _means(scores: Sequence[float], seed: int, resamples: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if not scores:
        message = "no scores to resample"
        raise ValueError(message)
    values = np.asarray(scores, dtype=np.float64)
    random = np.random.default_rng(seed)
    # One resample at a time: all at once would need resamples x questions of memory.
    return np.array([values[random.integers(len(values), size=len(values))].mean() for _ in range(resamples)])


def _interval(scores: Sequence[float], means: np.ndarray[tuple[int], np.dtype[np.float64]], level: float) -> Interval:
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(np.mean(scores)), float(low), float(high))
