"""How far a stated confidence can be trusted: reliability bins and expected calibration error (Guo et al., 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Bin:
    """The quotes whose confidence lies in one range.

    :param low: The range's lower end, 0 to 1.
    :param high: Its upper end; only the last range includes it.
    :param count: How many quotes fall in it, 1 or more.
    :param confidence: Their mean confidence, 0 to 1.
    :param accuracy: The share of them that is right, 0 to 1.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> tuple[Bin, ...]:
    """Sort quotes into equal ranges of confidence.

    :param confidences: The top quotes' confidences, 0 to 1.
    :param right: Whether each quote is right, in the same order.
    :param bins: How many ranges, 1 or more.
    :returns: The ranges that hold any quote, lowest first.
    :raises ValueError: If the two differ in length.
    """
    pairs = list(zip(confidences, right, strict=True))
    filled = []
    for index, (low, high) in enumerate(pairwise(edge / bins for edge in range(bins + 1))):
        members = [pair for pair in pairs if min(int(pair[0] * bins), bins - 1) == index]
        if members:
            confidence = sum(value for value, _ in members) / len(members)
            accuracy = sum(correct for _, correct in members) / len(members)
            filled.append(Bin(low, high, len(members), confidence, accuracy))
    return tuple(filled)


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Average the gap between confidence and accuracy over the quotes.

    :param bins: The reliability bins.
    :returns: 0 (every confidence holds) to 1; 0 without any quote.
    """
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.accuracy - one.confidence) for one in bins) / max(1, total)
