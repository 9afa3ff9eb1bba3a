import pytest

from pipelines.evaluation.abstention import Shares, Threshold, lowest_threshold, shares
from pipelines.evaluation.dataset import GoldAnswer, Question
from pipelines.evaluation.predictions import Prediction
from pipelines.types import Outcome

KNOWN = Question(id="1", question="When?", answers=(GoldAnswer(text="Monday", answer_start=0),))
UNKNOWN = Question(id="2", question="Why?")


def _said(question: Question, confidence: float, outcome: Outcome, text: str = "Monday") -> Prediction:
    return Prediction(question, text, confidence, outcome, None, "", 1.0)


def test_shares_equal_those_counted_by_hand() -> None:
    found = shares([
        _said(KNOWN, 0.9, Outcome.ANSWERED),
        _said(KNOWN, 0.5, Outcome.UNSURE),
        _said(KNOWN, 0.1, Outcome.NOT_FOUND),
        _said(KNOWN, 0.1, Outcome.NOT_FOUND),
        _said(UNKNOWN, 0.4, Outcome.UNSURE),
        _said(UNKNOWN, 0.1, Outcome.NOT_FOUND),
    ])  # fmt: skip
    assert found == Shares(0.5, 0.25, 0.5, 1.0)


def test_without_unanswerable_questions_none_was_refused_or_missed() -> None:
    assert shares([_said(KNOWN, 0.9, Outcome.ANSWERED)]) == Shares(1.0, 1.0, None, None)


def test_the_threshold_refuses_four_of_five_and_keeps_what_is_above() -> None:
    wrong = [_said(UNKNOWN, confidence, Outcome.UNSURE) for confidence in (0.1, 0.2, 0.3, 0.4, 0.8)]
    right = [_said(KNOWN, 0.9, Outcome.ANSWERED), _said(KNOWN, 0.5, Outcome.UNSURE, "Monday night")]
    low = [_said(KNOWN, 0.3, Outcome.NOT_FOUND)]
    found = lowest_threshold([*wrong, *right, *low])
    assert found == Threshold(0.5, 0.8, pytest.approx(2 / 3), pytest.approx(100 / 3), pytest.approx(100 * 5 / 9))


def test_a_reader_that_cannot_tell_them_apart_must_refuse_all() -> None:
    found = lowest_threshold([_said(UNKNOWN, 0.5, Outcome.UNSURE), _said(KNOWN, 0.5, Outcome.UNSURE)])
    assert found == Threshold(1.0, 1.0, 0.0, 0.0, 0.0)


def test_there_is_no_threshold_without_both_kinds_of_question() -> None:
    assert lowest_threshold([_said(KNOWN, 0.5, Outcome.UNSURE)]) is None
    assert lowest_threshold([_said(UNKNOWN, 0.5, Outcome.UNSURE)]) is None
