"""`verbatim doctor`: what is right, what is not, and what to do about it."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.checks import Finding
    from bot.settings import Settings

_SETTINGS_FILE = Path(".env")
_SEEDS = Path("seeds")


def doctor() -> None:
    """Check the installation, the settings, the index and the answers; exit code 1 if something does not work."""
    from bot.checks import any_failed, failed
    from bot.checks.machine import check_python, check_settings_file
    from bot.settings import load_settings
    from pipelines.errors import ConfigurationError

    findings = [check_python(), check_settings_file(_SETTINGS_FILE)]
    # Settings cannot be read from a file that cannot: it has been said already.
    if not any_failed(findings):
        try:
            settings = load_settings()
        except ConfigurationError as error:
            findings.append(failed("Settings", str(error), "Correct them in .env or in the environment."))
        else:
            findings += _check_all(settings)
    _print(findings)
    if any_failed(findings):
        raise typer.Exit(1)


def _check_all(settings: "Settings") -> "Iterator[Finding]":
    from bot.checks import Status, any_failed, ok
    from bot.checks.index import index_bytes
    from bot.checks.machine import check_disk
    from bot.checks.telegram import check_access, check_token
    from bot.logs import configure_logging

    token = settings.token.get_secret_value() if settings.token else None
    configure_logging("ERROR", secrets=[token] if token else [])
    yield ok("Settings", "all are within their bounds")
    yield from asyncio.run(check_token(token, str(settings.telegram.api_url).rstrip("/")))
    yield check_access(settings.telegram, token_set=token is not None)
    yield check_disk(settings.store.path, index_bytes=index_bytes(settings.store.path))
    models = list(_check_models(settings))
    yield from models
    if any_failed(models):
        return
    index = _check_index(settings)
    yield from index
    if index[-1].status is Status.OK:
        yield _check_question(settings)


def _check_index(settings: "Settings") -> "list[Finding]":
    if settings.store.kind == "opensearch":
        from bot.assembly import build_cluster_store
        from bot.checks.cluster import check_cluster

        store = build_cluster_store(settings)
        try:
            return check_cluster(store, seeds=_SEEDS)
        finally:
            store.close()
    from bot.checks.index import check_index
    from pipelines.components.encoder import SentenceEncoder

    return check_index(settings.store.path, SentenceEncoder().identity, seeds=_SEEDS)


def _check_models(settings: "Settings") -> "Iterator[Finding]":
    from haystack import Pipeline

    from bot.assembly import build_reader, build_selector
    from bot.checks.models import check_model
    from pipelines.components.encoder import SentenceEncoder

    def load_reader() -> None:
        pipeline = Pipeline()
        pipeline.add_component("reader", build_reader(settings.reader))
        pipeline.add_component("selector", build_selector(settings.reader))
        pipeline.warm_up()

    yield check_model("Encoder", SentenceEncoder(threads=settings.reader.threads).warm_up)
    yield check_model("Reader", load_reader)


def _check_question(settings: "Settings") -> "Finding":
    from bot.assembly import build_answerer, build_store
    from bot.checks import failed
    from bot.checks.answers import check_question
    from pipelines.errors import VerbatimError

    store = build_store(settings, read_only=True)
    try:
        answerer = build_answerer(settings, store)
        answerer.warm_up()
        return check_question(store, answerer)
    except VerbatimError as error:
        return failed("Question", str(error), "Mend what is said above first.")
    finally:
        store.close()


def _print(findings: "Sequence[Finding]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from bot.checks import Status

    styles = {Status.OK: "green", Status.NOTE: "yellow", Status.FAILED: "bold red"}
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        remedy = f"\n-> {finding.remedy}" if finding.remedy else ""
        table.add_row(Text(finding.status, styles[finding.status]), finding.name, Text(f"{finding.text}{remedy}"))
    Console(highlight=False).print(table)
