"""`verbatim index`: add or update articles."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.settings import Settings
    from pipelines.index_summary import IndexProgress, IndexSummary
    from pipelines.indexing import Indexer
    from pipelines.sources.find import SourceOptions

SEEDS = Path("seeds")
_MOST_NAMED = 20
_STOPPED = 128 + signal.SIGINT  # what a shell says of a program that Ctrl-C ended


class Target(StrEnum):
    """Where an index can be copied."""

    OPENSEARCH = "opensearch"


def index(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files, folders, tables (.jsonl, .csv), archives (.zip), and addresses of pages, feeds and sitemaps; "
            "seeds/ if none is given.",
            metavar="PATH|URL",
        ),
    ] = None,
    *,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles of the given folders whose file is gone.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on and index what changes in the given folders, until Ctrl-C.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Throw the index away first; stop the bot before.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most articles to take from one feed or sitemap.")] = 200,
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="Where a table's columns are not text, title, published, source, url, author and id: title=HEADLINE.",
            metavar="NAME=COLUMN",
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Fetch from private addresses too: this machine, this network.")
    ] = False,
    to: Annotated[
        Target | None,
        typer.Option("--to", help="Copy the index of this folder into the cluster instead, without encoding again."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Add or update articles; those that did not change cost nothing.

    Exit code 1 if something could not be read; everything else is indexed all the same.
    """
    from bot.assembly import build_indexer, build_store
    from bot.settings import load_settings
    from pipelines.preparation import quiet_converters
    from pipelines.sources.find import SourceOptions

    settings = load_settings()
    if to:
        if sources or prune or watch or rebuild:
            msg = "It copies what is indexed: leave out the articles, --prune, --watch and --rebuild."
            raise typer.BadParameter(msg, param_hint="--to")
        _copy(settings, as_json=as_json)
        return
    options = SourceOptions(limit=limit, fields=_fields(field or []), allow_private=allow_private)
    given = sources or [str(SEEDS)]
    quiet_converters()
    if rebuild:
        _erase(settings)
    store = build_store(settings)
    try:
        indexer = build_indexer(settings, store)
        if watch:
            _follow(indexer, given, options, prune=prune, as_json=as_json)
        else:
            summary = _run(indexer, given, options, prune=prune, as_json=as_json)
            if summary.failed:
                raise typer.Exit(1)
    finally:
        store.close()


def _run(
    indexer: "Indexer", sources: list[str], options: "SourceOptions", *, prune: bool, as_json: bool
) -> "IndexSummary":
    began = perf_counter()
    try:
        with _progress_bar("Indexing") as progress:
            summary = indexer.index(sources, prune=prune, progress=progress, options=options)
    except KeyboardInterrupt as stopped:
        typer.echo("Stopped. What is indexed stays; run the same command again for the rest.", err=True)
        raise typer.Exit(_STOPPED) from stopped
    _print(summary, perf_counter() - began, as_json=as_json)
    return summary


def _copy(settings: "Settings", *, as_json: bool) -> None:
    from bot.assembly import build_cluster_store, build_embedded_store
    from pipelines.copying import copy_articles

    source, target = build_embedded_store(settings, read_only=True), build_cluster_store(settings)
    began = perf_counter()
    try:
        with _progress_bar("Copying") as progress:
            summary = copy_articles(source, target, progress=progress)
    finally:
        target.close()
        source.close()
    _print(summary, perf_counter() - began, as_json=as_json)


def _follow(indexer: "Indexer", sources: list[str], options: "SourceOptions", *, prune: bool, as_json: bool) -> None:
    from pipelines.errors import ConfigurationError
    from pipelines.sources.web import is_url
    from pipelines.watching import Watcher

    for source in sources:
        if is_url(source) or not Path(source).exists():
            msg = f"--watch follows files and folders that exist: {source} is none."
            raise ConfigurationError(msg)

    def begin() -> None:
        _run(indexer, sources, options, prune=prune, as_json=as_json)
        typer.echo(f"Watching {', '.join(sources)}; stop with Ctrl-C.", err=True)

    watcher = Watcher(
        indexer,
        report=lambda summary: _print(summary, None, as_json=as_json),
        complain=lambda error: typer.echo(f"verbatim: {error}", err=True),
    )
    watcher.follow(sources, begin, options=options)


def _erase(settings: "Settings") -> None:
    from bot.assembly import build_cluster_store
    from bot.instance import only_instance
    from pipelines.store import discard_index

    # A bot that runs would go on answering from what was thrown away.
    with only_instance(settings.store.path):
        if settings.store.kind == "opensearch":
            with closing(build_cluster_store(settings)) as store:
                store.discard()
        else:
            discard_index(settings.store.path)


def _fields(given: list[str]) -> "Mapping[str, str]":
    from pipelines.sources.tables import FIELDS

    fields = {}
    for pair in given:
        name, found, column = pair.partition("=")
        if not found or not column or name not in FIELDS:
            msg = f"{pair!r} is not of the form NAME=COLUMN with a NAME of {', '.join(FIELDS)}"
            raise typer.BadParameter(msg, param_hint="--field")
        fields[name] = column
    return fields


@contextmanager
def _progress_bar(what: str) -> "Iterator[Callable[[IndexProgress], None]]":
    """Show a bar on the terminal; nothing if the output goes elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn(what),
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


def _print(summary: "IndexSummary", seconds: float | None, *, as_json: bool) -> None:
    text = json.dumps(_as_object(summary, seconds)) if as_json else _as_text(summary, seconds)
    print(text, flush=True)


def _as_text(summary: "IndexSummary", seconds: float | None) -> str:
    counts = (
        f"Added {summary.added}, changed {summary.changed}, unchanged {summary.unchanged}, removed {summary.removed}, "
        f"failed {len(summary.failed)}."
    )
    rate = f" {summary.passages} passages in {seconds:.1f} s." if summary.passages and seconds else ""
    copies = [f"  {_copies(summary.copies)} of other articles."] if summary.copies else []
    failed = [f"  failed: {error}" for error in summary.failed]
    skipped = [f"  skipped: {skipped.name}: {skipped.reason}" for skipped in summary.skipped]
    if len(skipped) > _MOST_NAMED:
        skipped = [*skipped[:_MOST_NAMED], f"  skipped: {len(skipped) - _MOST_NAMED} more; --json names all"]
    return "\n".join([counts + rate, *copies, *failed, *skipped])


def _copies(count: int) -> str:
    return "1 is a copy" if count == 1 else f"{count} are copies"


def _as_object(summary: "IndexSummary", seconds: float | None) -> dict[str, object]:
    return {
        "added": summary.added,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        "removed": summary.removed,
        "failed": [{"source": error.source, "reason": error.reason} for error in summary.failed],
        "skipped": [{"source": skipped.name, "reason": skipped.reason} for skipped in summary.skipped],
        "passages": summary.passages,
        "copies": summary.copies,
        "seconds": None if seconds is None else round(seconds, 3),
    }
