"""Finding passages: by words, by meaning, and only those that filters let through."""

from datetime import date

import pytest
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter
from haystack_integrations.components.retrievers.opensearch import OpenSearchEmbeddingRetriever
from haystack_integrations.document_stores.opensearch import OpenSearchDocumentStore

from pipelines.components.retrievers import DenseRetriever, KeywordRetriever
from pipelines.store.opensearch import OpenSearchStore
from tests.pipelines.store.archive import DIMENSION, embedding, indexed
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster

ARCHIVE = [
    indexed(
        "/a", "The museum opened on Monday.", title="A *new* museum", source="The Times", published=date(2026, 1, 5)
    ),
    indexed("/b", "The bridge fell on Tuesday.", title="Bridge", source="The Post", published=date(2026, 2, 5)),
    indexed("/c", "The river rose on Monday.", title="Élysée flooded", source="the times online"),
]
EVERY = [document for one in ARCHIVE for document in one.documents]


@pytest.fixture
def store(store: OpenSearchStore) -> OpenSearchStore:
    store.write_articles(ARCHIVE)
    return store


def meta(field: str, operator: str, value: object) -> dict[str, object]:
    return {"field": f"meta.{field}", "operator": operator, "value": value}


FILTERS = [
    meta("published", ">=", "2026-02-01"),
    meta("published", "<=", "2026-01-31"),
    meta("published", "==", "2026-01-05"),
    meta("published", "!=", "2026-01-05"),
    meta("published", "==", None),
    meta("source", "in", ["The Times", "The Post"]),
    meta("source", "not in", ["The Times"]),
    meta("title", "in", ["A *new* museum"]),
    meta("title", "==", "museum"),
    meta("index", ">=", 0),
    {"operator": "AND", "conditions": [meta("published", ">=", "2026-01-01"), meta("source", "==", "The Post")]},
    {"operator": "OR", "conditions": [meta("title", "==", "Bridge"), meta("published", "==", None)]},
    {"operator": "NOT", "conditions": [meta("title", "==", "Bridge"), meta("source", "==", "The Post")]},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_mean_what_they_mean_in_haystack(store: OpenSearchStore, filters: dict[str, object]) -> None:
    wanted = {document.id for document in EVERY if document_matches_filter(filters, document)}
    question = embedding("anything").tolist()

    assert {document.id for document in store.filter_documents(filters)} == wanted
    assert {document.id for document in store.dense_retrieval(question, filters=filters)} == wanted
    found = store.keyword_retrieval("museum bridge river on", filters=filters)
    assert {document.id for document in found} == wanted


def test_malformed_filters_are_refused(store: OpenSearchStore) -> None:
    with pytest.raises(FilterError):
        store.keyword_retrieval("museum", filters={"operator": "AND"})


def test_word_stems_are_found_in_texts_and_titles(store: OpenSearchStore) -> None:
    [flooded] = store.keyword_retrieval("floods elysee")
    assert flooded.meta["title"] == "Élysée flooded"
    assert store.keyword_retrieval("") == store.keyword_retrieval("?!") == []


def test_the_nearest_embedding_comes_first_with_its_cosine(store: OpenSearchStore) -> None:
    wanted, vector = EVERY[1], embedding("The bridge fell on Tuesday.")

    first, *others = store.dense_retrieval(wanted.embedding or [])

    assert (first.id, first.score) == (wanted.id, pytest.approx(1.0, abs=1e-5))
    for other in others:
        [written] = [document for document in EVERY if document.id == other.id]
        assert other.score == pytest.approx(float(embedding(written.content or "") @ vector), abs=1e-5)


def test_no_more_come_than_are_asked_for(store: OpenSearchStore) -> None:
    assert len(store.dense_retrieval(EVERY[0].embedding or [], top_k=2)) == 2
    assert store.keyword_retrieval("monday", top_k=0) == []


def test_an_embedding_of_another_length_is_refused(store: OpenSearchStore) -> None:
    with pytest.raises(ValueError, match="needed are 8"):
        store.dense_retrieval([0.1, 0.2])


@pytest.mark.parametrize(
    ("field", "term", "values"),
    [
        ("source", None, ["The Post", "The Times", "the times online"]),
        ("source", "TIMES", ["The Times", "the times online"]),
        ("meta.title", "élysée", ["Élysée flooded"]),
        ("title", "*new*", ["A *new* museum"]),
        ("title", "nothing", []),
    ],
)
def test_outlets_and_titles_are_listed_by_what_they_contain(
    store: OpenSearchStore, field: str, term: str | None, values: list[str]
) -> None:
    assert store.get_metadata_field_unique_values(field, term) == (values, len(values))
    assert store.get_metadata_field_unique_values(field, term, from_=1, size=1)[0] == values[1:2]


def test_values_are_listed_of_articles_that_filters_let_through(store: OpenSearchStore) -> None:
    filters = meta("published", ">=", "2026-02-01")

    assert store.get_metadata_field_unique_values("source", None, 0, 10, filters) == (["The Post"], 1)


async def test_the_retrievers_of_the_pipeline_use_it(store: OpenSearchStore) -> None:
    words, meaning = KeywordRetriever(store, top_k=1), DenseRetriever(store, top_k=1)

    assert words.run("the museum")["documents"] == (await words.run_async("the museum"))["documents"]
    question = EVERY[2].embedding or []
    assert meaning.run(question)["documents"] == (await meaning.run_async(question))["documents"]


def test_haystack_s_own_store_and_retriever_search_the_same_index(store: OpenSearchStore) -> None:
    store.close()
    theirs = OpenSearchDocumentStore(hosts=list(store.hosts), index=f"{store.index}-passages", embedding_dim=DIMENSION)
    wanted = EVERY[1]

    for searched in (theirs, store):
        retriever = OpenSearchEmbeddingRetriever(document_store=searched, efficient_filtering=True)
        [found] = retriever.run(wanted.embedding or [], filters=meta("source", "==", "The Post"))["documents"]
        assert (found.id, found.content, found.meta) == (wanted.id, wanted.content, wanted.meta)
    theirs.close()


def test_before_anything_is_written_there_is_nothing_to_find(node: str) -> None:
    empty = OpenSearchStore([node], embedding_dim=DIMENSION)

    assert empty.get_metadata_field_unique_values("source", "times") == ([], 0)
    assert empty.dense_retrieval(embedding("anything").tolist()) == []
    empty.close()


def test_passages_can_be_written_as_haystack_does(node: str, cluster: FakeCluster) -> None:
    store = OpenSearchStore([node], embedding_dim=DIMENSION)

    assert store.write_documents(EVERY[:1]) == 1
    with pytest.raises(DuplicateDocumentError):
        store.write_documents(EVERY[:1], DuplicatePolicy.FAIL)
    assert store.write_documents(EVERY, DuplicatePolicy.SKIP) == 2

    assert "verbatim" in cluster.indexes["verbatim-passages"].body["mappings"]["_meta"]
    assert [document.id for document in store.keyword_retrieval("bridge")] == [EVERY[1].id]
    store.close()
