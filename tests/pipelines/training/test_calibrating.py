"""The steps that ask the whole product: its confidence is fitted, and passages of several lengths are compared."""

import json
from pathlib import Path

import pytest

from pipelines.components.confidence import load_calibration
from pipelines.models import READER_FOLDER
from pipelines.training.__main__ import main

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

    assert main(["calibrate", "--fit", str(questions), "--dev", str(questions), "--out", str(written)]) == 0

    calibration = load_calibration(written)
    assert 0 <= calibration.unsure <= calibration.answered <= 1
    assert calibration.weights["margin"] > 0


def test_lengths_and_numbers_of_passages_are_compared(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reader = ["--reader", str(READER_FOLDER)]

    assert main(["passages", str(questions), *reader, "--words", "20", "120", "--read", "1", "2"]) == 0

    assert capsys.readouterr().out.count("Cell(") == len(("20", "120")) * len(("1", "2"))
