from pathlib import Path

import pytest

from bot.benching import run_bench
from bot.settings import Settings
from pipelines.benchmark.measure import Effort


def test_a_benchmark_measures_indexing_asking_and_the_start_of_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    effort = Effort(retrieval=2, reading=1, indexed=3, starts=1)
    found = run_bench([30], Settings(), others=False, checkpoint=None, say=said.append, effort=effort)
    [size] = found.sizes
    assert (size.passages, size.others, found.readers) == (30, (), ())
    assert size.stages[-1].name == "answer"
    assert found.indexing.passages_per_second > 0
    assert found.startup.seconds > 0
    assert "Asking 30 passages" in said
    assert not list(tmp_path.iterdir()), "the folder it is run in is left alone"
