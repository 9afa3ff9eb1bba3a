"""Copying an index from one store to another, without reading or encoding anything again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pipelines.index_summary import IndexProgress, IndexSummary, Tally
from pipelines.indexing import ArticleStore
from pipelines.store.types import IndexedArticle

# A batch is what one request to a cluster bears well, and little enough to lose when the connection breaks.
_PASSAGES_A_BATCH = 500
_ARTICLES_A_BATCH = 100


class ReadsArticles(Protocol):
    """A store that gives back everything it was given of an article."""

    def fingerprints(self) -> Mapping[str, str]:
        """Tell what the indexed articles were made from, by article id."""
        ...

    def indexed_article(self, id: str) -> IndexedArticle | None:  # noqa: A002  as in the store
        """Read an article with its passages and their embeddings.

        :param id: The article's id.
        :returns: The article, or None if it is not indexed.
        """
        ...


def copy_articles(
    source: ReadsArticles, target: ArticleStore, *, progress: Callable[[IndexProgress], None] | None = None
) -> IndexSummary:
    """Copy the articles that the other store does not have, or has in another version.

    They are read and written a few at a time. A run that is killed leaves the articles it got to, and the next one goes
    on from there. Articles that only the other store has are left alone.

    :param source: Where from.
    :param target: Where to; its encoder must be the same.
    :param progress: Called as the copying goes on.
    :returns: What was copied.
    :raises pipelines.errors.VerbatimError: If one cannot be read or the other written.
    """
    there, wanted = target.fingerprints(), source.fingerprints()
    tally = Tally()
    batch: list[IndexedArticle] = []
    for number, (article_id, fingerprint) in enumerate(wanted.items(), 1):
        if there.get(article_id) == fingerprint:
            tally.unchanged += 1
        elif indexed := source.indexed_article(article_id):
            batch.append(indexed)
        if number == len(wanted) or len(batch) == _ARTICLES_A_BATCH or _passages(batch) >= _PASSAGES_A_BATCH:
            tally.copies += target.write_articles(batch)
            _count(batch, there, tally)
            batch = []
            if progress:
                progress(IndexProgress(tally.done, len(wanted), tally.passages))
    return tally.summary(0)


def _count(batch: Sequence[IndexedArticle], there: Mapping[str, str], tally: Tally) -> None:
    changed = sum(indexed.article.citation.id in there for indexed in batch)
    tally.changed += changed
    tally.added += len(batch) - changed
    tally.passages += _passages(batch)


def _passages(batch: Sequence[IndexedArticle]) -> int:
    return sum(len(indexed.documents) for indexed in batch)
