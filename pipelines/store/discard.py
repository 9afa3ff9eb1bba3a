"""Giving up an index, to make it anew."""

import shutil
from pathlib import Path

from pipelines.errors import IndexMismatchError, StorageError
from pipelines.store.derived import PATIENCE
from pipelines.store.lock import WriterLock
from pipelines.store.record import RECORD_NAME, Record

_TABLES = ("passages", "articles", "changes", "derived", "properties")


def discard_index(path: str | Path) -> None:
    """Empty the index in a folder, whatever encoder or version made it and even if it is damaged.

    Other files in the folder are left alone. A store that is open on it sees an empty index at its next query, unless
    the file was of no use and had to be deleted.

    :param path: The folder.
    :raises pipelines.errors.IndexBusyError: If another process is writing to it.
    :raises pipelines.errors.StorageError: If the folder cannot be written.
    """
    folder = Path(path)
    if not (folder / RECORD_NAME).exists():
        return
    lock = WriterLock(folder)
    try:
        with lock.held(patience=PATIENCE):
            try:
                _empty(folder, lock)
            except (IndexMismatchError, StorageError):
                _delete(folder)
    except OSError as error:
        msg = f"The index in {folder} cannot be removed ({error}). Check the rights of the folder."
        raise StorageError(msg) from error


def _empty(folder: Path, lock: WriterLock) -> None:
    record = Record(folder, lock, read_only=False)
    try:
        with record.writing() as connection:
            for table in _TABLES:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  ours
            connection.execute("INSERT INTO generations (token) VALUES (lower(hex(randomblob(8))))")
    finally:
        record.close()


def _delete(folder: Path) -> None:
    for file in folder.glob(f"{RECORD_NAME}*"):
        file.unlink()
    for derived in (*folder.glob("keywords-*"), *folder.glob("vectors-*")):
        if derived.is_dir():
            shutil.rmtree(derived)
        else:
            derived.unlink()
