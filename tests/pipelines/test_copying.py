"""An index moves from a folder to a cluster as it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipelines import copying
from pipelines.copying import copy_articles
from pipelines.errors import SearchUnavailableError
from pipelines.index_summary import IndexProgress
from pipelines.store import EmbeddedDocumentStore, IndexedArticle
from pipelines.store.opensearch import OpenSearchStore
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node

ARCHIVE = [indexed(f"/{number}.txt", *(f"Paragraph {number}-{part}." for part in range(3))) for number in range(10)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(tmp_path, DIMENSION)
    store.write_articles(ARCHIVE)
    yield store
    store.close()


@pytest.fixture
def cluster() -> Iterator[OpenSearchStore]:
    with running_node(FakeCluster()) as address:
        store = OpenSearchStore([address], embedding_dim=DIMENSION)
        yield store
        store.close()


def test_everything_of_an_article_is_copied(folder: EmbeddedDocumentStore, cluster: OpenSearchStore) -> None:
    summary = copy_articles(folder, cluster)

    assert (summary.added, summary.changed, summary.unchanged, summary.passages) == (10, 0, 0, 30)
    assert cluster.fingerprints() == folder.fingerprints()
    assert cluster.articles() == folder.articles()
    for one in ARCHIVE:
        assert cluster.article(one.article.citation.id) == one.article
        [vector] = [document.embedding for document in one.documents[:1]]
        found, *_ = cluster.dense_retrieval(vector or [], top_k=1)
        assert (found.id, found.content, found.meta) == (
            one.documents[0].id, one.documents[0].content, one.documents[0].meta,
        )  # fmt: skip
        assert found.score == pytest.approx(1.0)


def test_a_second_run_copies_only_what_changed(folder: EmbeddedDocumentStore, cluster: OpenSearchStore) -> None:
    copy_articles(folder, cluster)
    folder.write_articles([indexed("/0.txt", "Something else."), indexed("/new.txt", "Something new.")])

    summary = copy_articles(folder, cluster)

    assert (summary.added, summary.changed, summary.unchanged, summary.passages) == (1, 1, 9, 2)
    assert cluster.count_documents() == folder.count_documents()


def test_a_run_that_breaks_off_is_gone_on_with(
    folder: EmbeddedDocumentStore, cluster: OpenSearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_ARTICLES_A_BATCH", 2)
    target = BreaksOff(cluster, after=3)
    with pytest.raises(SearchUnavailableError):
        copy_articles(folder, target)

    summary = copy_articles(folder, cluster)

    assert (summary.added, summary.unchanged) == (4, 6)
    assert cluster.count_documents() == 30


def test_progress_is_told_to_the_end(
    folder: EmbeddedDocumentStore, cluster: OpenSearchStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PASSAGES_A_BATCH", 6)
    told: list[IndexProgress] = []
    copy_articles(folder, cluster, progress=told.append)

    assert [one.passages for one in told] == [6, 12, 18, 24, 30]
    assert told[-1] == IndexProgress(10, 10, 30)


class BreaksOff:
    """A cluster that goes away after some batches."""

    def __init__(self, store: OpenSearchStore, *, after: int) -> None:
        self._store = store
        self._left = after
        self.fingerprints = store.fingerprints
        self.article_ids_under = store.article_ids_under
        self.delete_articles = store.delete_articles
        self.recognise_copies = store.recognise_copies

    def write_articles(self, batch: Sequence[IndexedArticle]) -> int:
        if not self._left:
            msg = "The search is unavailable."
            raise SearchUnavailableError(msg)
        self._left -= 1
        return self._store.write_articles(batch)
