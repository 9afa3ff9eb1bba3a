import os
import sys
from pathlib import Path

import pytest

from pipelines.benchmark.process import folder_bytes, in_own_process, resident_bytes


def test_work_is_done_by_another_process() -> None:
    assert in_own_process(os.getpid) != os.getpid()


def test_a_failure_over_there_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        in_own_process(int, "x")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells in /proc")
def test_more_memory_is_seen() -> None:
    before = resident_bytes()
    block = bytearray(os.urandom(1_000_000) * 50)
    assert resident_bytes(os.getpid()) - before > 40_000_000
    assert len(block) == 50_000_000


def test_the_files_of_a_folder_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a").write_bytes(b"12")
    (tmp_path / "inner" / "b").write_bytes(b"345")
    assert folder_bytes(tmp_path) == 5
