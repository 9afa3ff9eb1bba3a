"""Overlapping passages of one article are read as one."""

from haystack import Document
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.joining import MOST_WORDS, PassageJoiner

TEXT = " ".join(f"word{number}." for number in range(400))


def passage(start: int, end: int, *, article: str = "a", kind: str = "body") -> Document:
    meta = {"article_id": article, "start": start, "end": end, "kind": kind}
    return Document(id=f"{article}{kind}{start}", content=TEXT[start:end], meta=meta)


def joined(*documents: Document, **copies: list[Document]) -> tuple[list[Document], dict[str, list[Document]]]:
    found = PassageJoiner().run(list(documents), copies)
    return found["documents"], found["copies"]


def test_overlapping_passages_become_one_in_the_place_of_the_best() -> None:
    second, other, first = passage(80, 200), passage(0, 50, article="b"), passage(0, 100)
    documents, _ = joined(second, other, first)

    assert [document.meta["article_id"] for document in documents] == ["a", "b"]
    assert documents[0].id == second.id
    assert documents[0].content == TEXT[0:200]
    assert (documents[0].meta["start"], documents[0].meta["end"]) == (0, 200)


def test_passages_apart_captions_and_other_articles_stay_alone() -> None:
    alone = [passage(0, 100), passage(120, 200), passage(90, 150, kind="caption"), passage(50, 150, article="b")]

    assert joined(*alone)[0] == alone


def test_what_is_joined_stays_short() -> None:
    documents, _ = joined(*(passage(start, start + 500) for start in range(0, 2000, 400)))

    assert len(documents) > 1
    assert all(len((document.content or "").split()) <= MOST_WORDS for document in documents)


def test_the_copies_of_all_parts_are_told() -> None:
    first, second = passage(0, 100), passage(80, 200)
    one, two = passage(0, 100, article="c"), passage(80, 200, article="c")
    documents, copies = joined(second, first, abody0=[one], abody80=[two])

    assert copies == {documents[0].id: [one, two]}


@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 600)), unique_by=lambda pair: pair[0], max_size=6))
def test_every_passage_is_the_articles_own_text_and_nothing_is_lost(spans: list[tuple[int, int]]) -> None:
    read = [passage(start, start + length) for start, length in spans]
    documents, _ = joined(*read)

    for document in documents:
        assert document.content == TEXT[document.meta["start"] : document.meta["end"]]
    for part in read:
        assert any(
            whole.meta["start"] <= part.meta["start"] and part.meta["end"] <= whole.meta["end"] for whole in documents
        )
