"""Exact match and F1 as the official SQuAD 2.0 script counts them."""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> list[str]:
    """Lower-case words without punctuation and articles.

    :param text: An answer.
    :returns: Its words, in order.
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(predicted: str, golds: Sequence[str]) -> float:
    """Whether an answer equals one of the accepted ones once both are normalised.

    :param predicted: The answer; empty: none was given.
    :param golds: The accepted answers; none: the question has no answer.
    :returns: 1.0 or 0.0.
    """
    return float(any(normalise(predicted) == normalise(gold) for gold in _accepted(golds)))


def f1(predicted: str, golds: Sequence[str]) -> float:
    """Word F1 against the accepted answer that fits best.

    :param predicted: The answer; empty: none was given.
    :param golds: The accepted answers; none: the question has no answer.
    :returns: 0.0 to 1.0.
    """
    return max(_pair_f1(normalise(predicted), normalise(gold)) for gold in _accepted(golds))


def _accepted(golds: Sequence[str]) -> list[str]:
    # The official script drops an accepted answer of which normalisation leaves nothing.
    return [gold for gold in golds if normalise(gold)] or [""]


def _pair_f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    common = sum((Counter(predicted) & Counter(gold)).values())
    return 2 * common / (len(predicted) + len(gold))
