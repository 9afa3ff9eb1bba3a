import json

import pytest

from pipelines.evaluation.dataset import GoldAnswer, Question
from pipelines.evaluation.predictions import Prediction
from pipelines.evaluation.report import as_json, compare_runs, report
from pipelines.types import Outcome

KNOWN = Question(id="1", question="When?", answers=(GoldAnswer(text="Monday", answer_start=0),))
UNKNOWN = Question(id="2", question="Why?")
RUN = [
    Prediction(KNOWN, "Monday", 0.9, Outcome.ANSWERED, None, "", 10.0, rank=2),
    Prediction(UNKNOWN, "Monday", 0.2, Outcome.NOT_FOUND, None, "", 30.0, rank=None),
]


def test_the_json_has_the_official_names_at_the_top() -> None:
    found = json.loads(json.dumps(as_json(report(RUN, mode="open", abstain=True))))
    official = ("exact", "f1", "total", "HasAns_exact", "HasAns_f1", "HasAns_total", "NoAns_exact", "NoAns_f1")
    assert [found[name] for name in official] == [100, 100, 2, 100, 100, 1, 100, 100]
    assert [found[f"recall@{depth}"] for depth in (1, 5, 10)] == [0, 100, 100]
    assert found["p50_ms"] == 20
    assert found["p95_ms"] == pytest.approx(29)
    assert found["abstention"]["unanswerable_refused"] == 1
    assert found["expected_calibration_error"] == pytest.approx((0.1 + 0.2) / 2)
    assert found["intervals"]["HasAns_f1"] == [100, 100]
    assert "comparison" not in found


def test_without_abstaining_the_best_span_counts() -> None:
    found = report(RUN, mode="reader", abstain=False)
    assert found.figures["NoAns_exact"] == 0
    assert found.recall is None
    assert "recall@1" not in as_json(found)


def test_two_runs_are_compared_question_by_question() -> None:
    found = compare_runs([KNOWN, UNKNOWN], {"1": "Monday", "2": ""}, {"1": "Monday night", "2": ""})
    assert found["exact"].difference.mean == 50
    assert found["f1"].difference.mean == pytest.approx(100 * (1 - 2 / 3) / 2)
    run = as_json(report(RUN, mode="open", abstain=True), found)
    assert json.loads(json.dumps(run))["comparison"]["exact"]["difference"]["mean"] == 50
