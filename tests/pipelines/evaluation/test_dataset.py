import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.evaluation.dataset import read_squad

NEWS = Path(__file__).parents[2] / "data" / "news_dev.json"


def _file(folder: Path, *questions: dict[str, object]) -> Path:
    path = folder / "questions.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "Ana met Bo.", "qas": questions}]}]}))
    return path


def _question(start: int = 0) -> dict[str, object]:
    return {"id": "1", "question": "Who?", "answers": [{"text": "Ana", "answer_start": start}]}


def test_the_development_set_is_read_whole() -> None:
    entries = read_squad(NEWS)
    questions = [one for entry in entries for paragraph in entry.paragraphs for one in paragraph.qas]
    assert len(entries) == 12
    assert len(questions) == 144
    assert sum(not one.answers for one in questions) == 36
    assert entries[0].published == date(2026, 10, 14)


def test_a_version_1_file_needs_no_title_date_or_mark_of_impossibility(tmp_path: Path) -> None:
    (entry,) = read_squad(_file(tmp_path, _question()))
    assert (entry.title, entry.published) == ("", None)
    assert entry.paragraphs[0].qas[0].texts == ("Ana",)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"data": []}', '{"data": [{"title": "x"}]}', "\xff"])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(SourceError, match=r"other\.json: is not"):
        read_squad(path)


def test_a_packed_file_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "questions.json.gz"
    path.write_bytes(gzip.compress(_file(tmp_path, _question()).read_bytes()))
    assert read_squad(path)[0].paragraphs[0].context == "Ana met Bo."


def test_a_packed_file_that_was_cut_short_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "questions.json.gz"
    path.write_bytes(gzip.compress(_file(tmp_path, _question()).read_bytes())[:-9])
    with pytest.raises(SourceError, match=r"questions\.json\.gz: is damaged"):
        read_squad(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.json: no such file"):
        read_squad(tmp_path / "gone.json")


def test_an_answer_that_does_not_stand_where_it_says_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="question 1: 'Ana' does not stand at 4"):
        read_squad(_file(tmp_path, _question(start=4)))


def test_repeated_ids_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="two questions have the id 1"):
        read_squad(_file(tmp_path, _question(), _question()))


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no questions"):
        read_squad(_file(tmp_path))
