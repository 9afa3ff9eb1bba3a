"""Exact match and F1 as SQuAD counts them."""

import re
import string
from collections import Counter
from dataclasses import dataclass

from pipelines.training.data import Example

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of the answerable questions.

    :param exact: Exact match, 0 to 100.
    :param f1: Word F1, 0 to 100.
    :param questions: How many questions were counted.
    """

    exact: float
    f1: float
    questions: int


def normalise(text: str) -> list[str]:
    """Lower-case words without punctuation and articles.

    :param text: An answer.
    """
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def f1(predicted: str, gold: str) -> float:
    """Word F1 of an answer against one gold answer, 0 to 1.

    :param predicted: The answer.
    :param gold: The gold answer.
    """
    ours, theirs = normalise(predicted), normalise(gold)
    common = sum((Counter(ours) & Counter(theirs)).values())
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * common / (len(ours) + len(theirs))


def score(examples: list[Example], predicted: dict[str, str]) -> Score:
    """Score the answerable examples, each against its best gold answer.

    :param examples: The examples; unanswerable ones are passed over.
    :param predicted: An answer for each question id.
    """
    asked = [example for example in examples if example.answers]
    best = [max(f1(predicted[one.id], gold) for gold in one.texts) for one in asked]
    exact = [any(normalise(predicted[one.id]) == normalise(gold) for gold in one.texts) for one in asked]
    count = max(1, len(asked))
    return Score(100 * sum(exact) / count, 100 * sum(best) / count, len(asked))
