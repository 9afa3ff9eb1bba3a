"""Keeps the keyword and the vector index in step with the record they are derived from."""

import json
import logging
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import IndexBusyError, StorageError
from pipelines.store.keywords import KeywordEntry, KeywordIndex, Stamp, committed_files, is_whole
from pipelines.store.lock import WriterLock
from pipelines.store.passages import read_vectors
from pipelines.store.record import Record
from pipelines.store.seal import checksum_of, seal_of
from pipelines.store.vectors import Graph, Tail, VectorIndex, write_graph

_logger = logging.getLogger(__name__)
PATIENCE = 30.0
_PAUSE = 0.05
_KEYWORDS, _VECTORS = "keywords", "vectors"
_BATCH = 10_000
# Vectors beyond the graph are compared one by one: so many take 1 ms, 20,000 took 5 and the graph 1.5.
_MOST_TAIL = 5_000
# A graph keeps removed vectors; when they are a third of it, it is made anew.
_DEAD_SHARE = 3


@dataclass(frozen=True, slots=True)
class Searchable:
    """Both indexes, as they mirror one state of the record.

    :param stamp: That state.
    :param keywords: The keyword index.
    :param vectors: The vector index.
    """

    stamp: Stamp
    keywords: KeywordIndex
    vectors: VectorIndex


@dataclass(frozen=True, slots=True)
class _Derived:
    """What the record knows of a file that is derived from it."""

    file: str
    seal: str
    checksum: int = 0
    high_key: int = 0
    size: int = 0
    dead: int = 0


