"""`verbatim index`: add or update articles."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.index_summary import IndexProgress, IndexSummary

SEEDS = Path("seeds")


def index(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files and folders; seeds/ if none is given.", metavar="PATH")
    ] = None,
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles of the given folders whose file is gone.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Add or update articles; those that did not change cost nothing.

    Exit code 1 if something could not be read; everything else is indexed all the same.
    """
    from bot.assembly import build_indexer, build_store
    from bot.settings import load_settings
    from pipelines.preparation import quiet_converters

    settings = load_settings()
    quiet_converters()
    began = perf_counter()
    store = build_store(settings)
    try:
        with _progress_bar() as progress:
            summary = build_indexer(settings, store).index(sources or [str(SEEDS)], prune=prune, progress=progress)
    finally:
        store.close()
    seconds = perf_counter() - began
    typer.echo(json.dumps(_as_object(summary, seconds)) if as_json else _as_text(summary, seconds))
    if summary.failed:
        raise typer.Exit(1)


@contextmanager
def _progress_bar() -> "Iterator[Callable[[IndexProgress], None]]":
    """Show a bar on the terminal; nothing if the output goes elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("Indexing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("articles, {task.fields[passages]} passages"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None, passages=0)

        def show(progress: "IndexProgress") -> None:
            bar.update(task, completed=progress.done, total=progress.total or None, passages=progress.passages)

        yield show


def _as_text(summary: "IndexSummary", seconds: float) -> str:
    counts = (
        f"Added {summary.added}, changed {summary.changed}, unchanged {summary.unchanged}, removed {summary.removed}, "
        f"failed {len(summary.failed)}."
    )
    rate = f" {summary.passages} passages in {seconds:.1f} s." if summary.passages else ""
    failed = [f"  failed: {error}" for error in summary.failed]
    skipped = [f"  skipped: {skipped.name}: {skipped.reason}" for skipped in summary.skipped]
    return "\n".join([counts + rate, *failed, *skipped])


def _as_object(summary: "IndexSummary", seconds: float) -> dict[str, object]:
    return {
        "added": summary.added,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        "removed": summary.removed,
        "failed": [{"source": error.source, "reason": error.reason} for error in summary.failed],
        "skipped": [{"source": skipped.name, "reason": skipped.reason} for skipped in summary.skipped],
        "passages": summary.passages,
        "seconds": round(seconds, 3),
    }
