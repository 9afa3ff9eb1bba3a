"""One writer at a time, across threads and processes."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from pipelines.errors import IndexBusyError

LOCK_NAME = "writer.lock"
_PAUSE = 0.02


class WriterLock:
    """A lock on an index; a thread that holds it may take it again.

    The system lets go of it when a process ends, even if it is killed.

    :param folder: The folder of the index; it has to exist when the lock is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self, *, patience: float) -> Iterator[None]:
        """Hold the lock.

        :param patience: How long to wait for another writer, in seconds.
        :raises IndexBusyError: If another writer still holds it then.
        :raises OSError: If the folder cannot be written.
        """
        deadline = time.monotonic() + patience
        if not self._threads.acquire(timeout=patience):
            raise self._busy(str(os.getpid()))
        try:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            with (self._folder / LOCK_NAME).open("a+") as file:
                self._wait_for(file, deadline)
                file.truncate(0)
                file.write(str(os.getpid()))
                file.flush()
                self._depth = 1
                try:
                    yield
                finally:
                    self._depth = 0
        finally:
            self._threads.release()

    def is_held(self) -> bool:
        """Tell whether a writer, in whatever process, holds the lock now; needs no right to write."""
        try:
            with (self._folder / LOCK_NAME).open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def _wait_for(self, file: TextIOWrapper, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    file.seek(0)
                    raise self._busy(file.read().strip()) from None
                time.sleep(_PAUSE)
            else:
                return

    def _busy(self, holder: str) -> IndexBusyError:
        return IndexBusyError(
            f"Another process{f' ({holder})' if holder else ''} is writing to the index in {self._folder}. "
            "Wait until it is done, or stop it, and try again."
        )
