"""The indexing pipeline: from article files to the store."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from haystack import Pipeline

from pipelines.components.encoder import OnnxDocumentEmbedder, SentenceEncoder
from pipelines.components.splitter import SplitArticle
from pipelines.components.writer import ArticleWriter, TakesArticles
from pipelines.documents import article_id, passage_to_document
from pipelines.errors import SourceError
from pipelines.preparation import Preparer, Source
from pipelines.sources.files import BlockedFolder, Skipped
from pipelines.sources.find import absolute, find

# Enough for the encoder to find texts of like length, and little enough to lose when the power goes.
_PASSAGES_A_COMMIT = 256
_ARTICLES_AT_A_TIME = 32


class ArticleStore(TakesArticles, Protocol):
    """What indexing needs of a store."""

    def fingerprints(self) -> Mapping[str, str]:
        """Tell what the indexed articles were made from, by article id."""
        ...

    def article_ids_under(self, origin_prefix: str) -> set[str]:
        """Find the articles whose origin begins with a text.

        :param origin_prefix: The text.
        :returns: Their ids.
        """
        ...

    def delete_articles(self, ids: Collection[str]) -> int:
        """Delete articles and their passages.

        :param ids: Their ids.
        :returns: How many there were.
        """
        ...


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an index run did.

    :param added: Articles that were not indexed before.
    :param changed: Articles that were replaced because their source, or how it is read, changed.
    :param unchanged: Articles that were left as they are.
    :param removed: Articles that went because their file did.
    :param failed: What could not be read, and why.
    :param skipped: Files in folders that are no articles.
    :param passages: Passages written.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[SourceError, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    passages: int = 0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far an index run is.

    :param done: Articles dealt with.
    :param total: Articles there are.
    :param passages: Passages written.
    """

    done: int
    total: int
    passages: int


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passages: int = 0
    failed: list[SourceError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    blocked: list[BlockedFolder] = field(default_factory=list)

    def note(self, found: Skipped | BlockedFolder | SourceError) -> None:
        if isinstance(found, Skipped):
            self.skipped.append(found)
        elif isinstance(found, BlockedFolder):
            self.blocked.append(found)
            self.failed.append(SourceError(found.name, found.reason))
        else:
            self.failed.append(found)

    def summary(self, removed: int) -> IndexSummary:
        failed, skipped = tuple(self.failed), tuple(self.skipped)
        return IndexSummary(self.added, self.changed, self.unchanged, removed, failed, skipped, self.passages)


def build_storing(store: TakesArticles, encoder: SentenceEncoder) -> Pipeline:
    """Make the pipeline from passages to the store.

    :param store: Where to.
    :param encoder: What makes the vectors.
    :returns: A pipeline with the inputs `embedder.documents`, the passages, and `writer.articles`, their articles.
    """
    pipeline = Pipeline()
    pipeline.add_component("embedder", OnnxDocumentEmbedder(encoder))
    pipeline.add_component("writer", ArticleWriter(store))
    pipeline.connect("embedder.documents", "writer.documents")
    return pipeline


class Indexer:
    """Brings a store up to date with article files.

    :param store: The store; it may be read while an index run writes.
    :param encoder: What makes the vectors; must be the one that the store was made with.
    """

    def __init__(self, store: ArticleStore, encoder: SentenceEncoder) -> None:
        self._store = store
        self._preparer = Preparer()
        self._storing = build_storing(store, encoder)

    def index(
        self,
        sources: Sequence[str],
        *,
        prune: bool = False,
        progress: Callable[[IndexProgress], None] | None = None,
    ) -> IndexSummary:
        """Index articles; those that did not change cost nothing, and a source that fails stops nothing.

        Articles are committed in batches: a run that is killed leaves a complete index of what it got to, and the
        next run goes on from there.

        :param sources: Files and folders.
        :param prune: Remove the articles of the folders whose file is gone.
        :param progress: Called as the run goes on.
        :returns: What was done.
        :raises pipelines.errors.VerbatimError: If the store cannot be written.
        """
        tally = _Tally()
        fingerprints = dict(self._store.fingerprints())
        total = sum(1 for _ in _found(sources, _Tally())) if progress else 0
        waiting: list[SplitArticle] = []
        for batch in _batches(_found(sources, tally), _ARTICLES_AT_A_TIME):
            prepared = self._preparer.prepare(batch, fingerprints)
            tally.unchanged += prepared.unchanged
            tally.failed += prepared.failed
            waiting += prepared.articles
            if sum(len(split.passages) for split in waiting) >= _PASSAGES_A_COMMIT:
                self._write(waiting, fingerprints, tally)
                waiting = []
            if progress:
                progress(IndexProgress(len(tally.seen) - len(waiting), total, tally.passages))
        self._write(waiting, fingerprints, tally)
        if progress:
            progress(IndexProgress(total, total, tally.passages))
        return tally.summary(self._prune(sources, tally) if prune else 0)

    def _write(self, articles: Sequence[SplitArticle], fingerprints: Mapping[str, str], tally: _Tally) -> None:
        if not articles:
            return
        documents = [passage_to_document(passage, split.article) for split in articles for passage in split.passages]
        self._storing.run({"embedder": {"documents": documents}, "writer": {"articles": list(articles)}})
        changed = sum(split.article.citation.id in fingerprints for split in articles)
        tally.changed += changed
        tally.added += len(articles) - changed
        tally.passages += len(documents)

    def _prune(self, sources: Sequence[str], tally: _Tally) -> int:
        gone: set[str] = set()
        for argument in sources:
            folder = absolute(argument)
            # A folder that is not there may be a disk that is not mounted: nothing is removed for it.
            if folder.is_dir():
                gone |= self._store.article_ids_under(_prefix(folder)) - tally.seen
        for blocked in tally.blocked:
            gone -= self._store.article_ids_under(_prefix(blocked.path))
        return self._store.delete_articles(gone) if gone else 0


def _prefix(folder: "os.PathLike[str]") -> str:
    return os.path.join(folder, "")  # noqa: PTH118  with the separator at its end


def _found(sources: Sequence[str], tally: _Tally) -> Iterator[Source]:
    """Find the articles, each once, and note what is none."""
    for argument in sources:
        for found in find(argument):
            if isinstance(found, Skipped | BlockedFolder | SourceError):
                tally.note(found)
            elif (found_id := article_id(found.origin)) not in tally.seen:
                tally.seen.add(found_id)
                yield found


def _batches(sources: Iterator[Source], size: int) -> Iterator[list[Source]]:
    batch: list[Source] = []
    for source in sources:
        batch.append(source)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
