import threading
import time

import pytest

from pipelines.benchmark.timing import summarise, time_each, time_together


def test_times_are_summed_up_by_their_percentiles() -> None:
    found = summarise([float(value) for value in range(101)])
    assert (found.p50, found.p95, found.p99, found.count) == (50, 95, 99, 101)


def test_each_input_is_timed_by_itself() -> None:
    found = time_each(time.sleep, [0.0, 0.02, 0.0])
    assert found.count == 3
    assert found.p50 < 20 <= found.p99 + 1


def test_several_askers_work_at_the_same_time() -> None:
    meeting = threading.Barrier(4, timeout=5)
    assert time_together(lambda _: meeting.wait(), range(8), askers=4).count == 8


def test_a_failure_is_not_timed_but_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        time_together(lambda value: 1 / value, [1, 0], askers=2)
