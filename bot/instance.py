"""One bot at a time for each index folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import StorageError, VerbatimError

_LOCK_NAME = "bot.lock"


class AlreadyRunningError(VerbatimError):
    """Another bot uses this folder: stop it, or use another folder."""


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the system lets go of it even if the process is killed.

    :param folder: The folder of the index; it is made if need be.
    :raises AlreadyRunningError: If another process holds it.
    :raises StorageError: If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK_NAME).open("a+")
    except OSError as error:
        msg = f"The folder {folder} cannot be used ({error.strerror}). Choose another with VERBATIM_STORE__PATH."
        raise StorageError(msg) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip()
            msg = (
                f"The bot already runs with the folder {folder}{f' (process {holder})' if holder else ''}. "
                "Stop it first, or give this one a folder of its own with VERBATIM_STORE__PATH."
            )
            raise AlreadyRunningError(msg) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
