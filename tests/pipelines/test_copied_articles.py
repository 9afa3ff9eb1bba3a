"""An article that two outlets print is read once, and both are cited: through the real pipeline."""

from pathlib import Path

import pytest

from pipelines.answering import Answerer
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.selector import AnswerSelector
from pipelines.indexing import Indexer
from pipelines.store import EmbeddedDocumentStore
from pipelines.types import Answer, Outcome

LEDE = "BAGHDAD, Jan 5 (Agency) - "
STORY = """The bridge over the Tigris at Mosul was opened on Monday, eleven years after it was blown up by militants.

The governor, Najim Jubouri, cut the ribbon before a crowd of some four thousand people, officials said.

The work had cost 38 million dollars, and most of that was paid by Germany and by the United Nations, the governor said.

Engineers had to clear mines from the riverbed before the first of the pillars could be set, which took a year.
"""
FOOT = "\nSubscribe to our newsletter and never miss a story from the region and from the world."
QUESTION = "how much did the work on the bridge cost"


def answered(folder: Path, question: str = QUESTION) -> tuple[Answer, int]:
    encoder = SentenceEncoder()
    store = EmbeddedDocumentStore(folder / "index", encoder=encoder.identity)
    summary = Indexer(store, encoder, workers=0).index([str(folder / "articles")])
    answerer = Answerer(store, selector=AnswerSelector())
    answerer.warm_up()
    answer = answerer.ask(question)
    store.close()
    return answer, summary.copies


def publish(folder: Path, outlet: str, text: str) -> None:
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / f"{outlet}.txt").write_text(text)
    (folder / "articles" / f"{outlet}.meta.yaml").write_text(
        f"title: Bridge opens\nsource: {outlet}\npublished: 2021-01-05\n"
    )


@pytest.mark.parametrize("copy", [LEDE + STORY, STORY, f"Mosul - {STORY}{FOOT}", LEDE + STORY.rsplit("\n\n", 1)[0]])
def test_both_outlets_are_cited_and_count_once(tmp_path: Path, copy: str) -> None:
    texts = {"Herald": LEDE + STORY, "Tribune": copy}
    for folder, outlets in {"herald": ["Herald"], "tribune": ["Tribune"], "both": ["Herald", "Tribune"]}.items():
        (tmp_path / folder).mkdir()
        for outlet in outlets:
            publish(tmp_path / folder, outlet, texts[outlet])

    alone = [answered(tmp_path / folder) for folder in ("herald", "tribune")]
    together, copies = answered(tmp_path / "both")

    assert ([count for _, count in alone], copies) == ([0, 0], 1)
    assert together.outcome is Outcome.ANSWERED
    best = together.quotes[0]
    assert "38 million dollars" in best.text
    assert {best.article.source, *(citation.source for citation in best.also_in)} == {"Herald", "Tribune"}
    assert len(together.quotes) <= max(len(answer.quotes) for answer, _ in alone)
    assert best.confidence <= max(answer.quotes[0].confidence for answer, _ in alone) + 0.03


def test_a_copy_with_another_figure_is_read_and_not_cited(tmp_path: Path) -> None:
    publish(tmp_path, "Herald", LEDE + STORY)
    publish(tmp_path, "Tribune", STORY.replace("38 million", "39 million"))

    answer, copies = answered(tmp_path)

    assert copies == 1
    assert answer.quotes
    for quote in answer.quotes:
        agreeing = {quote.article.source, *(citation.source for citation in quote.also_in)}
        assert len(agreeing) == 1 or "million" not in quote.text

    store = EmbeddedDocumentStore(tmp_path / "index", encoder=SentenceEncoder().identity)
    answerer = Answerer(store)
    answerer.warm_up()
    read = " ".join(document.content or "" for document in answerer.read(QUESTION).retrieved.read)
    store.close()
    assert "38 million" in read
    assert "39 million" in read


@pytest.mark.parametrize("undated", ["Herald", "Tribune"])
def test_of_two_copies_the_one_with_a_date_is_cited(tmp_path: Path, undated: str) -> None:
    for outlet in ("Herald", "Tribune"):
        publish(tmp_path, outlet, STORY)
    without_date = f"title: When the bridge was opened\nsource: {undated}\n"
    (tmp_path / "articles" / f"{undated}.meta.yaml").write_text(without_date)

    answer, _ = answered(tmp_path, "when was the bridge opened")

    best = answer.quotes[0]
    assert best.article.source != undated
    assert [citation.source for citation in best.also_in] == [undated]
    assert best.date is not None
    assert best.date.iso == "2021-01-04"
