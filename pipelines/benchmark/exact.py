"""The vectors that are truly nearest, found by comparing all, to judge approximate search by."""

from collections.abc import Sequence

import numpy as np

from pipelines.benchmark.corpus import BATCH, Corpus, MadeQuestion
from pipelines.documents import passage_id


def nearest(corpus: Corpus, questions: Sequence[MadeQuestion], count: int) -> list[set[str]]:
    """Find the passages nearest to each question.

    :param corpus: The corpus; its vectors are made again, batch by batch.
    :param questions: The questions.
    :param count: How many to find for each.
    :returns: For each question the ids of its passages.
    """
    asked = np.stack([one.vector for one in questions])
    scores = np.full((len(questions), count), -np.inf, dtype=np.float32)
    places = np.zeros((len(questions), count), dtype=np.int64)
    for batch in corpus.batches:
        found = asked @ corpus.vectors(batch).T
        together = np.concatenate([scores, found], axis=1)
        numbers = np.arange(found.shape[1]) + batch * BATCH
        where = np.concatenate([places, np.broadcast_to(numbers, found.shape)], axis=1)
        best = np.argsort(-together, axis=1, kind="stable")[:, :count]
        scores, places = np.take_along_axis(together, best, axis=1), np.take_along_axis(where, best, axis=1)
    return _ids(corpus, places)


def _ids(corpus: Corpus, places: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> list[set[str]]:
    wanted = set(places.ravel().tolist())
    ids: dict[int, str] = {}
    for batch in sorted({place // BATCH for place in wanted}):
        for made in corpus.articles(batch):
            for passage, row in zip(made.passages, made.rows, strict=True):
                if batch * BATCH + row in wanted:
                    ids[batch * BATCH + row] = passage_id(passage)
    return [{ids[place] for place in row} for row in places.tolist()]
