"""Worker processes: they read, convert, clean and split articles while this process encodes others."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain

from pipelines.errors import SourceError
from pipelines.preparation import Batch, Prepared, Preparer, quiet_converters

# A process takes a second or two to start: the first batches with something new in them are done by then.
_BATCHES_WITHOUT_WORKERS = 4
# Batches that are ready or under way ahead of the encoder: more would only take memory.
_AHEAD = 2

_preparer: Preparer | None = None


def prepare_all(batches: Iterator[Batch], *, workers: int) -> Generator[Prepared]:
    """Prepare batches of articles, in their order and no further ahead than need be.

    :param batches: The batches; they are taken one by one, so that there may be any number.
    :param workers: Processes to use if there are more than a few batches; 0 to do everything here.
    :returns: What became of each batch.
    """
    preparer = Preparer()
    with_news = 0
    for batch in batches:
        prepared = preparer.prepare(batch)
        yield prepared
        with_news += bool(prepared.articles)
        if workers and with_news == _BATCHES_WITHOUT_WORKERS:
            break
    yield from _prepare_elsewhere(batches, workers)


def _prepare_elsewhere(batches: Iterator[Batch], workers: int) -> Generator[Prepared]:
    first = next(batches, None)
    if first is None:
        return
    pool = _Pool(workers)
    try:
        under_way: deque[tuple[Batch, Future[Prepared]]] = deque()
        for batch in chain([first], batches):
            under_way.append((batch, pool.submit(batch)))
            if len(under_way) > workers + _AHEAD:
                yield pool.result(*under_way.popleft())
        while under_way:
            yield pool.result(*under_way.popleft())
    finally:
        pool.close()


class _Pool:
    """Processes that are replaced when one of them is killed, by the system for its memory or by a broken library."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor = self._start()

    def submit(self, batch: Batch) -> "Future[Prepared]":
        try:
            return self._executor.submit(_prepare, batch)
        except BrokenProcessPool:
            self._executor = self._start()
            return self._executor.submit(_prepare, batch)

    def result(self, batch: Batch, future: "Future[Prepared]") -> Prepared:
        try:
            return future.result()
        except BrokenProcessPool:
            return self._one_by_one(batch)

    def close(self) -> None:
        self._executor.shutdown(cancel_futures=True)

    def _one_by_one(self, batch: Batch) -> Prepared:
        """Find out which article of a batch ends the process that reads it; the others are prepared."""
        parts: list[Prepared] = []
        for source, fingerprint in batch:
            try:
                parts.append(self.submit([(source, fingerprint)]).result())
            except BrokenProcessPool:
                parts.append(Prepared((), 0, (SourceError(source.name, "ends the process that reads it"),)))
        return Prepared(
            tuple(article for part in parts for article in part.articles),
            sum(part.unchanged for part in parts),
            tuple(error for part in parts for error in part.failed),
        )

    def _start(self) -> ProcessPoolExecutor:
        # A fork would copy locks that the encoder's threads hold.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, initializer=_begin)


def _begin() -> None:
    # Ctrl-C reaches the whole group of processes; this one ends when the one that started it says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    quiet_converters()


def _prepare(batch: Batch) -> Prepared:
    global _preparer  # noqa: PLW0603  one pipeline for the life of a worker
    if _preparer is None:
        _preparer = Preparer()
    return _preparer.prepare(batch)
