"""When to say that nothing was found: what a threshold keeps and what it turns away."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.evaluation.metrics import exact_match, f1
from pipelines.evaluation.predictions import Prediction
from pipelines.types import Outcome

REFUSE = 0.8
"""Share of the unanswerable questions that a threshold must refuse to be worth naming."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of the questions, as shares from 0 to 1; None where there are no such questions.

    :param answerable_answered: Answerable questions that were answered, surely or not.
    :param answerable_sure: Answerable questions that were answered surely.
    :param unanswerable_refused: Unanswerable questions to which nothing was found.
    :param unanswerable_not_sure: Unanswerable questions that were not answered surely.
    """

    answerable_answered: float | None
    answerable_sure: float | None
    unanswerable_refused: float | None
    unanswerable_not_sure: float | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """What answering from one confidence on would give.

    :param confidence: The threshold, 0 to 1: spans below it count as no answer.
    :param unanswerable_refused: Share of the unanswerable questions below it, 0 to 1.
    :param answerable_answered: Share of the answerable questions at or above it, 0 to 1.
    :param exact: Exact match of the answerable questions, 0 to 100.
    :param f1: F1 of the answerable questions, 0 to 100.
    """

    confidence: float
    unanswerable_refused: float
    answerable_answered: float
    exact: float
    f1: float


def shares(predictions: Sequence[Prediction]) -> Shares:
    """Count what became of the questions.

    :param predictions: What was said to them.
    :returns: The shares.
    """
    answerable = [one.outcome for one in predictions if one.question.answers]
    unanswerable = [one.outcome for one in predictions if not one.question.answers]
    return Shares(
        answerable_answered=_share([outcome is not Outcome.NOT_FOUND for outcome in answerable]),
        answerable_sure=_share([outcome is Outcome.ANSWERED for outcome in answerable]),
        unanswerable_refused=_share([outcome is Outcome.NOT_FOUND for outcome in unanswerable]),
        unanswerable_not_sure=_share([outcome is not Outcome.ANSWERED for outcome in unanswerable]),
    )


def lowest_threshold(predictions: Sequence[Prediction], *, refuse: float = REFUSE) -> Threshold | None:
    """Find the lowest threshold that refuses enough of the unanswerable questions.

    It is found on the very questions it is reported for, so it shows what the reader could do, not what it does.

    :param predictions: What was said.
    :param refuse: Share of the unanswerable questions to refuse, over 0 to 1.
    :returns: The threshold and its figures; None if there are no answerable or no unanswerable questions.
    """
    answerable = [one for one in predictions if one.question.answers]
    wrong = sorted((one.confidence if one.text else 0.0) for one in predictions if not one.question.answers)
    if not answerable or not wrong:
        return None
    # Everything up to and including this confidence is refused; the next confidence above it is the threshold.
    last_refused = next(value for count, value in enumerate(wrong, start=1) if count >= refuse * len(wrong))
    above = [one.confidence for one in predictions if one.text and one.confidence > last_refused]
    threshold = min(above, default=1.0)
    kept = [one for one in answerable if one.text and one.confidence > last_refused]
    return Threshold(
        confidence=threshold,
        unanswerable_refused=sum(value <= last_refused for value in wrong) / len(wrong),
        answerable_answered=len(kept) / len(answerable),
        exact=100 * sum(exact_match(one.text, one.question.texts) for one in kept) / len(answerable),
        f1=100 * sum(f1(one.text, one.question.texts) for one in kept) / len(answerable),
    )


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
