"""Indexes that cannot simply be opened: other encoders and versions, damage, no rights, no room."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import IndexMismatchError, StorageError
from pipelines.store import EmbeddedDocumentStore, discard_index, schema
from pipelines.store.record import RECORD_NAME
from pipelines.types import EncoderIdentity
from tests.pipelines.store.archive import DIMENSION, ENCODER, embedding, indexed

OTHER = EncoderIdentity("tiny", DIMENSION, "cd" * 32)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a closed index of two articles and a file of somebody else."""
    store = EmbeddedDocumentStore(tmp_path / "data", DIMENSION, encoder=ENCODER)
    store.write_articles([indexed("a", "The bridge was closed."), indexed("b", "The bridge is long.")])
    store.close()
    (tmp_path / "data" / "journal.db").write_text("the bot's")
    return tmp_path / "data"


def test_another_encoder_is_refused_with_the_command_that_helps(data: Path) -> None:
    store = EmbeddedDocumentStore(data, DIMENSION, encoder=OTHER)
    for use in (
        store.count_articles,
        lambda: store.write_articles([indexed("c", "x")]),
        lambda: store.keyword_retrieval("x"),
    ):
        with pytest.raises(IndexMismatchError, match=r"tiny \(8 numbers, abababababab\).*verbatim index --rebuild"):
            use()
    store.close()


def test_another_length_of_embeddings_is_refused(data: Path) -> None:
    store = EmbeddedDocumentStore(data, 16)
    with pytest.raises(IndexMismatchError, match="8 numbers, not 16"):
        store.count_documents()
    store.close()


def test_a_discarded_index_can_be_made_anew_with_another_encoder(data: Path) -> None:
    reader = EmbeddedDocumentStore(data, DIMENSION)
    assert len(reader.keyword_retrieval("bridge")) == 2
    discard_index(data)
    assert reader.keyword_retrieval("bridge") == []
    store = EmbeddedDocumentStore(data, DIMENSION, encoder=OTHER)
    store.write_articles([indexed("c", "Another bridge.")])
    assert len(store.dense_retrieval(embedding("x"))) == len(reader.keyword_retrieval("bridge")) == 1
    assert (data / "journal.db").exists()
    store.close()
    reader.close()
    discard_index(data / "there is none")


def test_a_newer_index_is_refused_and_can_be_discarded(data: Path) -> None:
    with closing(sqlite3.connect(data / RECORD_NAME)) as connection:
        connection.execute("PRAGMA user_version = 999")
    store = EmbeddedDocumentStore(data, DIMENSION)
    with pytest.raises(IndexMismatchError, match=r"newer version of Verbatim.*verbatim index --rebuild"):
        store.count_articles()
    discard_index(data)
    assert store.count_articles() == 0
    assert sorted(path.name for path in data.iterdir() if path.name.startswith(("keywords-", "vectors-"))) == []
    store.close()