class DerivedIndexes:
    """The two indexes of a folder; may be used from several threads.

    :param folder: The folder of the index.
    :param record: Its record.
    :param lock: Its writer's lock.
    :param dimension: Numbers of a vector.
    :param read_only: Never write.
    """

    def __init__(self, folder: Path, record: Record, lock: WriterLock, dimension: int, *, read_only: bool) -> None:
        self._folder = folder
        self._record = record
        self._lock = lock
        self._dimension = dimension
        self._read_only = read_only
        self._mutex = threading.Lock()
        self._keywords: KeywordIndex | None = None
        self._current: Searchable | None = None

    def close(self) -> None:
        """Let go of the files; they are opened again when they are needed."""
        with self._mutex:
            self._keywords = None
            self._current = None

    def current(self) -> Searchable:
        """Give the indexes as they mirror the record now.

        While another process writes, they may be one change behind.

        :raises StorageError: If they cannot be read, or not be mended.
        :raises IndexBusyError: If another process is making them.
        """
        with self._record.reading() as connection:
            stamp = latest_stamp(connection)
        current = self._current
        if current is not None and current.stamp == stamp:
            return current
        with self._mutex:
            found = self._load()
            if found is None:
                found = self._mended()
            self._current = found
            return found

    def bring_in_step(self) -> None:
        """Write what the indexes lack; the caller holds the writer's lock.

        :raises StorageError: If they cannot be written.
        """
        with self._record.reading() as connection:
            latest, known = latest_stamp(connection), _stamps(connection)
            keywords_row, vectors_row = _row(connection, _KEYWORDS), _row(connection, _VECTORS)
            newest_vector = connection.execute("SELECT max(key) FROM vectors").fetchone()[0] or 0
        keywords = self._opened_keywords(keywords_row)
        stamp = _stamp_of(keywords)
        with self._explained():
            if keywords is None or stamp not in known:
                self._rebuild_keywords(latest)
            elif stamp != latest:
                self._catch_up(keywords, latest)
            if vectors_row is not None and not self._is_intact(vectors_row):
                _logger.warning("The vector index in %s is missing or damaged; making it anew", self._folder)
                self._forget_graph()
                vectors_row = None
            self._extend_graph(vectors_row, newest_vector)
        self._tidy()

    def _load(self) -> Searchable | None:
        with self._record.reading() as connection:
            latest = latest_stamp(connection)
            keywords = self._opened_keywords(_row(connection, _KEYWORDS))
            if keywords is None or _stamp_of(keywords) != latest:
                return None
            row = _row(connection, _VECTORS)
            graph = self._opened_graph(row)
            if row is not None and graph is None:
                return None
            tail, high_key = Tail(), row.high_key if row else 0
            before = self._current.vectors if self._current else None
            if before is not None and before.graph is graph:
                tail = before.tail
                high_key = max(high_key, int(tail.keys[-1]) if len(tail.keys) else 0)
            tail = tail.extended(read_vectors(connection, self._dimension, above=high_key, batch=_BATCH))
            return Searchable(latest, keywords, VectorIndex(graph, tail))

    def _mended(self) -> Searchable:
        if self._read_only:
            return self._caught_up()
        try:
            with self._lock.held(patience=0.0 if self._current else PATIENCE):
                self.bring_in_step()
                found = self._load()
        except IndexBusyError:
            # A writer is between its commit and the indexes: answer from what there was just before it.
            if self._current is None:
                raise
            return self._current
        if found is None:
            msg = (
                f"The search index in {self._folder} cannot be read. Check its disk, and that nothing else changes it."
            )
            raise StorageError(msg)
        return found

    def _caught_up(self) -> Searchable:
        """Wait for a writer that is between its commit and the indexes; a reader cannot mend them itself."""
        deadline = time.monotonic() + PATIENCE
        while True:
            is_written = self._lock.is_held()
            found = self._load() or (self._current if is_written else None)
            if found is not None:
                return found
            if not is_written or time.monotonic() > deadline:
                msg = f"The search index in {self._folder} is not complete. Make the folder writable and try again."
                raise StorageError(msg)
            time.sleep(_PAUSE)

    def _opened_keywords(self, row: _Derived | None) -> KeywordIndex | None:
        if row is None:
            return None
        folder = self._folder / row.file
        try:
            if not folder.is_dir():
                return None
            if self._keywords is not None and self._keywords.folder == folder and not self._read_only:
                self._keywords.reload()
                return self._keywords
            if _keyword_seal(folder) != row.seal and not is_whole(folder):
                return None
            self._keywords = KeywordIndex(folder, read_only=self._read_only)
        except (ValueError, OSError):
            return None
        return self._keywords

    def _opened_graph(self, row: _Derived | None) -> Graph | None:
        if row is None:
            return None
        file = self._folder / row.file
        before = self._current.vectors.graph if self._current else None
        if not self._is_intact(row):
            return None
        return before if before is not None and before.file == file else Graph(file, self._dimension, row.size)

    def _is_intact(self, row: _Derived) -> bool:
        file = self._folder / row.file
        try:
            # A copied folder has other times but the same content.
            return seal_of([file]) == row.seal or checksum_of(file) == row.checksum
        except OSError:
            return False

    def _rebuild_keywords(self, stamp: Stamp) -> None:
        folder = self._folder / f"{_KEYWORDS}-{secrets.token_hex(8)}"
        keywords = KeywordIndex(folder)
        with self._record.reading() as connection:
            rows = connection.execute("SELECT key, content, meta FROM passages")
            keywords.write(stale=(), entries=_entries(rows), stamp=stamp, large=True)
        with self._record.writing() as connection:
            _save(connection, _KEYWORDS, _Derived(folder.name, _keyword_seal(folder)))
        self._keywords = keywords

    def _catch_up(self, keywords: KeywordIndex, stamp: Stamp) -> None:
        with self._record.reading() as connection:
            stale = [row[0] for row in connection.execute("SELECT key FROM changes WHERE stale")]
            rows = connection.execute("SELECT key, content, meta FROM passages WHERE key IN (SELECT key FROM changes)")
            keywords.write(stale=stale, entries=_entries(rows), stamp=stamp, large=False)
        with self._record.writing() as connection:
            _save(connection, _KEYWORDS, _Derived(keywords.folder.name, _keyword_seal(keywords.folder)))

    def _extend_graph(self, row: _Derived | None, newest: int) -> None:
        size, high_key = (row.size, row.high_key) if row else (0, 0)
        worn = row is not None and row.dead * _DEAD_SHARE > size
        if not worn and newest - high_key <= _MOST_TAIL:
            return
        base = self._folder / row.file if row and not worn else None
        file = self._folder / f"{_VECTORS}-{secrets.token_hex(8)}.usearch"
        with self._record.reading() as connection:
            batches = read_vectors(connection, self._dimension, above=high_key if base else 0, batch=_BATCH)
            size = write_graph(file, self._dimension, batches, base=base)
        dead = row.dead if row and base else 0
        with self._record.writing() as connection:
            _save(connection, _VECTORS, _Derived(file.name, seal_of([file]), checksum_of(file), newest, size, dead))

    def _forget_graph(self) -> None:
        with self._record.writing() as connection:
            connection.execute("DELETE FROM derived WHERE name = ?", (_VECTORS,))

    def _tidy(self) -> None:
        """Remove what an interrupted or finished rebuild left behind."""
        with self._record.reading() as connection:
            used = {row[0] for row in connection.execute("SELECT file FROM derived")}
        for path in self._folder.glob("*-*"):
            if path.name in used:
                continue
            if path.name.startswith(f"{_KEYWORDS}-"):
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(f"{_VECTORS}-"):
                path.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError, RuntimeError) as error:
            msg = (
                f"The search index in {self._folder} could not be written ({error}). What was indexed is safe; "
                "check that the disk has room and run the command again."
            )
            raise StorageError(msg) from error


def latest_stamp(connection: sqlite3.Connection) -> Stamp:
    """Read which state the record is in."""
    return Stamp(*connection.execute("SELECT number, token FROM generations ORDER BY number DESC LIMIT 1").fetchone())


def _stamps(connection: sqlite3.Connection) -> set[Stamp | None]:
    return {Stamp(*row) for row in connection.execute("SELECT number, token FROM generations")}


def _stamp_of(keywords: KeywordIndex | None) -> Stamp | None:
    return keywords.stamp() if keywords is not None else None


def _row(connection: sqlite3.Connection, name: str) -> _Derived | None:
    row = connection.execute(
        "SELECT file, seal, checksum, high_key, size, dead FROM derived WHERE name = ?", (name,)
    ).fetchone()
    return _Derived(*row) if row else None


def _save(connection: sqlite3.Connection, name: str, row: _Derived) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, row.file, row.seal, row.checksum, row.high_key, row.size, row.dead),
    )


def _entries(rows: Iterable[tuple[int, str | None, str]]) -> Iterator[KeywordEntry]:
    for key, content, meta in rows:
        title = json.loads(meta).get("title")
        yield KeywordEntry(key, title if isinstance(title, str) else "", content or "")


def _keyword_seal(folder: Path) -> str:
    return seal_of([folder / "meta.json", *committed_files(folder)])
