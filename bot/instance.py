"""One bot at a time for each index folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import VerbatimError

_LOCK_NAME = "bot.lock"


class AlreadyRunningError(VerbatimError):
    """Another bot uses this folder: stop it, or use another folder."""


@contextmanager
def only_instance(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the system lets go of it even if the process is killed.

    :param folder: The folder of the index; it is made if need be.
    :raises AlreadyRunningError: If another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK_NAME).open("a+") as lock:
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
