"""A benchmark's figures, laid out for people."""

from rich.console import Group as Stack
from rich.table import Table
from rich.text import Text

from pipelines.benchmark.figures import NOTES, Bench, ReaderSpeed, SizeFigures, times_faster
from pipelines.benchmark.timing import Latency

_MEGABYTE = 1_000_000


def render(bench: Bench) -> Stack:
    """Lay figures out as tables.

    :param bench: The figures.
    :returns: What `rich` prints.
    """
    parts: list[Table | Text] = [_overview(bench)]
    for size in bench.sizes:
        parts.append(_stages(size))
        if size.others:
            parts.append(_others(size))
    if bench.readers:
        parts.append(_readers(bench.readers))
    parts += [Text(f"\n{note}", style="dim") for note in NOTES]
    return Stack(*parts)


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left", title_style="bold", header_style="bold")
    for place, header in enumerate(headers):
        table.add_column(header, justify="left" if place == 0 else "right")
    return table


def _overview(bench: Bench) -> Table:
    table = _table(bench.machine, "")
    table.add_row("bot, from start to ready", f"{bench.startup.seconds:.2f} s")
    table.add_row("bot, memory when ready", _megabytes(bench.startup.resident_bytes))
    table.add_row("indexing, embeddings included", f"{bench.indexing.passages_per_second:.0f} passages/s")
    return table


def _stages(size: SizeFigures) -> Table:
    table = _table("milliseconds", "1 asker p50", "p95", "p99", "8 askers p50", "p95", "p99")
    table.title = (
        f"\n{size.passages:,} passages: index {_megabytes(size.index_bytes)}, written in {size.write_seconds:.0f} s, "
        f"opened in {size.open_seconds:.2f} s, memory {_megabytes(size.resident_bytes)}, "
        f"vector recall@10 {size.recall_at_10:.3f}"
    )
    for stage in size.stages:
        table.add_row(stage.name, *_percentiles(stage.alone), *_percentiles(stage.together))
    return table


def _others(size: SizeFigures) -> Table:
    table = _table("other engines, 1 asker", "p50", "p95", "p99", "times ours")
    for other in size.others:
        for (kind, times), latency in zip(times_faster(size, other), (other.keyword, other.dense), strict=False):
            if latency:
                table.add_row(f"{other.name}, {kind}", *_percentiles(latency), f"{times:.1f}")
    return table


def _readers(readers: tuple[ReaderSpeed, ...]) -> Table:
    table = _table("reader", "passages/s", "times ours")
    table.title = "\nReaders, the same passages in turns"
    for reader in readers:
        table.add_row(reader.name, f"{reader.passages_per_second:.1f}", f"{reader.times_slower:.2f}")
    return table


def _percentiles(latency: Latency) -> tuple[str, str, str]:
    return f"{latency.p50:.1f}", f"{latency.p95:.1f}", f"{latency.p99:.1f}"


def _megabytes(count: int) -> str:
    return f"{count / _MEGABYTE:,.0f} MB"
