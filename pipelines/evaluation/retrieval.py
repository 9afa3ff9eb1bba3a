"""How often the right paragraph is found, and how long an answer takes."""

from collections.abc import Sequence

import numpy as np


def recall_at(ranks: Sequence[int | None], depth: int) -> float:
    """Count how often the paragraph is among the first passages found.

    :param ranks: Its place for each question, from 1; None: it was not found.
    :param depth: How many passages count, 1 or more.
    :returns: 0 to 100; 0 without any question.
    """
    return 100 * sum(rank is not None and rank <= depth for rank in ranks) / max(1, len(ranks))


def percentile(milliseconds: Sequence[float], share: float) -> float:
    """Find the time that a share of the answers stays under.

    :param milliseconds: The time of each answer, at least one.
    :param share: 0 to 100.
    :returns: Milliseconds.
    """
    return float(np.percentile(milliseconds, share))
