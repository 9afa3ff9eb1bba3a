"""From what a person typed to the articles it stands for."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.errors import SourceError
from pipelines.sources.addresses import any_address, is_public
from pipelines.sources.archives import archive_prefix, read_archive
from pipelines.sources.fetcher import Fetcher
from pipelines.sources.files import CONTAINERS, Blocked, Container, FileSource, Skipped, folder_prefix, walk
from pipelines.sources.raw import LoadedSource
from pipelines.sources.tables import read_table, table_prefix
from pipelines.sources.unchanged import Unchanged
from pipelines.sources.visits import Visits
from pipelines.sources.web import WebFinder, is_url

DEFAULT_LIMIT = 200
"""Articles taken from one feed or sitemap unless more are asked for: at a request a second, a few minutes."""

Found = FileSource | LoadedSource | Unchanged | Skipped | Blocked | SourceError
"""An article, read or not; one that did not change; a file that is none; or something that cannot be used."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How sources are read.

    :param limit: The most articles to take from one feed or sitemap, from 1.
    :param fields: From "text", "title", "published", "source", "url", "author" and "id" to the columns of a table.
    :param allow_private: Fetch from private addresses too.
    """

    limit: int = DEFAULT_LIMIT
    fields: Mapping[str, str] = field(default_factory=dict)
    allow_private: bool = False


DEFAULT_OPTIONS = SourceOptions()


class Finder:
    """Finds the articles of an index run; to be used in a `with` statement.

    :param fingerprints: Those of the indexed articles, by article id.
    :param options: How sources are read.
    :param visits: Where it is kept what was fetched before, or None to keep it only for now.
    :param fetcher: What fetches; by default one that `options` ask for.
    """

    def __init__(
        self,
        fingerprints: Mapping[str, str],
        options: SourceOptions,
        *,
        visits: Path | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._fingerprints = fingerprints
        self._options = options
        self._visits = visits
        self._fetcher = fetcher
        self._open = ExitStack()
        self._web: WebFinder | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    def find(self, argument: str) -> Iterator[Found]:
        """Find the articles that an argument stands for.

        :param argument: A file, a folder or an address on the web.
        :returns: What was found, in a fixed order.
        """
        if is_url(argument):
            yield from self._opened_web().find(argument)
            return
        path = absolute(argument)
        if path.is_dir():
            for found in walk(path, argument):
                if isinstance(found, Container):
                    yield from self._contents(found)
                else:
                    yield found
        elif not os.path.lexists(path):
            yield SourceError(argument, "is not there")
        elif path.suffix.lower() in CONTAINERS:
            yield from self._contents(Container(path, argument))
        else:
            yield FileSource(path, argument)

    def _contents(self, container: Container) -> Iterator[Found]:
        if container.path.suffix.lower() == ".zip":
            return read_archive(container)
        return read_table(container, self._options.fields)

    def _opened_web(self) -> WebFinder:
        if self._web is None:
            allowed = any_address if self._options.allow_private else is_public
            fetcher = self._fetcher or self._open.enter_context(Fetcher(allowed=allowed))
            visits = self._open.enter_context(Visits(self._visits))
            self._web = WebFinder(fetcher, visits, self._fingerprints, limit=self._options.limit)
        return self._web


def absolute(argument: str) -> Path:
    """Make a path independent of the current folder, without following links.

    :param argument: A path, perhaps with "~".
    :returns: The absolute path.
    """
    return Path(os.path.abspath(Path(argument).expanduser()))  # noqa: PTH100  resolve() would follow links


def count_files(argument: str) -> int:
    """Count the article files that an argument stands for, quickly and without reading any.

    :param argument: A file, a folder or an address on the web.
    :returns: Their number; what is in tables, archives and on the web is not counted.
    """
    if is_url(argument):
        return 0
    path = absolute(argument)
    return sum(isinstance(found, FileSource) for found in walk(path, argument)) if path.is_dir() else 1


def origin_prefixes(argument: str) -> list[str]:
    """Tell what the origins of all articles that an argument stands for begin with, if it stands for many.

    :param argument: A file, a folder or an address on the web.
    :returns: Prefixes; none for a single article, for the web and for what is not there, which may be a disk that is
        not mounted.
    """
    if is_url(argument):
        return []
    path = absolute(argument)
    if path.is_dir():
        return [folder_prefix(path)]
    if path.exists() and path.suffix.lower() in CONTAINERS:
        return [archive_prefix(path) if path.suffix.lower() == ".zip" else table_prefix(path)]
    return []
