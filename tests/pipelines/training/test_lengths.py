from pathlib import Path

from haystack import Document
from haystack.dataclasses import ExtractedAnswer

from pipelines.answering import Reading, Retrieved
from pipelines.components.encoder import SentenceEncoder
from pipelines.training.lengths import with_fewer
from pipelines.training.library import index_texts


def test_fewer_passages_leave_the_answers_of_the_best_ones() -> None:
    read = [Document(id=name, content=name) for name in "abc"]
    answers = [
        ExtractedAnswer("who", score, data=name, document=document)
        for score, document, name in zip((0.2, 0.9, 0.8), read, "abc", strict=True)
    ]
    nothing = ExtractedAnswer("who", 0.5)

    fewer = with_fewer(Reading([*answers, nothing], Retrieved(read, read, read)), 2)

    assert [one.data for one in fewer.answers] == ["b", "a"]
    assert list(fewer.retrieved.read) == read[:2]
    assert list(fewer.retrieved.keyword) == read


def test_texts_are_indexed_in_passages_of_the_length_asked_for(tmp_path: Path) -> None:
    texts = [" ".join(f"Sentence {at} of {name} has eight words here." for at in range(12)) for name in ("one", "two")]

    store, ids = index_texts(dict.fromkeys(texts, ""), tmp_path, SentenceEncoder(threads=1), words=24)

    assert set(ids) == set(texts)
    assert {document.meta["article_id"] for document in store.filter_documents()} == set(ids.values())
    assert all(len((document.content or "").split()) <= 36 for document in store.filter_documents())
    store.close()
