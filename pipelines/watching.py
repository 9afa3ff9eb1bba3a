"""Following folders: what changes there is indexed at once."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from pipelines.errors import IndexBusyError, SearchUnavailableError, VerbatimError
from pipelines.index_summary import IndexSummary
from pipelines.indexing import Indexer
from pipelines.sources.files import FORMATS, SIDECAR_ENDINGS, printable
from pipelines.sources.find import DEFAULT_OPTIONS, SourceOptions, absolute

# A program that saves a file does so in several steps, most often within this time.
_DEBOUNCE_MS = 400
_STEP_MS = 50
# How often it is looked whether to stop, and how long until another process's writing is waited for again.
_TICK_MS = 500
# A cluster that is away is given this long before it is tried again.
_OUTAGE_SECONDS = 5.0


class Watcher:
    """Keeps an index in step with files and folders.

    :param indexer: What indexes.
    :param report: Called with what was done and how it is to be told.
    :param complain: Called when the index is busy or its cluster away; what changed is tried again.
    """

    def __init__(
        self,
        indexer: Indexer,
        report: Callable[[IndexSummary], None],
        complain: Callable[[VerbatimError], None],
    ) -> None:
        self._indexer = indexer
        self._report = report
        self._complain = complain
        self._not_before = 0.0

    def follow(
        self,
        sources: Sequence[str],
        begin: Callable[[], None],
        *,
        options: SourceOptions = DEFAULT_OPTIONS,
        stop: threading.Event | None = None,
    ) -> None:
        """Follow files and folders until told to stop; Ctrl-C is such a telling.

        :param sources: Files and folders that exist.
        :param begin: Called once nothing that changes can be missed any more: to index what is there.
        :param options: How sources are read.
        :param stop: Ends it when set.
        """
        waiting: set[Path] = set()
        begun = False
        for changes in _changes(sources, stop):
            if not begun:
                begin()
                begun = True
            waiting |= {path for changed in changes for path in _meant(changed)}
            if waiting and time.monotonic() >= self._not_before and self._bring_in_step(waiting, sources, options):
                waiting = set()

    def _bring_in_step(self, paths: Iterable[Path], sources: Sequence[str], options: SourceOptions) -> bool:
        there = sorted(path for path in paths if path.exists())
        # What was followed itself and is gone may be a disk that is not mounted any more: its articles stay.
        followed = {absolute(source) for source in sources}
        gone = [printable(path) for path in paths if not path.exists() and path not in followed]
        try:
            removed = self._indexer.remove(gone) if gone else 0
            names = [_as_given(path, sources) for path in there]
            # Tables, archives and folders lose what was taken out of them.
            summary = self._indexer.index(names, prune=True, options=options)
        except IndexBusyError as error:
            self._complain(error)
            return False
        except SearchUnavailableError as error:
            self._complain(error)
            self._not_before = time.monotonic() + _OUTAGE_SECONDS
            return False
        self._report(summary.with_removed(removed))
        return True


def _changes(sources: Sequence[str], stop: threading.Event | None) -> Iterator[set[Path]]:
    """Tell what changed; nothing at first, when the watch has begun, and then now and again."""
    roots = [absolute(source) for source in sources]
    changes = watch(
        *roots,
        watch_filter=lambda _, path: not _is_hidden(Path(path), roots),
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    )
    for changed in changes:
        yield {Path(path) for _, path in changed}


def _is_hidden(path: Path, roots: Iterable[Path]) -> bool:
    for root in roots:
        if path.is_relative_to(root):
            return any(part.startswith(".") for part in path.relative_to(root).parts)
    return False


def _meant(path: Path) -> Iterator[Path]:
    """Tell which articles a changed file may change: itself, or those that it describes."""
    ending = next((ending for ending in SIDECAR_ENDINGS if path.name.endswith(ending)), None)
    if ending is None:
        yield path
        return
    stem = path.name.removesuffix(ending)
    for name in (stem, *(stem + suffix for suffix in FORMATS)):
        article = path.with_name(name)
        if article.suffix.lower() in FORMATS and article.is_file():
            yield article


def _as_given(path: Path, sources: Sequence[str]) -> str:
    """Name a path the way the person named the folder it is in."""
    for source in sources:
        root = absolute(source)
        if path.is_relative_to(root):
            return str(Path(source) / path.relative_to(root))
    return str(path)
