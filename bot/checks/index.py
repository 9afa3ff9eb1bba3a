"""Checks of the index, without changing it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.checks import Finding, failed, note, ok
from pipelines.errors import IndexMismatchError, VerbatimError
from pipelines.store import EmbeddedDocumentStore
from pipelines.store.record import RECORD_NAME
from pipelines.types import EncoderIdentity

_NAME = "Index"
_SEARCH = "Search indexes"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_MEGABYTE = 1_000_000


def index_bytes(folder: Path) -> int:
    """Add up the files of an index.

    :param folder: Its folder; it need not exist.
    """
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def check_index(
    folder: Path,
    encoder: EncoderIdentity,
    *,
    seeds: Path,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Finding]:
    """Check that articles are indexed, that this encoder made their vectors and that they can be searched.

    :param folder: The folder of the index.
    :param encoder: The encoder in use.
    :param seeds: The folder that is indexed when there is no index.
    :param now: A clock.
    """
    if not folder.is_dir():
        return [nothing_indexed(folder, seeds)]
    store = EmbeddedDocumentStore(folder, encoder.dimension, encoder=encoder, read_only=True)
    try:
        articles, passages = store.count_articles(), store.count_documents()
        if not articles:
            return [nothing_indexed(folder, seeds)]
        size = f"{counted(articles, 'article')}, {counted(passages, 'passage')}"
        found = ok(_NAME, f"{size}, {index_bytes(folder) / _MEGABYTE:,.1f} MB, {_age(folder, now())}")
        return [found, _check_search(store)]
    except IndexMismatchError as error:
        return [failed(_NAME, str(error), "Delete the folder and index anew, or use the version that made it.")]
    except VerbatimError as error:
        return [failed(_NAME, str(error), "verbatim index mends what can be mended.")]
    finally:
        store.close()


def _check_search(store: EmbeddedDocumentStore) -> Finding:
    try:
        store.keyword_retrieval("news", top_k=1)
    except VerbatimError as error:
        return failed(_SEARCH, str(error), "verbatim index brings them in step with the articles.")
    return ok(_SEARCH, "keywords and vectors are in step with the articles")


def nothing_indexed(folder: Path | str, seeds: Path) -> Finding:
    """Report that there are no articles.

    :param folder: The folder, or the index in a cluster.
    :param seeds: The folder that is indexed when there is no index.
    """
    if seeds.is_dir() and any(seeds.iterdir()):
        return note(_NAME, f"nothing is indexed in {folder} yet", f"verbatim run indexes {seeds}/ by itself.")
    return failed(_NAME, f"nothing is indexed in {folder}, and there is no {seeds}/", "verbatim index FOLDER")


def _age(folder: Path, now: datetime) -> str:
    newest = max(path.stat().st_mtime for path in folder.glob(f"{RECORD_NAME}*"))
    age = now - datetime.fromtimestamp(newest, UTC)
    if age >= _DAY:
        return f"changed {counted(age // _DAY, 'day')} ago"
    if age >= _HOUR:
        return f"changed {counted(age // _HOUR, 'hour')} ago"
    return "changed within the hour"


def counted(count: int, noun: str) -> str:
    """Write a number with its noun.

    :param count: The number.
    :param noun: The noun, for one.
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
