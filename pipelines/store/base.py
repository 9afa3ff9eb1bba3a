"""What every part of the store stands on: opening, checking, reading and writing."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pipelines.errors import IndexMismatchError, StorageError
from pipelines.store.derived import PATIENCE, DerivedIndexes
from pipelines.store.lock import WriterLock
from pipelines.store.record import Record
from pipelines.types import EncoderIdentity

_REBUILD = "Use the encoder it was made with, or make it anew with `verbatim index --rebuild`."


class StoreBase:
    """An index in a folder. Nothing is opened before it is needed, and after `close` it opens again.

    :param path: The folder; it is made if need be.
    :param embedding_dim: Numbers of an embedding.
    :param encoder: The encoder whose embeddings are written and searched; it is remembered and checked.
    :param read_only: Never write; a folder that cannot be written is opened that way in any case.
    """

    def __init__(
        self,
        path: str | Path,
        embedding_dim: int = 384,
        *,
        encoder: EncoderIdentity | None = None,
        read_only: bool = False,
    ) -> None:
        self.path = str(path)
        self.embedding_dim = embedding_dim
        self.encoder = encoder
        self.read_only = read_only
        self._folder = Path(path)
        self._opened: tuple[Record, DerivedIndexes, WriterLock] | None = None
        self._opening = threading.Lock()

    def close(self) -> None:
        """Let go of every file; the next use opens them again."""
        if self._opened is not None:
            record, derived, _ = self._opened
            derived.close()
            record.close()

    @property
    def _derived(self) -> DerivedIndexes:
        return self._parts()[1]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one state of the record.

        :raises IndexMismatchError: If the index is not of this encoder.
        """
        with self._parts()[0].reading() as connection:
            self._check_encoder(connection)
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in a transaction; when it is committed, the derived indexes follow.

        :raises StorageError: If the folder cannot be written.
        :raises IndexBusyError: If another process does not stop writing.
        """
        record, derived, lock = self._parts()
        if self._is_closed_to_writing():
            msg = f"The index folder {self._folder} is read-only. Check its rights and its disk."
            raise StorageError(msg)
        with self._locked(lock):
            # The record keeps only its last change, so the indexes must have followed those before.
            derived.bring_in_step()
            with record.writing() as connection:
                self._check_encoder(connection)
                self._claim(connection)
                connection.execute("DELETE FROM changes")
                connection.execute("DELETE FROM generations WHERE number < (SELECT max(number) FROM generations)")
                before = connection.total_changes
                yield connection
                if connection.total_changes != before:
                    connection.execute("INSERT INTO generations (token) VALUES (lower(hex(randomblob(8))))")
            derived.bring_in_step()

    @contextmanager
    def _locked(self, lock: WriterLock) -> Iterator[None]:
        try:
            with lock.held(patience=PATIENCE):
                yield
        except OSError as error:
            msg = f"The index folder {self._folder} cannot be written ({error}). Check its rights and its disk."
            raise StorageError(msg) from error

    def _parts(self) -> tuple[Record, DerivedIndexes, WriterLock]:
        with self._opening:
            if self._opened is None:
                read_only = self._is_closed_to_writing()
                if not read_only:
                    self._make_folder()
                lock = WriterLock(self._folder)
                record = Record(self._folder, lock, read_only=read_only)
                derived = DerivedIndexes(self._folder, record, lock, self.embedding_dim, read_only=read_only)
                self._opened = record, derived, lock
            return self._opened

    def _make_folder(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"The index folder {self._folder} cannot be made ({error}). Choose another with VERBATIM_STORE__PATH."
            raise StorageError(msg) from error

    def _is_closed_to_writing(self) -> bool:
        return self.read_only or (self._folder.is_dir() and not os.access(self._folder, os.W_OK | os.X_OK))

    def _check_encoder(self, connection: sqlite3.Connection) -> None:
        known = dict(connection.execute("SELECT name, value FROM properties"))
        dimension = known.get("dimension")
        if dimension is not None and int(dimension) != self.embedding_dim:
            msg = (
                f"The index in {self._folder} holds embeddings of {dimension} numbers, not {self.embedding_dim}: "
                f"another encoder made it. {_REBUILD}"
            )
            raise IndexMismatchError(msg)
        if self.encoder is not None and "encoder" in known:
            maker = EncoderIdentity(**json.loads(known["encoder"]))
            if maker != self.encoder:
                msg = (
                    f"The index in {self._folder} was made with the encoder {maker.described}, "
                    f"not with {self.encoder.described}. {_REBUILD}"
                )
                raise IndexMismatchError(msg)

    def _claim(self, connection: sqlite3.Connection) -> None:
        properties = {"dimension": str(self.embedding_dim)}
        if self.encoder is not None:
            properties["encoder"] = json.dumps(asdict(self.encoder))
        connection.executemany("INSERT OR IGNORE INTO properties VALUES (?, ?)", properties.items())