@pytest.mark.parametrize("damage", ["nonsense", "truncated", "foreign"])
def test_a_damaged_record_is_told_and_can_be_discarded(data: Path, damage: str) -> None:
    record = data / RECORD_NAME
    if damage == "nonsense":
        record.write_bytes(os.urandom(20_000))
    elif damage == "truncated":
        os.truncate(record, record.stat().st_size // 2)
    else:
        record.unlink()
        with closing(sqlite3.connect(record)) as connection:
            connection.execute("CREATE TABLE other (x)")
    store = EmbeddedDocumentStore(data, DIMENSION)
    with pytest.raises(StorageError, match=r"damaged.*verbatim index --rebuild"):
        store.filter_documents()
    store.close()
    discard_index(data)
    store.write_articles([indexed("c", "Another bridge.")])
    assert len(store.keyword_retrieval("bridge")) == 1
    store.close()


def test_an_older_index_is_migrated_step_by_step(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = "ALTER TABLE articles ADD COLUMN added TEXT; UPDATE articles SET added = 'before';"
    monkeypatch.setattr("pipelines.store.record.MIGRATIONS", (*schema.MIGRATIONS, step))
    reader = EmbeddedDocumentStore(data, DIMENSION, read_only=True)
    with pytest.raises(StorageError, match="Run `verbatim index` first"):
        reader.count_articles()
    reader.close()
    store = EmbeddedDocumentStore(data, DIMENSION, encoder=ENCODER)
    assert len(store.keyword_retrieval("bridge")) == store.count_articles() == 2
    store.close()
    with closing(sqlite3.connect(data / RECORD_NAME)) as connection:
        assert connection.execute("SELECT DISTINCT added FROM articles").fetchall() == [("before",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS) + 1,)


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
def test_an_index_of_every_version_can_be_used(tmp_path: Path, version: int) -> None:
    stored = Path(__file__).parent / "data" / f"version-{version}.sqlite3.gz"
    (tmp_path / RECORD_NAME).write_bytes(gzip.decompress(stored.read_bytes()))
    store = EmbeddedDocumentStore(tmp_path, DIMENSION, encoder=ENCODER)
    assert [citation.published for citation in store.articles()] == [date(2021, 1, 5), None]
    assert len(store.keyword_retrieval("bridge")) == 2
    assert store.dense_retrieval(embedding("A ferry runs instead."))[0].content == "A ferry runs instead."
    since = {"field": "meta.published", "operator": ">=", "value": "2021-01-01"}
    assert len(store.dense_retrieval(embedding("x"), filters=since)) == 2
    store.write_articles([indexed("c", "Another bridge.")])
    assert len(store.keyword_retrieval("bridge")) == 3
    store.close()


def test_a_store_that_only_reads_never_writes(data: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    store = EmbeddedDocumentStore(data, DIMENSION, read_only=True)
    assert len(store.keyword_retrieval("bridge")) == len(store.dense_retrieval(embedding("x"))) == 2
    with pytest.raises(StorageError, match="read-only"):
        store.write_articles([indexed("c", "x")])
    with pytest.raises(StorageError, match="read-only"):
        store.delete_all_documents()
    store.close()
    after = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    assert {path: time for path, time in after.items() if path in before} == before
    assert {path.name for path in after.keys() - before.keys()} <= {f"{RECORD_NAME}-shm", f"{RECORD_NAME}-wal"}


def test_a_store_that_only_reads_says_when_there_is_nothing(tmp_path: Path) -> None:
    store = EmbeddedDocumentStore(tmp_path / "none", DIMENSION, read_only=True)
    with pytest.raises(StorageError, match="Run `verbatim index` first"):
        store.count_articles()
    assert not (tmp_path / "none").exists()


def test_a_store_that_only_reads_says_when_the_indexes_are_gone(data: Path) -> None:
    [keywords] = data.glob("keywords-*")
    shutil.rmtree(keywords)
    store = EmbeddedDocumentStore(data, DIMENSION, read_only=True)
    assert store.count_articles() == 2
    with pytest.raises(StorageError, match="Make the folder writable"):
        store.keyword_retrieval("bridge")
    store.close()


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="VERBATIM_STORE__PATH"):
        EmbeddedDocumentStore(tmp_path / "file", DIMENSION).count_articles()


@pytest.fixture
def read_only_folder(data: Path) -> Iterator[Path]:
    """The folder, seen by a user who may not write to it."""
    for path in (data, *data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield data
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def run(code: str, folder: Path) -> str:
    """Run Python with a store on the folder."""
    program = f"""
import os, resource, signal, sys
import haystack.testing
from pipelines.errors import StorageError
from pipelines.store import EmbeddedDocumentStore
from pipelines.store.keywords import KeywordIndex
from tests.pipelines.store.archive import embedding, indexed, DIMENSION
store = EmbeddedDocumentStore(sys.argv[1], DIMENSION)
{code}
store.close()
"""
    result = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_read_only_folder_can_be_asked_but_not_changed(read_only_folder: Path) -> None:
    for parent in read_only_folder.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    output = run(
        """
if os.getuid() == 0:  # whose rights know no bounds
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
print(len(store.keyword_retrieval("bridge")), len(store.dense_retrieval(embedding("x"))))
try:
    store.write_articles([indexed("c", "x")])
except StorageError as error:
    print(error)
""",
        read_only_folder,
    )
    assert output.splitlines()[0] == "2 2"
    assert "is read-only. Check its rights" in output


def test_a_full_disk_is_told_and_nothing_is_lost(data: Path) -> None:
    store = EmbeddedDocumentStore(data, DIMENSION)
    store.count_articles()
    with store._opened[0].writing() as connection:  # type: ignore[index]
        [(pages,)] = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    large = indexed("c", *(f"Bridge {number} " + "x" * 1000 for number in range(50)))
    with pytest.raises(StorageError, match="no room"):
        store.write_articles([large])
    assert len(store.keyword_retrieval("bridge")) == store.count_articles() == 2
    store.close()
    store.write_articles([large])
    assert len(store.keyword_retrieval("bridge", top_k=100)) == 52
    store.close()


def test_no_room_for_the_indexes_is_told_and_they_follow_later(data: Path) -> None:
    output = run(
        """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
write = KeywordIndex.write

def write_without_room(self, **arguments):
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    try:
        write(self, **arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

KeywordIndex.write = write_without_room
try:
    store.write_articles([indexed("c", "A third bridge.")])
except StorageError as error:
    print(error)
""",
        data,
    )
    assert "What was indexed is safe; check that the disk has room" in output
    store = EmbeddedDocumentStore(data, DIMENSION)
    assert len(store.keyword_retrieval("bridge")) == store.count_articles() == 3
    store.close()
