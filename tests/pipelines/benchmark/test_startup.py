import os
import sys
from pathlib import Path

import pytest

from pipelines.benchmark.startup import DidNotStartError, time_startup

SLOW = "import time; print('Loading', flush=True); time.sleep(0.2); print('Ready: go', flush=True); time.sleep(60)"


def test_the_time_until_a_program_is_ready_is_measured_and_it_is_stopped(tmp_path: Path) -> None:
    found = time_startup(
        [sys.executable, "-c", SLOW], ready="Ready", folder=tmp_path, environment=dict(os.environ), times=2
    )
    assert 0.2 < found.seconds < 20
    if sys.platform == "linux":
        assert found.resident_bytes > 1_000_000


def test_a_program_that_ends_early_is_reported_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no models here')"]
    with pytest.raises(DidNotStartError, match="no models here"):
        time_startup(command, ready="Ready", folder=tmp_path, environment=dict(os.environ))
