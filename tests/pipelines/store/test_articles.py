"""The store as a library of articles."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.documents import article_id, document_to_citation, document_to_passage
from pipelines.store import EmbeddedDocumentStore
from tests.pipelines.store.archive import embedding, indexed


def test_an_article_comes_back_as_it_was_written(store: EmbeddedDocumentStore) -> None:
    written = indexed("news/a.txt", "The convoy was struck.", "Nobody was hurt.", published=date(2021, 1, 5))
    store.write_articles([written])
    assert store.article(article_id("news/a.txt")) == written.article
    assert store.article("unknown") is None
    assert store.count_articles() == 1
    assert store.count_documents() == 2
    assert store.fingerprints() == {article_id("news/a.txt"): written.fingerprint}


def test_a_found_passage_gives_back_its_place_and_its_citation(store: EmbeddedDocumentStore) -> None:
    written = indexed("a", "The convoy was struck.", "Nobody was hurt.", published=date(2021, 1, 5))
    store.write_articles([written])
    [found] = store.keyword_retrieval("who got hurt?")
    passage = document_to_passage(found)
    assert written.article.text[passage.span.start : passage.span.end] == "Nobody was hurt."
    assert document_to_citation(found) == written.article.citation
    assert found.embedding is None
    assert found.score is not None


def test_articles_are_listed_newest_first_and_undated_last(store: EmbeddedDocumentStore) -> None:
    days = {"old": date(2020, 3, 1), "undated": None, "new": date(2021, 1, 5), "middle": date(2020, 12, 31)}
    store.write_articles([indexed(name, name, title=name, published=day) for name, day in days.items()])
    assert [citation.title for citation in store.articles()] == ["new", "middle", "old", "undated"]
    assert [citation.title for citation in store.articles(offset=1, limit=2)] == ["middle", "old"]


def test_writing_an_article_again_replaces_all_its_passages(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed("a", "The bridge was closed.", "A ferry runs instead.")])
    store.write_articles([indexed("a", "The bridge was opened.")])
    assert [document.content for document in store.filter_documents()] == ["The bridge was opened."]
    assert [document.content for document in store.keyword_retrieval("bridge ferry closed opened")] == [
        "The bridge was opened."
    ]
    assert [document.content for document in store.dense_retrieval(embedding("A ferry runs instead."))] == [
        "The bridge was opened."
    ]


def test_writing_the_same_article_twice_changes_nothing(store: EmbeddedDocumentStore) -> None:
    written = indexed("a", "The bridge was closed.", "A ferry runs instead.")
    store.write_articles([written, written])
    store.write_articles([written])
    assert [document.id for document in store.filter_documents()] == [document.id for document in written.documents]


def test_a_batch_is_written_whole_or_not_at_all(store: EmbeddedDocumentStore) -> None:
    good, bad = indexed("good", "The bridge was closed."), indexed("bad", "A ferry runs instead.")
    bad = replace(bad, documents=(replace(bad.documents[0], embedding=[1.0]),))
    with pytest.raises(ValueError, match="embedding of shape"):
        store.write_articles([good, bad])
    assert store.count_articles() == 0
    assert store.keyword_retrieval("bridge") == []


def test_deleting_an_article_deletes_its_passages(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed("a", "The bridge was closed."), indexed("b", "The bridge is long.")])
    assert store.delete_articles([article_id("a"), "unknown"]) == 1
    assert [document.content for document in store.keyword_retrieval("bridge")] == ["The bridge is long."]
    assert store.article(article_id("a")) is None


def test_an_article_goes_with_the_last_of_its_passages(store: EmbeddedDocumentStore) -> None:
    written = indexed("a", "The bridge was closed.", "A ferry runs instead.")
    store.write_articles([written])
    store.delete_documents([written.documents[0].id])
    assert store.count_articles() == 1
    store.delete_by_filter({"field": "meta.article_id", "operator": "==", "value": article_id("a")})
    assert store.fingerprints() == {}


def test_articles_are_found_by_the_beginning_of_their_origin(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed(origin, origin) for origin in ("news/a_1.txt", "news/%.txt", "newsroom/c.txt", "x")])
    assert store.article_ids_under("news/") == {article_id("news/a_1.txt"), article_id("news/%.txt")}
    assert store.article_ids_under("") == store.fingerprints().keys()


def test_a_new_title_is_searched_at_once(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed("a", "It was closed.", title="Bridge news")])
    first = indexed("a", "It was closed.", title="Harbour news")
    store.write_articles([first])
    assert store.keyword_retrieval("bridge") == []
    assert len(store.keyword_retrieval("harbour")) == 1
    store.update_by_filter({"field": "source", "operator": "==", "value": "The Post"}, {"title": "Ferry news"})
    assert store.keyword_retrieval("harbour") == []
    assert len(store.keyword_retrieval("ferry")) == 1


def test_an_article_without_passages_is_known(store: EmbeddedDocumentStore) -> None:
    store.write_articles([replace(indexed("a", "READ MORE"), documents=())])
    assert store.count_articles() == 1
    assert store.fingerprints().keys() == {article_id("a")}
