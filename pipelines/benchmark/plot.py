"""Latency against the size of the corpus, as a picture."""

from collections.abc import Sequence
from pathlib import Path

from haystack.lazy_imports import LazyImport

from pipelines.benchmark.figures import SizeFigures

with LazyImport("Run 'pip install \"verbatim[bench]\"'") as matplotlib_import:
    from matplotlib.figure import Figure


def plot_latency(sizes: Sequence[SizeFigures], path: Path) -> None:
    """Draw the median and the 95th percentile of each step for each size.

    :param sizes: The figures, the smallest corpus first.
    :param path: Where the picture goes; its ending chooses the format.
    :raises ImportError: If the extra `bench` is not installed.
    """
    matplotlib_import.check()
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    counts = [one.passages for one in sizes]
    for name in [stage.name for stage in sizes[0].stages]:
        latencies = [next(stage.alone for stage in one.stages if stage.name == name) for one in sizes]
        [line] = axes.plot(counts, [latency.p50 for latency in latencies], marker="o", label=name)
        axes.plot(counts, [latency.p95 for latency in latencies], linestyle=":", color=line.get_color())
    for name in dict.fromkeys(other.name for one in sizes for other in one.others):
        held = [(other.passages, other.keyword.p50) for one in sizes for other in one.others if other.name == name]
        axes.plot(*zip(*held, strict=True), marker="x", linestyle="--", label=f"{name}, keyword")
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds (median; dotted: 95%)")
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(fontsize="small")
    figure.savefig(path, dpi=120)
