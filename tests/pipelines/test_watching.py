"""What changes in a watched folder is answered from seconds later."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.errors import IndexBusyError, SearchUnavailableError, VerbatimError
from pipelines.index_summary import IndexSummary
from pipelines.indexing import Indexer
from pipelines.sources.find import SourceOptions
from pipelines.store import EmbeddedDocumentStore
from pipelines.watching import Watcher

# The time in which a new article has to be answered from; a busy machine gets more.
PATIENCE = 20.0


class BusyIndexer(Indexer):
    """An indexer that finds the index busy so many times."""

    busy = 0
    away = 0

    def index(self, *args: object, **options: object) -> IndexSummary:
        if self.away:
            self.away -= 1
            msg = "The search is unavailable."
            raise SearchUnavailableError(msg)
        if self.busy:
            self.busy -= 1
            msg = "Another process is writing."
            raise IndexBusyError(msg)
        return super().index(*args, **options)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("First title\nThe museum opened on Monday.")
    return folder


@pytest.fixture
def indexer(store: EmbeddedDocumentStore) -> BusyIndexer:
    encoder = SentenceEncoder()
    encoder.warm_up()
    return BusyIndexer(store, encoder, workers=0)


Watching = tuple[list[IndexSummary], list[VerbatimError]]


@pytest.fixture
def watching(indexer: BusyIndexer, folder: Path) -> Iterator[Watching]:
    reported: list[IndexSummary] = []
    complaints: list[VerbatimError] = []
    begun, stop = threading.Event(), threading.Event()
    watcher = Watcher(indexer, reported.append, complaints.append)

    def begin() -> None:
        reported.append(indexer.index([str(folder)]))
        begun.set()

    thread = threading.Thread(
        target=watcher.follow, args=([str(folder)], begin), kwargs={"options": SourceOptions(), "stop": stop}
    )
    thread.start()
    assert begun.wait(PATIENCE)
    yield reported, complaints
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def titles(store: EmbeddedDocumentStore) -> list[str]:
    return sorted(citation.title for citation in store.articles())


def test_what_is_there_is_indexed_first(watching: Watching, store: EmbeddedDocumentStore) -> None:
    assert titles(store) == ["First title"]


def test_new_changed_and_removed_files_are_followed(
    watching: Watching, store: EmbeddedDocumentStore, folder: Path
) -> None:
    (folder / "b.txt").write_text("Second title\nThe museum closed on Friday.")
    eventually(lambda: titles(store) == ["First title", "Second title"])
    (folder / "b.txt").write_text("Better title\nThe museum closed on Friday.")
    eventually(lambda: titles(store) == ["Better title", "First title"])
    (folder / "a.txt").unlink()
    eventually(lambda: titles(store) == ["Better title"])


def test_a_sidecar_changes_its_article(watching: Watching, store: EmbeddedDocumentStore, folder: Path) -> None:
    (folder / "a.meta.yaml").write_text("title: A given title\n")
    eventually(lambda: titles(store) == ["A given title"])
    (folder / "a.meta.yaml").unlink()
    eventually(lambda: titles(store) == ["First title"])


def test_a_folder_that_is_moved_in_or_out_is_followed(
    watching: Watching, store: EmbeddedDocumentStore, folder: Path
) -> None:
    outside = folder.with_name("outside")
    outside.mkdir()
    (outside / "b.txt").write_text("Second title\nThe museum closed on Friday.")

    outside.rename(folder / "inside")
    eventually(lambda: titles(store) == ["First title", "Second title"])
    (folder / "inside").rename(outside)
    eventually(lambda: titles(store) == ["First title"])


def test_a_row_that_leaves_a_table_leaves_the_index(
    watching: Watching, store: EmbeddedDocumentStore, folder: Path
) -> None:
    (folder / "t.csv").write_text("id,title,text\n1,One,It opened.\n2,Two,It closed.\n")
    eventually(lambda: titles(store) == ["First title", "One", "Two"])
    (folder / "t.csv").write_text("id,title,text\n2,Two,It closed.\n")
    eventually(lambda: titles(store) == ["First title", "Two"])


def test_hidden_and_half_written_files_are_left_out(
    watching: Watching, store: EmbeddedDocumentStore, folder: Path
) -> None:
    (folder / ".b.txt.part").write_text("Second title\nThe museum")
    (folder / "c.txt").write_text("Third title\nThe museum closed on Sunday.")
    eventually(lambda: titles(store) == ["First title", "Third title"])
    (folder / ".b.txt.part").replace(folder / "b.txt")
    eventually(lambda: titles(store) == ["First title", "Second title", "Third title"])
    assert all(not summary.failed for summary in watching[0])


def test_a_file_that_cannot_be_read_is_reported_and_the_watch_goes_on(
    watching: Watching, store: EmbeddedDocumentStore, folder: Path
) -> None:
    (folder / "b.txt").write_bytes(b"\0\1\2")
    eventually(lambda: any(summary.failed for summary in watching[0]))
    (folder / "b.txt").write_text("Second title\nThe museum closed on Friday.")
    eventually(lambda: titles(store) == ["First title", "Second title"])


def test_what_changed_while_the_index_was_busy_is_tried_again(
    watching: Watching, indexer: BusyIndexer, store: EmbeddedDocumentStore, folder: Path
) -> None:
    indexer.busy = 2
    (folder / "b.txt").write_text("Second title\nThe museum closed on Friday.")

    eventually(lambda: titles(store) == ["First title", "Second title"])

    assert [str(error) for error in watching[1]] == ["Another process is writing."] * 2


def test_what_changed_while_the_cluster_was_away_is_tried_again_after_a_while(
    watching: Watching,
    indexer: BusyIndexer,
    store: EmbeddedDocumentStore,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pipelines.watching._OUTAGE_SECONDS", 0.1)
    indexer.away = 2
    (folder / "b.txt").write_text("Second title\nThe museum closed on Friday.")

    eventually(lambda: titles(store) == ["First title", "Second title"])

    assert [str(error) for error in watching[1]] == ["The search is unavailable."] * 2
