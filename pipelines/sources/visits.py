"""What was fetched before: so that a site is asked only for what changed."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.errors import StorageError
from pipelines.sources.fetcher import Validators

VISITS_FILE = "visits.sqlite3"
"""Its name in the folder of the index."""
_TABLE = """
CREATE TABLE IF NOT EXISTS visits (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, fingerprint TEXT NOT NULL, day TEXT NOT NULL
) STRICT, WITHOUT ROWID
"""


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class Visit:
    """One earlier fetch.

    :param validators: What the site gave for asking again.
    :param fingerprint: That of the article it gave.
    :param day: When.
    """

    validators: Validators
    fingerprint: str
    day: date


class Visits:
    """Earlier fetches, in a file of their own: losing it costs nothing but a second fetch.

    :param path: The file, or None to remember them only for now.
    :param today: The calendar.
    :raises StorageError: If the file cannot be used.
    """

    def __init__(self, path: Path | None = None, *, today: Callable[[], date] = _today) -> None:
        self._today = today
        try:
            self._database = _opened(path)
        except sqlite3.DatabaseError as error:
            msg = f"The list of visited pages {path} cannot be used ({error}). Move it away; a new one is made."
            raise StorageError(msg) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def get(self, url: str) -> Visit | None:
        """Find the last fetch of an address.

        :param url: The address.
        :returns: The fetch, or None if there was none.
        """
        row = self._database.execute(
            "SELECT etag, last_modified, fingerprint, day FROM visits WHERE url = ?", (url,)
        ).fetchone()
        return Visit(Validators(row[0], row[1]), row[2], date.fromisoformat(row[3])) if row else None

    def put(self, url: str, validators: Validators, fingerprint: str) -> None:
        """Remember a fetch.

        :param url: The address.
        :param validators: What the site gave for asking again.
        :param fingerprint: That of the article it gave.
        """
        row = (url, validators.etag, validators.last_modified, fingerprint, self._today().isoformat())
        # A full disk or another run at the same time: the page is fetched once more than need be.
        with suppress(sqlite3.OperationalError):
            self._database.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?)", row)


def _opened(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", isolation_level=None)
    try:
        database.execute(_TABLE)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database
