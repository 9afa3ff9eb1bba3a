"""The store recognises the articles that are copies of one text."""

import gzip
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.documents import article_id
from pipelines.store import EmbeddedDocumentStore
from pipelines.store.record import RECORD_NAME
from tests.pipelines.store.archive import DIMENSION, ENCODER, indexed
from tests.pipelines.test_wording import prose

PARAGRAPHS = [prose(seed, 60) for seed in range(8)]
TEXT = " ".join(PARAGRAPHS)
BOILERPLATE = "All rights reserved, subscribe to our newsletter for the latest news from the region and beyond it."


def families(store: EmbeddedDocumentStore) -> list[list[str]]:
    """The origins of the articles, those of each family together."""
    names = {article_id(name): name for name in "abcdefgh"}
    found: dict[int, list[str]] = {}
    for one, family in sorted(store.families(names).items(), key=lambda pair: names[pair[0]]):
        found.setdefault(family, []).append(names[one])
    return sorted(found.values())


def with_changed_words(text: str, share: float) -> str:
    chance = random.Random(3)
    return " ".join(word if chance.random() > share else "changed" for word in text.split())


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        TEXT.upper(),
        f"BAGHDAD, 5 January (Agency) - {TEXT}",
        f"{TEXT} {BOILERPLATE}",
        " ".join(PARAGRAPHS[:5]),
        " ".join(PARAGRAPHS[2:]),
        with_changed_words(TEXT, 0.1),
    ],
    ids=["same", "case", "dateline", "boilerplate", "end cut", "beginning cut", "a tenth changed"],
)
def test_a_near_copy_is_of_the_family(store: EmbeddedDocumentStore, copy: str) -> None:
    assert store.write_articles([indexed("a", TEXT), indexed("c", prose(99, 500))]) == 0
    assert store.write_articles([indexed("b", copy)]) == 1
    assert families(store) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    "other",
    [
        f"{prose(7, 20)} {PARAGRAPHS[0]} {prose(8, 300)}",
        with_changed_words(TEXT, 0.4),
        f"{prose(9, 300)} {BOILERPLATE}",
    ],
    ids=["quotes a paragraph", "rewritten", "boilerplate"],
)
def test_what_shares_some_words_is_not(store: EmbeddedDocumentStore, other: str) -> None:
    assert store.write_articles([indexed("a", f"{TEXT} {BOILERPLATE}"), indexed("b", other)]) == 0
    assert families(store) == [["a"], ["b"]]


def test_short_texts_are_copies_only_when_they_are_the_same(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed("a", "The bridge was closed on Monday, police said in a statement.")])
    assert store.write_articles([indexed("b", "The bridge was closed on Tuesday, police said in a statement.")]) == 0
    assert store.write_articles([indexed("c", "The bridge was closed on Monday, police said in a statement")]) == 1
    assert store.write_articles([indexed("d", " "), indexed("e", " ")]) == 0


def test_a_family_outlives_its_first_article(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed(name, TEXT, title=name) for name in "abc"])
    store.delete_articles([article_id("a")])
    assert families(store) == [["b", "c"]]
    store.write_articles([indexed("a", prose(99, 500))])
    assert families(store) == [["a"], ["b", "c"]]
    store.write_articles([indexed("a", TEXT)])
    assert families(store) == [["a", "b", "c"]]


def test_a_changed_article_leaves_its_family(store: EmbeddedDocumentStore) -> None:
    store.write_articles([indexed(name, TEXT) for name in "ab"])
    store.write_articles([indexed("b", prose(99, 500))])
    assert families(store) == [["a"], ["b"]]
    store.delete_articles([article_id(name) for name in "ab"])
    with closing(sqlite3.connect(Path(store.path) / RECORD_NAME)) as connection:
        assert connection.execute("SELECT count(*) FROM anchors").fetchone() == (0,)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.one_of(st.none(), st.integers(0, 2))), max_size=10),
)
def test_families_are_those_of_the_texts_whatever_was_written_before(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[str, int | None]]
) -> None:
    store = EmbeddedDocumentStore(tmp_path_factory.mktemp("data"), DIMENSION)
    texts: dict[int, list[str]] = {}
    for name, text in steps:
        for names in texts.values():
            names[:] = [one for one in names if one != name]
        if text is None:
            store.delete_articles([article_id(name)])
        else:
            store.write_articles([indexed(name, prose(text, 200))])
            texts.setdefault(text, []).append(name)
    assert families(store) == sorted(sorted(names) for names in texts.values() if names)
    store.close()


def test_the_articles_of_an_older_index_are_recognised(tmp_path: Path) -> None:
    stored = Path(__file__).parent / "data" / "version-1.sqlite3.gz"
    (tmp_path / RECORD_NAME).write_bytes(gzip.decompress(stored.read_bytes()))
    store = EmbeddedDocumentStore(tmp_path, DIMENSION, encoder=ENCODER)
    ids = [citation.id for citation in store.articles()]
    assert store.families(ids) == {}
    store.recognise_copies()
    assert len(set(store.families(ids).values())) == 2
    article = store.article(ids[0])
    assert article is not None
    assert store.write_articles([indexed("copy", article.text)]) == 1
    store.close()
