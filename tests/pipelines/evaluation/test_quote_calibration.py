import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.evaluation.calibration import expected_calibration_error, reliability


def test_bins_and_error_equal_those_counted_by_hand() -> None:
    bins = reliability([0.1, 0.3, 0.8, 1.0], [False, True, True, True], bins=2)
    assert [(one.low, one.high, one.count) for one in bins] == [(0, 0.5, 2), (0.5, 1, 2)]
    assert [one.confidence for one in bins] == pytest.approx([0.2, 0.9])
    assert [one.accuracy for one in bins] == [0.5, 1]
    assert expected_calibration_error(bins) == pytest.approx((0.3 + 0.1) / 2)


def test_a_confidence_on_an_edge_belongs_to_the_upper_bin() -> None:
    (only,) = reliability([0.5], [True], bins=2)
    assert only.low == 0.5


def test_without_quotes_there_is_no_error() -> None:
    assert expected_calibration_error(reliability([], [])) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=50), st.integers(1, 20))
def test_every_quote_falls_in_one_bin(pairs: list[tuple[float, bool]], bins: int) -> None:
    found = reliability([value for value, _ in pairs], [right for _, right in pairs], bins=bins)
    assert sum(one.count for one in found) == len(pairs)
    assert 0 <= expected_calibration_error(found) <= 1 + 1e-9
