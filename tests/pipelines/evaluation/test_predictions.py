import json
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.evaluation.dataset import GoldAnswer, Question
from pipelines.evaluation.predictions import Prediction, answers_given, read_predictions, write_predictions
from pipelines.types import Outcome, Span

QUESTION = Question(id="1", question="When?", answers=(GoldAnswer(text="Monday", answer_start=0),))


def _prediction(outcome: Outcome) -> Prediction:
    return Prediction(QUESTION, "Monday", 0.4, outcome, Span(0, 6), "Monday was cold.", 12.0)


@pytest.mark.parametrize(
    ("outcome", "abstaining", "always"),
    [
        (Outcome.ANSWERED, "Monday", "Monday"),
        (Outcome.UNSURE, "Monday", "Monday"),
        (Outcome.NOT_FOUND, "", "Monday"),
    ],
)
def test_only_what_is_shown_counts_as_an_answer_unless_one_must_be_given(
    outcome: Outcome, abstaining: str, always: str
) -> None:
    predictions = [_prediction(outcome)]
    assert answers_given(predictions, abstain=True) == {"1": abstaining}
    assert answers_given(predictions, abstain=False) == {"1": always}


def test_predictions_are_written_in_the_official_format_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "predictions.json"
    write_predictions(path, {"1": "Łódź", "2": ""})
    assert json.loads(path.read_text(encoding="utf-8")) == {"1": "Łódź", "2": ""}
    assert read_predictions(path, [QUESTION]) == {"1": "Łódź", "2": ""}


@pytest.mark.parametrize("content", ["", "[]", '{"exact": 51.0}', '{"data": []}'])
def test_a_file_that_holds_no_predictions_says_how_to_make_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(SourceError, match=r"other\.json: is not a file of predictions.*--predictions"):
        read_predictions(path, [QUESTION])


def test_predictions_for_other_questions_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"7": "Monday"}')
    with pytest.raises(SourceError, match="no answer to 1 of the questions, among them 1"):
        read_predictions(path, [QUESTION])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"out\.json: no such file"):
        write_predictions(tmp_path / "gone" / "out.json", {})
    with pytest.raises(SourceError, match=r"out\.json: no such file"):
        read_predictions(tmp_path / "out.json", [])
