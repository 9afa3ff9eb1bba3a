import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.checks import Status
from bot.checks.index import check_index, index_bytes
from pipelines.documents import passage_to_document
from pipelines.store import EmbeddedDocumentStore, IndexedArticle
from pipelines.types import Article, Citation, EncoderIdentity, Passage, PassageKind, Span

ENCODER = EncoderIdentity("small", 3, "ab" * 32)
TEXT = "The talks began last June 12, he said."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    article = Article(Citation("a" * 16, "Talks", "The Paper", None, date(2021, 1, 5)), TEXT, "talks.txt")
    passage = Passage("a" * 16, Span(0, len(TEXT)), TEXT, PassageKind.BODY, 0)
    document = replace(passage_to_document(passage, article), embedding=[1.0, 0.0, 0.0])
    store = EmbeddedDocumentStore(folder, 3, encoder=ENCODER)
    store.write_articles([IndexedArticle(article, "1", (document,))])
    store.close()
    return folder


def _later(**age: int) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(**age)


@pytest.mark.parametrize(
    ("age", "shown"), [({"days": 3}, "3 days ago"), ({"hours": 1, "minutes": 5}, "1 hour ago"), ({}, "within the hour")]
)
def test_a_good_index_is_shown_with_its_size_and_age(folder: Path, age: dict[str, int], shown: str) -> None:
    index, search = check_index(folder, ENCODER, seeds=folder / "none", now=_later(**age))
    assert index.status is search.status is Status.OK
    assert "1 article, 1 passage, " in index.text
    assert shown in index.text
    assert index_bytes(folder) > 0


def test_without_an_index_it_depends_on_whether_there_are_seeds(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    assert check_index(tmp_path / "data", ENCODER, seeds=seeds)[0].status is Status.FAILED
    seeds.mkdir()
    (seeds / "a.txt").write_text("News.")
    assert check_index(tmp_path / "data", ENCODER, seeds=seeds)[0].status is Status.NOTE
    assert not (tmp_path / "data").exists()


def test_an_index_of_another_encoder_fails(folder: Path) -> None:
    [finding] = check_index(folder, replace(ENCODER, sha256="cd" * 32), seeds=folder / "none")
    assert finding.status is Status.FAILED
    assert "was made with the encoder" in finding.text


def test_a_missing_search_index_fails_and_is_not_made_by_looking(folder: Path) -> None:
    [keywords] = folder.glob("keywords-*")
    shutil.rmtree(keywords)
    index, search = check_index(folder, ENCODER, seeds=folder / "none")
    assert (index.status, search.status) == (Status.OK, Status.FAILED)
    assert not list(folder.glob("keywords-*"))


def test_a_damaged_record_fails(folder: Path) -> None:
    for path in folder.glob("articles.sqlite3*"):
        path.write_bytes(b"not a database" * 100)
    [finding] = check_index(folder, ENCODER, seeds=folder / "none")
    assert finding.status is Status.FAILED
