"""Copies are recognised in a cluster as in a folder, whether or not what they are copies of can be searched already."""

from pathlib import Path

import pytest

from pipelines.documents import article_id
from pipelines.errors import SearchUnavailableError
from pipelines.store import EmbeddedDocumentStore
from pipelines.store.opensearch import OpenSearchStore, copies
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import Answer, FakeCluster, Request
from tests.pipelines.test_wording import prose

TEXT, OTHER, THIRD = prose(1, 300), prose(2, 300), prose(3, 300)
ARCHIVE = [
    indexed("a", TEXT),
    indexed("b", OTHER),
    indexed("c", f"BAGHDAD, 5 January (Agency) - {TEXT}"),
    indexed("d", " ".join(OTHER.split()[:200])),
    indexed("e", THIRD),
    indexed("f", "The bridge was closed on Monday, police said in a statement."),
    indexed("g", "The bridge was closed on Tuesday, police said in a statement."),
    indexed("h", " "),
    indexed("i", " "),
]


def families(store: OpenSearchStore | EmbeddedDocumentStore) -> list[list[str]]:
    """The origins of the articles, those of each family together."""
    names = {article_id(name): name for name in "abcdefghi"}
    found: dict[int, list[str]] = {}
    for one, family in store.families(names).items():
        found.setdefault(family, []).append(names[one])
    return sorted(sorted(family) for family in found.values())


EXPECTED = [["a", "c"], ["b", "d"], ["e"], ["f"], ["g"], ["h"], ["i"]]


@pytest.mark.parametrize("size", [1, 2, len(ARCHIVE)])
@pytest.mark.parametrize("searchable", [True, False])
def test_copies_are_of_one_family(store: OpenSearchStore, size: int, searchable: bool) -> None:
    count = 0
    for start in range(0, len(ARCHIVE), size):
        count += store.write_articles(ARCHIVE[start : start + size])
        if searchable:
            store.close()

    assert count == 2
    assert families(store) == EXPECTED
    assert store.families(["unknown"]) == store.families([]) == {}


def test_writing_again_changes_no_family(store: OpenSearchStore) -> None:
    store.write_articles(ARCHIVE)
    before = store.families(article_id(name) for name in "abcdefghi")
    store.close()
    store.write_articles(ARCHIVE)

    assert families(store) == EXPECTED
    assert store.families(before).keys() == before.keys()


def test_an_article_with_another_text_leaves_its_family(store: OpenSearchStore) -> None:
    store.write_articles(ARCHIVE[:4])
    store.write_articles([indexed("a", THIRD)])

    assert families(store) == [["a"], ["b", "d"], ["c"]]
    assert store.write_articles([indexed("e", TEXT)]) == 1
    assert families(store) == [["a"], ["b", "d"], ["c", "e"]]


def test_when_many_wait_to_be_searchable_they_are_made_so(
    store: OpenSearchStore, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_MOST_KEPT", 3)
    for one in ARCHIVE:
        store.write_articles([one])

    assert len(cluster.asked("POST", "/verbatim-passages,verbatim-articles/_refresh")) == 2
    assert families(store) == EXPECTED


def test_a_search_for_copies_that_fails_is_a_failure(store: OpenSearchStore, cluster: FakeCluster) -> None:
    def fail(request: Request) -> Answer | None:
        unavailable = {"error": {"type": "search_phase_execution_exception"}, "status": 503}
        return (200, {"responses": [unavailable]}) if request.path.endswith("_msearch") else None

    cluster.before = fail
    with pytest.raises(SearchUnavailableError):
        store.write_articles(ARCHIVE[:1])


def test_a_folder_has_the_same_families(tmp_path: Path) -> None:
    folder = EmbeddedDocumentStore(tmp_path, DIMENSION)
    folder.write_articles(ARCHIVE)

    assert families(folder) == EXPECTED
    folder.close()
