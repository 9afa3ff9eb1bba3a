"""Finding passages by their words and by their meaning."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from haystack import Document
from haystack.errors import FilterError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.components.retrievers import DenseRetriever, KeywordRetriever
from pipelines.store import EmbeddedDocumentStore, retrieval
from tests.pipelines.store.archive import DIMENSION, embedding, indexed

SINCE_MAY: dict[str, Any] = {"field": "meta.published", "operator": ">=", "value": "2021-05-01"}


def contents(documents: list[Document]) -> list[str | None]:
    return [document.content for document in documents]


def test_word_stems_and_accents_are_found(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed("a", "The ministers were meeting in São Paulo.", "It rained.")])
    assert contents(store.keyword_retrieval("minister's meetings")) == ["The ministers were meeting in São Paulo."]
    assert contents(store.keyword_retrieval("sao paulo")) == ["The ministers were meeting in São Paulo."]


def test_a_word_of_the_title_finds_every_passage_and_counts_more(store: EmbeddedDocumentStore) -> None:
    store.write_articles(
        [
            indexed("a", "It was closed on Monday.", title="The harbour bridge"),
            indexed("b", "The bridge was mentioned on Monday.", title="Other news of the day"),
        ]
    )
    assert contents(store.keyword_retrieval("bridge")) == [
        "It was closed on Monday.",
        "The bridge was mentioned on Monday.",
    ]


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "title:", "bridge AND (", '"bridge', "a:b~2^3 [x TO y]", "bridge\ud83d", "桥", "\x00"]
)
def test_any_question_can_be_asked(store: EmbeddedDocumentStore, question: str) -> None:
    store.write_articles([indexed("a", "The bridge was closed.", title="News")])
    assert contents(store.keyword_retrieval(question)) == (["The bridge was closed."] if "bridge" in question else [])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200))
def test_no_question_breaks_the_search(store: EmbeddedDocumentStore, question: str) -> None:
    if not store.count_documents():
        store.write_articles([indexed("a", "The bridge was closed.")])
    assert len(store.keyword_retrieval(question)) <= 1


def test_the_nearest_embedding_comes_first_with_its_cosine(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed(f"n{number}", f"Passage {number}.") for number in range(20)])
    found = store.dense_retrieval(2.5 * embedding("Passage 7."), top_k=3)
    assert found[0].content == "Passage 7."
    assert found[0].score == pytest.approx(1.0, abs=1e-5)
    assert [document.score for document in found] == sorted((document.score or 0 for document in found), reverse=True)


def test_documents_without_embedding_are_found_by_their_words_only(store: EmbeddedDocumentStore) -> None:
    store.write_documents(
        [Document(content="The bridge.", meta={}), Document(content=None, meta={"title": "A bridge"})]
    )
    assert store.dense_retrieval(embedding("x")) == []
    assert len(store.keyword_retrieval("bridge")) == 2


@pytest.mark.parametrize("few", [0, 10_000])
def test_filters_are_honoured_before_ranking(
    store: EmbeddedDocumentStore, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    # With 0, the way of the large archives is taken: the best of all are looked through.
    monkeypatch.setattr(retrieval, "_FEW", few)
    monkeypatch.setattr(retrieval, "_MOST_LOOKED_THROUGH", 60)
    first = date(2021, 1, 1)
    store.write_articles(
        [indexed(f"n{day}", f"Bridge day {day}.", published=first + timedelta(days=day)) for day in range(150)]
    )
    for filters, matching in ((SINCE_MAY, 30), ({**SINCE_MAY, "operator": "<"}, 120)):
        for top_k in (5, 25):
            by_words = store.keyword_retrieval("bridge day 3", filters=filters, top_k=top_k)
            by_meaning = store.dense_retrieval(embedding("Bridge day 3."), filters=filters, top_k=top_k)
            for found in (by_words, by_meaning):
                assert len({document.id for document in found}) == top_k
                late = [document.meta["published"] >= "2021-05-01" for document in found]
                assert all(late) if filters is SINCE_MAY else not any(late)
        assert len(store.dense_retrieval(embedding("x"), filters=filters, top_k=150)) == matching
        assert len(store.keyword_retrieval("bridge", filters=filters, top_k=150)) == matching
    nothing = {"field": "source", "operator": "==", "value": "Nobody"}
    assert store.keyword_retrieval("bridge", filters=nothing) == []
    assert store.dense_retrieval(embedding("x"), filters=nothing) == []


def test_malformed_filters_and_embeddings_are_refused(store: EmbeddedDocumentStore) -> None:
    with pytest.raises(FilterError, match="Valid operators are"):
        store.keyword_retrieval("x", filters={"field": "source", "operator": "~", "value": 1})
    with pytest.raises(ValueError, match="needed are 8 numbers"):
        store.dense_retrieval(np.zeros(3, dtype=np.float32))
    with pytest.raises(ValueError, match="top_k"):
        store.keyword_retrieval("x", top_k=-1)
    assert store.keyword_retrieval("x", top_k=0) == []


def test_an_empty_store_answers(tmp_path: Path) -> None:
    store = EmbeddedDocumentStore(tmp_path / "new", DIMENSION)
    assert store.keyword_retrieval("bridge") == []
    assert store.dense_retrieval(embedding("bridge")) == []
    assert store.articles() == []
    store.close()


@pytest.mark.parametrize("kind", [KeywordRetriever, DenseRetriever])
def test_a_retriever_survives_its_description(
    store: EmbeddedDocumentStore, kind: type[KeywordRetriever] | type[DenseRetriever]
) -> None:
    filters = {"field": "meta.source", "operator": "==", "value": "The Paper"}
    described = kind(store, top_k=7, filters=filters).to_dict()
    assert kind.from_dict(described).to_dict() == described
