"""Rows of tables are articles, each with a reason if it is not."""

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.sources import tables
from pipelines.sources.files import Blocked, Container
from pipelines.sources.metadata import ArticleMetadata
from pipelines.sources.raw import LoadedSource
from pipelines.sources.tables import read_table


def read(path: Path, **fields: str) -> list[LoadedSource | SourceError | Blocked]:
    return list(read_table(Container(path, path.name), fields))


def texts(found: list[LoadedSource | SourceError | Blocked]) -> list[str]:
    return [one.raw.data.decode() if isinstance(one, LoadedSource) else str(one) for one in found]


def test_json_lines_are_read_under_the_usual_names(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {"id": 7, "headline": "A title", "date": "2021-01-05", "publication": "The Paper"}
    row |= {"byline": "By Ann Lee", "content": "It “closed”."}
    path.write_text(json.dumps(row) + "\n\n" + json.dumps({**row, "id": 8, "link": "https://a.example/b"}))

    first, second = read(path)

    assert isinstance(first, LoadedSource)
    assert isinstance(second, LoadedSource)
    assert first.raw.given == ArticleMetadata("A title", date(2021, 1, 5), "The Paper", author="Ann Lee")
    assert first.raw.data.decode() == "It “closed”."
    assert (first.origin, first.name) == (f"{path}#7", "a.jsonl, line 1")
    assert (second.raw.given.url, second.name) == ("https://a.example/b", "a.jsonl, line 3")


def test_other_names_are_given_by_option(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('﻿kopf,inhalt\nA title,"It closed,\nfor good."\n', encoding="utf-8")

    [found] = read(path, title="kopf", text="inhalt")

    assert isinstance(found, LoadedSource)
    assert found.raw.given.title == "A title"
    assert found.raw.data == b"It closed,\nfor good."


def test_a_row_without_an_id_is_known_by_its_address_or_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [{"text": "One."}, {"text": "Two.", "url": "https://a.example/b"}]
    path.write_text("\n".join(map(json.dumps, rows)))
    before = [found.origin for found in read(path) if isinstance(found, LoadedSource)]
    path.write_text("\n".join(map(json.dumps, reversed(rows))))

    assert [found.origin for found in read(path) if isinstance(found, LoadedSource)] == before[::-1]
    assert before[1] == f"{path}#https://a.example/b"


def test_a_row_that_is_no_article_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"text": "One."}\nbroken\n[1]\n{"title": "A"}\n{"text": "B", "date": "soon"}\n\xff\n{"text": "Two."}\n'
        b'{"text": 3}\n{"text": "half \\ud800"}'
    )

    assert texts(read(path)) == [
        "One.",
        "a.jsonl, line 2: is no JSON object",
        "a.jsonl, line 3: is no JSON object",
        "a.jsonl, line 4: has no text (columns: title); name the column with --field text=COLUMN",
        "a.jsonl, line 5: has no day in published: 'soon' (write it as 2021-01-05)",
        "a.jsonl, line 6: is no JSON object",
        "Two.",
        "a.jsonl, line 8: has no text (columns: text); name the column with --field text=COLUMN",
        "half ?",
    ]


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nOne.\n")

    assert texts(read(path, title="kopf")) == ["a.csv, line 2: has no column kopf"]


def test_a_row_without_end_is_left_out_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LONGEST_ROW", 100)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x" * 1000}) + "\n" + json.dumps({"text": "Two."}))

    assert texts(read(path)) == ["a.jsonl, line 1: is no JSON object", "Two."]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"text\ncaf\xe9\n", "is not UTF-8"),
        (b"text\n" + b"a" * 200 + b"\n", "is no CSV file (field larger than field limit (100))"),
    ],
)
def test_a_table_that_cannot_be_read_to_its_end_is_named(
    data: bytes, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "LONGEST_ROW", 100)
    (tmp_path / "a.csv").write_bytes(data)

    assert read(tmp_path / "a.csv") == [Blocked(f"{tmp_path}/a.csv#", "a.csv", expected)]
