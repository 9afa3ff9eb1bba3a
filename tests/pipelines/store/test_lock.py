"""One writer at a time."""

import multiprocessing
import os
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pipelines.errors import IndexBusyError
from pipelines.store import EmbeddedDocumentStore, base
from pipelines.store.lock import WriterLock
from tests.pipelines.store.archive import DIMENSION, indexed

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pipelines.store", __name__])


def hold(folder: Path, held: Event, release: Event) -> None:
    with WriterLock(folder).held(patience=0):
        held.set()
        release.wait(30)


def write_some(folder: Path, name: str) -> None:
    store = EmbeddedDocumentStore(folder, DIMENSION)
    for number in range(10):
        store.write_articles([indexed(f"{name}{number}", f"Bridge {name} {number}.")])
    store.close()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = EmbeddedDocumentStore(tmp_path, DIMENSION)
    store.write_articles([indexed("a", "A bridge.")])
    held, release = PROCESSES.Event(), PROCESSES.Event()
    other = PROCESSES.Process(target=hold, args=(tmp_path, held, release))
    other.start()
    assert held.wait(30)
    monkeypatch.setattr(base, "PATIENCE", 0.1)
    with pytest.raises(IndexBusyError, match=rf"Another process \({other.pid}\) is writing.*or stop it, and try again"):
        store.write_articles([indexed("b", "Another bridge.")])
    assert len(store.keyword_retrieval("bridge")) == 1
    release.set()
    other.join()
    store.write_articles([indexed("b", "Another bridge.")])
    assert len(store.keyword_retrieval("bridge")) == 2
    store.close()


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    held, release = PROCESSES.Event(), PROCESSES.Event()
    other = PROCESSES.Process(target=hold, args=(tmp_path, held, release))
    other.start()
    assert held.wait(30)
    threading.Timer(0.2, release.set).start()
    with WriterLock(tmp_path).held(patience=30):
        assert release.is_set()
    other.join()


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    held, release = PROCESSES.Event(), PROCESSES.Event()
    other = PROCESSES.Process(target=hold, args=(tmp_path, held, release))
    other.start()
    assert held.wait(30)
    other.kill()
    other.join()
    with WriterLock(tmp_path).held(patience=0):
        assert (tmp_path / "writer.lock").read_text() == str(os.getpid())


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [PROCESSES.Process(target=write_some, args=(tmp_path, name)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    store = EmbeddedDocumentStore(tmp_path, DIMENSION)
    assert store.count_articles() == len(store.keyword_retrieval("bridge", top_k=100)) == 20
    store.close()


def test_another_thread_waits_too(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path)
    problems = []

    def try_it() -> None:
        try:
            with lock.held(patience=0.05):
                pass
        except IndexBusyError as error:
            problems.append(error)

    with lock.held(patience=0), lock.held(patience=0):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    assert len(problems) == 1


def test_a_store_that_only_reads_waits_for_a_writer_to_finish(tmp_path: Path) -> None:
    store = EmbeddedDocumentStore(tmp_path, DIMENSION)
    store.write_articles([indexed("a", "A bridge.")])
    store.close()
    [keywords] = tmp_path.glob("keywords-*")
    keywords.rename(tmp_path / "away")
    reader = EmbeddedDocumentStore(tmp_path, DIMENSION, read_only=True)
    with WriterLock(tmp_path).held(patience=0):
        threading.Timer(0.2, (tmp_path / "away").rename, (keywords,)).start()
        assert len(reader.keyword_retrieval("bridge")) == 1
    reader.close()
