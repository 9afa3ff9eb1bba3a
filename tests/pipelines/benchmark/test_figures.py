import json
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.bench_table import render
from pipelines.benchmark.figures import (
    Bench,
    Indexing,
    OtherEngine,
    ReaderSpeed,
    SizeFigures,
    Stage,
    Startup,
    as_json,
    times_faster,
)
from pipelines.benchmark.plot import plot_latency
from pipelines.benchmark.timing import Latency

OTHER = OtherEngine("Other", 1000, keyword=Latency(20, 30, 40, 5), dense=Latency(50, 60, 70, 5))
WORDS_ONLY = OtherEngine("Words", 1000, keyword=Latency(8, 9, 10, 5), dense=None)
STAGES = (
    Stage("keyword", Latency(2, 3, 4, 10), Latency(5, 6, 7, 10)),
    Stage("dense", Latency(1, 2, 3, 10), Latency(2, 3, 4, 10)),
)
SIZE = SizeFigures(1000, 2.5, 3_000_000, 0.04, 250_000_000, 0.995, STAGES, (OTHER, WORDS_ONLY))
BENCH = Bench(Indexing(300, 75.4), (SIZE,), Startup(1.5, 300_000_000), (ReaderSpeed("Ours", 90, 1),))


def test_other_engines_are_compared_by_their_medians() -> None:
    assert times_faster(SIZE, OTHER) == [("keyword", 10), ("dense", 50)]
    assert times_faster(SIZE, WORDS_ONLY) == [("keyword", 4)]


def test_the_json_holds_every_figure_and_says_what_was_made_up() -> None:
    found = json.loads(json.dumps(as_json(BENCH)))
    assert found["sizes"][0]["stages"][0]["alone"]["p50"] == 2
    assert found["sizes"][0]["others"][1]["dense"] is None
    assert found["startup"]["seconds"] == 1.5
    assert "made" in " ".join(found["notes"])


def test_the_table_shows_them_to_people() -> None:
    console = Console(width=160, file=StringIO())
    console.print(render(BENCH))
    shown = console.file.getvalue()
    for expected in ("1,000 passages", "75 passages/s", "1.50 s", "Words, keyword", "4.0", "Ours", "vectors"):
        assert expected in shown


@pytest.mark.skipif(find_spec("matplotlib") is not None, reason="matplotlib is installed")
def test_without_the_extra_a_plot_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"verbatim\[bench\]"):
        plot_latency([SIZE], tmp_path / "out.png")


def test_a_plot_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra `bench` is not installed")
    plot_latency([SIZE], tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
