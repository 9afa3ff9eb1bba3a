"""The store as a library: what is written is there, whole, once, and can be replaced and removed."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.documents import article_id, document_to_citation
from pipelines.errors import SearchUnavailableError, StorageError
from pipelines.store.opensearch import OpenSearchStore
from tests.pipelines.store.archive import indexed
from tests.pipelines.store.opensearch.fake_cluster import Answer, FakeCluster, Request

MUSEUM = indexed("/a.txt", "The museum opened.", "It was full.", title="Museum opens", published=date(2026, 1, 2))
BRIDGE = indexed("/b.txt", "The bridge fell.", title="Bridge falls", published=date(2026, 3, 4), source="The Times")
UNDATED = indexed("/c/d.txt", "Nobody knows when.", title="No date")


def test_before_anything_is_written_there_is_nothing_and_nothing_is_made(
    store: OpenSearchStore, cluster: FakeCluster
) -> None:
    assert store.count_articles() == store.count_documents() == 0
    assert store.articles() == []
    assert store.article("a") is None
    assert store.fingerprints() == {}
    assert store.keyword_retrieval("museum") == []
    assert not cluster.indexes


def test_an_article_comes_back_as_it_was_written(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM, UNDATED])

    assert store.article(MUSEUM.article.citation.id) == MUSEUM.article
    assert store.article(UNDATED.article.citation.id) == UNDATED.article
    assert store.article("unknown") is None
    assert (store.count_articles(), store.count_documents()) == (2, 3)


def test_a_found_passage_is_the_one_that_was_written(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM, UNDATED])

    [found] = store.keyword_retrieval("was it full?")
    [_, written] = MUSEUM.documents
    assert (found.id, found.content, found.meta) == (written.id, written.content, written.meta)
    assert found.embedding is None
    assert document_to_citation(found) == MUSEUM.article.citation


def test_articles_are_listed_newest_first_and_undated_last(store: OpenSearchStore) -> None:
    store.write_articles([UNDATED, MUSEUM, BRIDGE])

    listed = [BRIDGE.article.citation, MUSEUM.article.citation, UNDATED.article.citation]
    assert store.articles() == listed
    assert store.articles(offset=1, limit=1) == listed[1:2]


def test_a_batch_is_written_without_waiting_for_it_to_be_searchable(
    store: OpenSearchStore, cluster: FakeCluster
) -> None:
    for one in (MUSEUM, BRIDGE, UNDATED):
        store.write_articles([one])
    assert all("refresh" not in request.parameters for request in cluster.asked("POST", "/_bulk"))
    assert not cluster.asked("POST", "/verbatim-passages,verbatim-articles/_refresh")

    store.close()

    assert len(cluster.asked("POST", "/verbatim-passages,verbatim-articles/_refresh")) == 1
    assert len(cluster.indexes["verbatim-passages"].shown) == 4


def test_writing_an_article_again_replaces_its_passages(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM, BRIDGE])
    store.write_articles([indexed("/a.txt", "The museum closed.", "It was full.", title="Museum closes")])

    found = {document.content for document in store.filter_documents()}
    assert found == {"The museum closed.", "It was full.", "The bridge fell."}
    assert store.count_articles() == 2
    assert [document.meta["title"] for document in store.keyword_retrieval("full")] == ["Museum closes"]


def test_writing_the_same_again_changes_nothing(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM])
    before = {document.id: document for document in store.filter_documents()}
    store.write_articles([MUSEUM])

    assert {document.id: document for document in store.filter_documents()} == before
    assert store.fingerprints() == {MUSEUM.article.citation.id: MUSEUM.fingerprint}


def test_a_removed_article_takes_its_passages_along(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM, BRIDGE])

    assert store.delete_articles([MUSEUM.article.citation.id, "unknown"]) == 1
    assert store.delete_articles(["unknown"]) == store.delete_articles([]) == 0
    assert [document.content for document in store.filter_documents()] == ["The bridge fell."]
    assert store.articles() == [BRIDGE.article.citation]


def test_articles_are_found_by_the_beginning_of_their_origin(store: OpenSearchStore) -> None:
    store.write_articles([MUSEUM, UNDATED])

    assert store.article_ids_under("/c/") == {article_id("/c/d.txt")}
    assert store.article_ids_under("/x/") == set()


def test_more_articles_than_fit_a_page_are_all_read(store: OpenSearchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.store.opensearch.articles._PAGE", 2)
    archive = [indexed(f"/{number}.txt", f"Paragraph {number}.") for number in range(5)]
    store.write_articles(archive)

    assert store.fingerprints() == {one.article.citation.id: one.fingerprint for one in archive}
    assert len(store.article_ids_under("/")) == 5


@pytest.mark.parametrize("fatal", range(1, 4))
def test_a_write_that_breaks_off_is_made_good_by_the_next_run(
    store: OpenSearchStore, cluster: FakeCluster, fatal: int
) -> None:
    store.write_articles([MUSEUM])
    changed = indexed("/a.txt", "The museum closed.", title="Museum closes")
    steps: list[str] = []

    def break_off(request: Request) -> Answer | None:
        if request.path.endswith(("_bulk", "_delete_by_query")):
            steps.append(request.path)
            if len(steps) >= fatal:
                return 503, {"error": {"type": "unavailable", "reason": "shutting down"}, "status": 503}
        return None

    cluster.before = break_off
    with pytest.raises(SearchUnavailableError):
        store.write_articles([changed])
    cluster.before = lambda _: None

    assert store.fingerprints()[changed.article.citation.id] != changed.fingerprint
    store.write_articles([changed])
    assert [document.content for document in store.filter_documents()] == ["The museum closed."]
    assert store.fingerprints() == {changed.article.citation.id: changed.fingerprint}


def test_a_passage_that_is_refused_is_named_with_the_reason(store: OpenSearchStore) -> None:
    article = indexed("/a.txt", "The museum opened.")
    broken = replace(article, documents=(replace(article.documents[0], embedding=[1.0]),))

    with pytest.raises(StorageError, match="Vector dimension mismatch"):
        store.write_articles([broken])


def test_actions_that_a_busy_cluster_rejects_are_sent_again(
    store: OpenSearchStore, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.store.opensearch.bulk._PAUSE_SECONDS", 0)
    rejections = 2

    def reject_some(request: Request) -> Answer | None:
        nonlocal rejections
        if request.path != "/_bulk" or not rejections:
            return None
        rejections -= 1
        actions = [line["index"] for line in request.body if line.keys() == {"index"}]
        items = [{"index": {**one, "status": 429, "error": {"type": "rejected"}}} for one in actions]
        return 200, {"errors": True, "items": items}

    cluster.before = reject_some
    store.write_articles([MUSEUM])

    assert rejections == 0
    assert store.count_documents() == 2
