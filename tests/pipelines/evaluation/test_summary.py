import pytest

from pipelines.evaluation.dataset import GoldAnswer, Question
from pipelines.evaluation.summary import summarise

KNOWN = Question(id="1", question="When?", answers=(GoldAnswer(text="Monday", answer_start=0),))
UNKNOWN = Question(id="2", question="Why?")


def test_questions_with_and_without_an_answer_are_also_counted_apart() -> None:
    assert summarise([KNOWN, UNKNOWN], {"1": "Monday morning", "2": ""}) == pytest.approx({
        "exact": 50, "f1": 100 * (2 / 3 + 1) / 2, "total": 2,
        "HasAns_exact": 0, "HasAns_f1": 100 * 2 / 3, "HasAns_total": 1,
        "NoAns_exact": 100, "NoAns_f1": 100, "NoAns_total": 1,
    })  # fmt: skip


def test_a_file_without_unanswerable_questions_has_no_figures_for_them() -> None:
    assert summarise([KNOWN], {"1": "Monday"}) == {
        "exact": 100, "f1": 100, "total": 1, "HasAns_exact": 100, "HasAns_f1": 100, "HasAns_total": 1,
    }  # fmt: skip
