"""Throwing an index away, to make it anew."""

from pathlib import Path

from pipelines.errors import StorageError
from pipelines.store.lock import WriterLock
from pipelines.store.record import RECORD_NAME

_PATIENCE = 30.0


def erase_index(folder: Path) -> None:
    """Delete the record of an index; what was derived from it goes when the new one is written.

    :param folder: The folder of the index; if there is none, nothing is done.
    :raises pipelines.errors.IndexBusyError: If another process writes to it.
    :raises StorageError: If it cannot be deleted.
    """
    if not folder.is_dir():
        return
    try:
        with WriterLock(folder).held(patience=_PATIENCE):
            # Beside the record lies what SQLite has not brought into it yet.
            for name in (RECORD_NAME, f"{RECORD_NAME}-wal", f"{RECORD_NAME}-shm"):
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        msg = f"The index in {folder} cannot be deleted ({error.strerror}). Check its rights and its disk."
        raise StorageError(msg) from error
