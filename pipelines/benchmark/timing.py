"""How long something takes: for one asker and for several at a time."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Input = TypeVar("Input")


@dataclass(frozen=True, slots=True)
class Latency:
    """Times in milliseconds.

    :param p50: The median.
    :param p95: What 95% stay under.
    :param p99: What 99% stay under.
    :param count: How many were timed, 1 or more.
    """

    p50: float
    p95: float
    p99: float
    count: int


def summarise(milliseconds: Sequence[float]) -> Latency:
    """Sum times up.

    :param milliseconds: The times, at least one.
    """
    p50, p95, p99 = np.percentile(milliseconds, [50, 95, 99])
    return Latency(float(p50), float(p95), float(p99), len(milliseconds))


def time_each(work: Callable[[Input], object], inputs: Iterable[Input]) -> Latency:
    """Time a piece of work on each input, one after the other.

    :param work: What to time.
    :param inputs: At least one.
    """
    return summarise([_timed(work, one) for one in inputs])


def time_together(work: Callable[[Input], object], inputs: Sequence[Input], *, askers: int) -> Latency:
    """Time a piece of work while several askers keep it busy.

    :param work: What to time; it is called from several threads.
    :param inputs: At least one.
    :param askers: How many threads ask, each its next question as soon as it has an answer.
    """
    with ThreadPoolExecutor(askers) as threads:
        return summarise(list(threads.map(lambda one: _timed(work, one), inputs)))


def _timed(work: Callable[[Input], object], one: Input) -> float:
    start = time.perf_counter()
    work(one)
    return 1000 * (time.perf_counter() - start)
