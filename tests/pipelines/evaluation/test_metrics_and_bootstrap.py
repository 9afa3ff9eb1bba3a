import pytest

from pipelines.evaluation.bootstrap import compare, interval
from pipelines.evaluation.metrics import exact_match, f1, normalise


def test_normalising_drops_case_punctuation_articles_and_spare_space() -> None:
    assert normalise("  The  U.S. army's an-swer, a THEORY ") == ["us", "armys", "answer", "theory"]


@pytest.mark.parametrize(
    ("predicted", "golds", "exact", "overlap"),
    [
        ("the Red Cross", ["Red Cross."], 1, 1),
        ("12 June", ["June 12"], 0, 1),
        ("Monday morning", ["Monday"], 0, 2 / 3),
        ("on Monday", ["Monday morning", "last Monday night"], 0, 1 / 2),
        ("very very old", ["very old"], 0, 4 / 5),
        ("Paris", ["London"], 0, 0),
        ("", [], 1, 1),
        ("Paris", [], 0, 0),
        ("", ["Paris"], 0, 0),
        ("", ["the"], 1, 1),
        ("Paris", ["the", "Paris"], 1, 1),
    ],
)
def test_scores_equal_those_counted_by_hand(predicted: str, golds: list[str], exact: float, overlap: float) -> None:
    assert exact_match(predicted, golds) == exact
    assert f1(predicted, golds) == pytest.approx(overlap)


def test_an_interval_holds_its_mean_and_repeats_with_its_seed() -> None:
    scores = [0.0, 1.0] * 50
    found = interval(scores, seed=3)
    assert found.low < found.mean == 0.5 < found.high
    assert found.low > 0.3
    assert found.high < 0.7
    assert interval(scores, seed=3) == found


def test_equal_runs_do_not_differ() -> None:
    found = compare([0.0, 1.0, 0.5], [0.0, 1.0, 0.5])
    assert found.p_value == 1
    assert found.difference.low == found.difference.high == 0


def test_a_run_that_is_better_on_every_question_differs() -> None:
    found = compare([1.0, 0.75, 1.0], [0.5, 0.25, 0.75])
    assert found.p_value == 0
    assert found.difference.low > 0


def test_runs_over_other_questions_are_not_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        compare([1.0, 1.0], [1.0])


def test_nothing_cannot_be_resampled() -> None:
    with pytest.raises(ValueError, match="no scores"):
        interval([])
