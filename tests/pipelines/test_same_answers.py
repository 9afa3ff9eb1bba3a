"""Where articles and index lie changes nothing about what is read, and so no answer."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from haystack import Document, component
from haystack.dataclasses import ExtractedAnswer

from pipelines.answering import Answerer
from pipelines.components.encoder import SentenceEncoder
from pipelines.indexing import Indexer
from pipelines.store import EmbeddedDocumentStore

TRAINING_DATA = Path(__file__).parents[2] / "pipelines/training/data/news_train_1.json.gz"
ENTRIES = [one["paragraphs"][0] for one in json.loads(gzip.decompress(TRAINING_DATA.read_bytes()))["data"][:8]]
QUESTIONS = [each["question"] for entry in ENTRIES for each in entry["qas"][:6]]


@component
class MarksFirstWord:
    """A reader that costs nothing and is sure of every passage alike."""

    @component.output_types(answers=list[ExtractedAnswer])
    def run(self, query: str, documents: list[Document]) -> dict[str, list[ExtractedAnswer]]:
        answers = []
        for document in documents:
            text = document.content or ""
            end = len(text.split(maxsplit=1)[0])
            place = ExtractedAnswer.Span(0, end)
            answers.append(ExtractedAnswer(query, 0.9, data=text[:end], document=document, document_offset=place))
        return {"answers": answers}


@contextmanager
def indexed(folder: Path, encoder: SentenceEncoder) -> Iterator[Answerer]:
    articles = folder / "articles"
    articles.mkdir(parents=True)
    for number, entry in enumerate(ENTRIES):
        (articles / f"{number}.txt").write_text(entry["context"], encoding="utf-8")
    store = EmbeddedDocumentStore(folder / "index", encoder=encoder.identity)
    Indexer(store, encoder).index([str(articles)])
    yield Answerer(store, encoder=encoder, reader=MarksFirstWord())
    store.close()


def test_the_same_articles_in_other_folders_give_the_same_answers(tmp_path: Path) -> None:
    encoder = SentenceEncoder()
    found = []
    for name in ("here", "there", "deeper/down"):
        with indexed(tmp_path / name, encoder) as answerer:
            quotes = [answerer.ask(question).quotes for question in QUESTIONS]
        found.append([[(one.text, one.start, one.sentence, one.confidence) for one in some] for some in quotes])

    assert all(found[0])
    assert found[1:] == [found[0]] * 2
