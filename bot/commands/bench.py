"""`verbatim bench`: how fast it is and how much memory it takes."""

import json
from pathlib import Path
from typing import Annotated

import typer

_DEFAULT_PASSAGES = 10_000


def bench(
    *,
    passages: Annotated[int, typer.Option(min=10, help="Passages of the made corpus.")] = _DEFAULT_PASSAGES,
    compare_transformers: Annotated[
        Path | None,
        typer.Option(
            help="Measure the reader beside TransformersExtractiveReader (extra `hub`) with this checkpoint.",
            metavar="FOLDER",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    others: Annotated[
        bool, typer.Option(help="Measure Haystack's in-memory store and SQLite FTS5 beside ours.")
    ] = True,
    plot: Annotated[
        Path | None,
        typer.Option(help="Measure 1k, 10k, 100k and 1M passages, up to --passages, and draw them (extra `bench`)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Measure speed and memory on text that is made for it, in a temporary folder."""
    from rich.console import Console

    from bot.bench_table import render
    from bot.benching import PLOTTED, run_bench
    from bot.settings import load_settings
    from pipelines.benchmark import figures
    from pipelines.benchmark.plot import matplotlib_import, plot_latency
    from pipelines.errors import ConfigurationError

    settings = load_settings()
    sizes = sorted({passages, *(size for size in PLOTTED if plot and size < passages)})
    progress = Console(stderr=True, highlight=False)
    try:
        if plot:
            matplotlib_import.check()
        found = run_bench(sizes, settings, others=others, checkpoint=compare_transformers, say=progress.print)
    except ImportError as error:
        raise ConfigurationError(str(error)) from error
    if plot:
        plot_latency(found.sizes, plot)
    if as_json:
        typer.echo(json.dumps(figures.as_json(found), indent=1))
    else:
        Console(highlight=False).print(render(found))
