"""The indexing pipeline: from article files to the store."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from haystack import Pipeline

from pipelines.components.encoder import OnnxDocumentEmbedder, SentenceEncoder
from pipelines.components.splitter import SplitArticle
from pipelines.components.writer import ArticleWriter, TakesArticles
from pipelines.documents import article_id, passage_to_document
from pipelines.errors import SourceError
from pipelines.index_summary import IndexProgress, IndexSummary, Tally
from pipelines.preparation import Batch, Source
from pipelines.sources.fetcher import Fetcher
from pipelines.sources.files import Blocked, Skipped
from pipelines.sources.find import DEFAULT_OPTIONS, Finder, SourceOptions, count_files, origin_prefixes
from pipelines.sources.unchanged import Unchanged
from pipelines.workers import prepare_all

# Enough for the encoder to find texts of like length, and little enough to lose when the power goes.
_PASSAGES_A_COMMIT = 256
_ARTICLES_AT_A_TIME = 16


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

    def recognise_copies(self) -> None:
        """Look for copies among the articles that were indexed before copies were recognised."""
        ...


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
    """Brings a store up to date with article files and pages.

    :param store: The store; it may be read while an index run writes.
    :param encoder: What makes the vectors; must be the one that the store was made with.
    :param visits: Where it is kept what was fetched from the web before, or None to keep it only for now.
    :param workers: Processes that read, convert, clean and split while this one encodes; few articles need none.
    :param fetcher: What fetches from the web, instead of one made as the options ask.
    """

    def __init__(
        self,
        store: ArticleStore,
        encoder: SentenceEncoder,
        *,
        visits: Path | None = None,
        workers: int = 1,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._store = store
        self._storing = build_storing(store, encoder)
        self._visits = visits
        self._workers = workers
        self._fetcher = fetcher

    def index(
        self,
        sources: Sequence[str],
        *,
        prune: bool = False,
        progress: Callable[[IndexProgress], None] | None = None,
        options: SourceOptions = DEFAULT_OPTIONS,
    ) -> IndexSummary:
        """Index articles; those that did not change cost nothing, and a source that fails stops nothing.

        Articles are committed in batches: a run that is killed leaves a complete index of what it got to, and the
        next run goes on from there.

        :param sources: Files, folders and addresses on the web.
        :param prune: Remove the articles of the folders, tables and archives whose file or row is gone.
        :param progress: Called as the run goes on.
        :param options: How sources are read.
        :returns: What was done.
        :raises pipelines.errors.VerbatimError: If the store cannot be written.
        """
        tally = Tally()
        self._store.recognise_copies()
        fingerprints = dict(self._store.fingerprints())
        total = sum(map(count_files, sources)) if progress else 0
        waiting: list[SplitArticle] = []
        with Finder(fingerprints, options, visits=self._visits, fetcher=self._fetcher) as finder:
            batches = _batches(_articles(sources, finder, tally), fingerprints)
            with closing(prepare_all(batches, workers=self._workers)) as prepared_batches:
                for prepared in prepared_batches:
                    tally.unchanged += prepared.unchanged
                    tally.failed += prepared.failed
                    waiting += prepared.articles
                    if sum(len(split.passages) for split in waiting) >= _PASSAGES_A_COMMIT:
                        self._write(waiting, fingerprints, tally)
                        waiting = []
                    if progress:
                        progress(IndexProgress(tally.done, max(total, tally.done), tally.passages))
        self._write(waiting, fingerprints, tally)
        if progress:
            progress(IndexProgress(tally.done, tally.done, tally.passages))
        return tally.summary(self._prune(sources, tally) if prune else 0)

    def remove(self, origins: Iterable[str]) -> int:
        """Remove articles.

        :param origins: What identifies them: the absolute paths of files and folders.
        :returns: How many there were.
        :raises pipelines.errors.VerbatimError: If the store cannot be written.
        """
        gone: set[str] = set()
        for origin in origins:
            gone |= {article_id(origin)}
            for inside in ("/", "#", "!/"):
                gone |= self._store.article_ids_under(origin + inside)
        return self._store.delete_articles(gone)

    def _write(self, articles: Sequence[SplitArticle], fingerprints: Mapping[str, str], tally: Tally) -> None:
        if not articles:
            return
        documents = [passage_to_document(passage, split.article) for split in articles for passage in split.passages]
        stored = self._storing.run({"embedder": {"documents": documents}, "writer": {"articles": list(articles)}})
        tally.copies += stored["writer"]["copies"]
        changed = sum(split.article.citation.id in fingerprints for split in articles)
        tally.changed += changed
        tally.added += len(articles) - changed
        tally.passages += len(documents)

    def _prune(self, sources: Sequence[str], tally: Tally) -> int:
        gone: set[str] = set()
        for prefix in (prefix for argument in sources for prefix in origin_prefixes(argument)):
            gone |= self._store.article_ids_under(prefix) - tally.seen
        for blocked in tally.blocked:
            gone -= self._store.article_ids_under(blocked.origin_prefix)
        return self._store.delete_articles(gone) if gone else 0


def _articles(sources: Sequence[str], finder: Finder, tally: Tally) -> Iterator[Source]:
    """Find the articles to prepare, each once, and note what else there is."""
    for found in (found for argument in sources for found in finder.find(argument)):
        if isinstance(found, Skipped | Blocked | SourceError):
            tally.note(found)
            continue
        found_id = article_id(found.origin)
        if found_id in tally.seen:
            continue
        tally.seen.add(found_id)
        if isinstance(found, Unchanged):
            tally.unchanged += 1
        else:
            yield found


def _batches(sources: Iterator[Source], fingerprints: Mapping[str, str]) -> Iterator[Batch]:
    batch: list[tuple[Source, str | None]] = []
    for source in sources:
        batch.append((source, fingerprints.get(article_id(source.origin))))
        if len(batch) == _ARTICLES_AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch
