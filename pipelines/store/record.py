"""The record: one SQLite file that holds the articles, their passages and the vectors."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import IndexBusyError, IndexMismatchError, StorageError, VerbatimError
from pipelines.store.filter_functions import register_functions
from pipelines.store.lock import WriterLock
from pipelines.store.schema import MIGRATIONS

RECORD_NAME = "articles.sqlite3"
_APPLICATION_ID = 0x56425431  # "VBT1", so that another program's file is not taken for ours
_BUSY_SECONDS = 30.0
_CACHE_KIB = 16_384


class Record:
    """Connections to the record's file; may be used from several threads.

    :param folder: The folder of the index.
    :param lock: The writer's lock.
    :param read_only: Never write, not even to make or migrate the file.
    """

    def __init__(self, folder: Path, lock: WriterLock, *, read_only: bool) -> None:
        self._file = folder / RECORD_NAME
        self._lock = lock
        self._read_only = read_only
        self._mutex = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._era = 0

    def close(self) -> None:
        """Close the connections; they are opened again when they are needed."""
        with self._mutex:
            self._era += 1
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read with; all that is read belongs to one state of the record.

        :raises StorageError: If the file cannot be read.
        :raises IndexMismatchError: If a newer version made it.
        """
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in a transaction that is committed at the end, or undone if something goes wrong.

        :raises StorageError: If the file cannot be written.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with _explained(self._file):
            with self._mutex:
                era = self._era
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = self._open()
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            with self._mutex:
                if era == self._era:
                    self._idle.append(connection)
                    return
            connection.close()

    def _open(self) -> sqlite3.Connection:
        uri = self._file.absolute().as_uri()
        if not self._read_only:
            return self._connect(uri)
        if not self._file.exists():
            raise self._missing()
        try:
            return self._connect(f"{uri}?mode=ro")
        except sqlite3.OperationalError:
            log = self._file.with_name(f"{RECORD_NAME}-wal")
            if log.exists() and log.stat().st_size:
                raise  # there are changes that only a writer can bring in
            # A folder that nobody can write has no room for SQLite's shared memory, and needs none.
            return self._connect(f"{uri}?immutable=1")

    def _connect(self, uri: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA foreign_keys=ON")
            register_functions(connection)
            self._check_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _missing(self) -> StorageError:
        return StorageError(f"There is no index of this version in {self._file.parent}. Run `verbatim index` first.")

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version == len(MIGRATIONS):
            return
        if version > len(MIGRATIONS):
            msg = (
                f"A newer version of Verbatim made the index {self._file}. Use that version, "
                "or make the index anew with `verbatim index --rebuild`."
            )
            raise IndexMismatchError(msg)
        if self._read_only:
            raise self._missing()
        with self._lock.held(patience=_BUSY_SECONDS):
            connection.execute("PRAGMA journal_mode=WAL")
            version = _version(connection)
            for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
                connection.executescript(
                    f"BEGIN IMMEDIATE; {statements} PRAGMA application_id = {_APPLICATION_ID}; "
                    f"PRAGMA user_version = {number}; COMMIT;"
                )


def _version(connection: sqlite3.Connection) -> int:
    [(application,)] = connection.execute("PRAGMA application_id")
    [(tables,)] = connection.execute("SELECT count(*) FROM sqlite_schema")
    if tables and application != _APPLICATION_ID:
        msg = "it is not an index of Verbatim"
        raise sqlite3.DatabaseError(msg)
    [(version,)] = connection.execute("PRAGMA user_version")
    return int(version)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        explanation = _explanation(error, file)
        if explanation is None:
            raise
        raise explanation from error


def _explanation(error: sqlite3.DatabaseError, file: Path) -> VerbatimError | None:
    name = getattr(error, "sqlite_errorname", "SQLITE_NOTADB")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexBusyError(f"Another process keeps {file} locked. Wait until it is done, or stop it, and try again.")
    if name.startswith("SQLITE_FULL"):
        return StorageError(f"There is no room to write {file}. Free some space and run the command again.")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM")):
        return StorageError(f"The index {file} cannot be opened or written ({error}). Check its folder and its disk.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StorageError(
            f"The index {file} is damaged ({error}). Restore it from a copy, "
            "or make it anew with `verbatim index --rebuild`."
        )
    return None
