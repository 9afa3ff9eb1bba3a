"""The steps that ask the whole product: its confidence is fitted, and passages of several lengths are compared."""

import json
from pathlib import Path

import pytest
from haystack import Document
from haystack.dataclasses import ExtractedAnswer

from pipelines.answering import Reading, Retrieved
from pipelines.components.confidence import load_calibration
from pipelines.components.reader import ReadAnswer, SpanEvidence
from pipelines.documents import passage_to_document
from pipelines.models import READER_FOLDER
from pipelines.training.__main__ import main
from pipelines.training.data import Example
from pipelines.training.fusion import STEPS, Ranked, sweep
from pipelines.training.selection import cross_validated, see
from pipelines.types import Article, Citation, Passage, PassageKind, Span

ARTICLES = {
    "The mayor, Ines Carvalho, opened the new ferry terminal on Monday. It cost 12 million euros.": (
        ("who opened the ferry terminal", "Ines Carvalho"),
        ("how much did the terminal cost", "12 million euros"),
        ("who painted the boats", ""),
    ),
    "A storm closed the mountain railway for nine days. Engineers cleared 300 tonnes of snow near Alder Pass.": (
        ("how long was the railway closed", "nine days"),
        ("where was the snow", "near Alder Pass"),
        ("what is a ticket", ""),
    ),
}


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = []
    for text, asked in ARTICLES.items():
        marked = [
            {
                "id": question,
                "question": question,
                "answers": [{"text": answer, "answer_start": text.index(answer)}] if answer else [],
            }
            for question, answer in asked
        ]
        data.append({"paragraphs": [{"context": text, "qas": marked}]})
    path = tmp_path_factory.mktemp("questions") / "marked.json"
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


def test_a_calibration_is_written_that_the_product_can_load(questions: Path, tmp_path: Path) -> None:
    written = tmp_path / "calibration.json"

    assert main(["calibrate", str(questions), "--out", str(written)]) == 0

    calibration = load_calibration(written)
    assert 0 <= calibration.unsure <= calibration.answered <= 1
    assert calibration.weights["margin"] > 0


def test_questions_asked_apart_are_measured_and_not_fitted_on(
    questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, beside = tmp_path / "alone.json", tmp_path / "beside.json"

    assert main(["calibrate", str(questions), "--out", str(alone)]) == 0
    capsys.readouterr()
    assert main(["calibrate", str(questions), "--apart", str(questions), "--out", str(beside)]) == 0

    assert f"{questions.name}, not fitted on: Figures(" in capsys.readouterr().out
    assert beside.read_text(encoding="utf-8") == alone.read_text(encoding="utf-8")


def test_lengths_and_numbers_of_passages_are_compared(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader = ["--reader", str(READER_FOLDER)]

    assert main(["passages", str(questions), *reader, "--words", "20", "120", "--read", "1", "2"]) == 0

    assert capsys.readouterr().out.count("Cell(") == len(("20", "120")) * len(("1", "2"))


def test_the_weights_of_both_indexes_are_compared(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fusion", str(questions)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == STEPS + 1
    assert "share=0.5, first=100.0, read=100.0, reciprocal=1.0" in lines[STEPS // 2]


def test_the_weight_of_an_index_moves_its_passages() -> None:
    right, wrong = (Document(content=text, meta={"article_id": text}) for text in ("Noor led it.", "A tug led it."))
    asked = Example("1", "who led it", "Noor led it.", (Span(0, 4),))
    ranked = Ranked(asked, "Noor led it.", keyword=[wrong, right], dense=[right, wrong])

    assert ranked.rank(0.0) == 2
    assert ranked.rank(1.0) == 1
    assert Ranked(asked, "Noor led it.", keyword=[wrong], dense=[]).rank(0.5) is None
    firsts = [cell.first for cell in sweep([ranked])]
    assert firsts == sorted(firsts)
    assert (firsts[0], firsts[-1]) == (0.0, 100.0)


def test_a_question_is_judged_by_a_calibration_that_has_not_seen_its_article() -> None:
    # One article's quotes are right and the other nine's wrong, so that only the others say how sure to be.
    seen = [
        see(
            Example(f"{article} {number}", "who led it", f"Noor led march {article}.", (Span(0, 4),)),
            reading_of(f"Noor led march {article}.", "Noor" if article == 0 else "march", 6.0 - number),
            f"{article}",
        )
        for article in range(10)
        for number in range(4)
    ]

    confidences, scores, answerable = cross_validated(seen)

    assert len(confidences) == len(seen)
    assert answerable.all()
    assert scores.sum() == 4
    # Seen, that article would make a wide margin right one time in ten.
    assert confidences[scores == 1].max() < 0.05


def reading_of(text: str, words: str, margin: float) -> Reading:
    citation = Citation(text.rsplit(maxsplit=1)[-1].rstrip("."), text, text, None, None)
    passage = Passage(citation.id, Span(0, len(text)), text, PassageKind.BODY, 0)
    document = passage_to_document(passage, Article(citation, text, text))
    start = text.index(words)
    answer = ReadAnswer(
        "who led it",
        0.9,
        document=document,
        data=words,
        document_offset=ExtractedAnswer.Span(start, start + len(words)),
        evidence=SpanEvidence(margin, 0.0),
    )
    return Reading([answer], Retrieved([document], [document], [document]))
