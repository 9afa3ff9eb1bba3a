"""Indexing brings the store up to date with the files, whatever state both are in."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.documents import article_id, document_to_passage
from pipelines.index_summary import IndexProgress, IndexSummary
from pipelines.indexing import Indexer
from pipelines.sources.find import SourceOptions
from pipelines.store import EmbeddedDocumentStore
from pipelines.types import Article, Passage, PassageKind
from tests.pipelines.pdf_file import encrypted, pdf_file

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "000_0175628493bf068d.txt"


@pytest.fixture
def indexer(store: EmbeddedDocumentStore, encoder: SentenceEncoder) -> Indexer:
    return Indexer(store, encoder, workers=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.txt").write_text(article_text(name))
    return folder


def article_text(name: str) -> str:
    return f"Number {name} opened\nMADRID - The museum number {name} opened on Monday. Its director was glad."


def stored(store: EmbeddedDocumentStore, path: Path) -> Article:
    article = store.article(article_id(str(path)))
    assert article is not None
    return article


def passages(store: EmbeddedDocumentStore, path: Path) -> list[Passage]:
    wanted = {"field": "meta.article_id", "operator": "==", "value": article_id(str(path))}
    found = [document_to_passage(document) for document in store.filter_documents(wanted)]
    return sorted(found, key=lambda passage: passage.index)


def counts(summary: IndexSummary) -> tuple[int, int, int, int, int]:
    return summary.added, summary.changed, summary.unchanged, summary.removed, len(summary.failed)


def test_the_seed_is_indexed_with_what_its_sidecar_says(indexer: Indexer, store: EmbeddedDocumentStore) -> None:
    summary = indexer.index([str(SEED.parent)])

    article = stored(store, SEED)
    assert counts(summary) == (1, 0, 0, 0, 0)
    assert article.text == SEED.read_text()
    assert article.citation.title == "Only hundreds of US troops to remain in Iraq, prime minister says"
    assert article.citation.published == date(2021, 1, 5)
    assert article.citation.source == SEED.name
    assert article.citation.url is None


def test_the_seed_s_passages_slice_back_and_leave_out_what_is_not_said(
    indexer: Indexer, store: EmbeddedDocumentStore
) -> None:
    indexer.index([str(SEED)])

    text = SEED.read_text()
    found = passages(store, SEED)
    assert found[0].kind is PassageKind.CAPTION
    assert all(passage.kind is PassageKind.BODY for passage in found[1:])
    assert all(text[passage.span.start : passage.span.end] == passage.text for passage in found)
    joined = "\n".join(passage.text for passage in found)
    assert "READ MORE" not in joined
    assert "ALSO READ" not in joined
    assert "Mustafa al-Kadhimi, Iraq PM" not in joined
    assert joined.count("Only hundreds of them will remain") == 1
    assert "starting from last June 12, and the United States pledged" in joined


def test_indexing_the_same_files_again_does_nothing(
    indexer: Indexer, store: EmbeddedDocumentStore, folder: Path
) -> None:
    indexer.index([str(folder)])
    before = sorted(document.id for document in store.filter_documents())

    summary = indexer.index([str(folder)])

    assert counts(summary) == (0, 0, 3, 0, 0)
    assert summary.passages == 0
    assert sorted(document.id for document in store.filter_documents()) == before


def test_a_touched_file_counts_as_unchanged(indexer: Indexer, folder: Path) -> None:
    indexer.index([str(folder)])
    os.utime(folder / "one.txt", (0, 0))

    assert counts(indexer.index([str(folder)])) == (0, 0, 3, 0, 0)


def test_a_changed_file_replaces_its_passages(indexer: Indexer, store: EmbeddedDocumentStore, folder: Path) -> None:
    indexer.index([str(folder)])
    (folder / "one.txt").write_text("BERLIN - The museum closed on Friday.")

    summary = indexer.index([str(folder)])

    assert counts(summary) == (0, 1, 2, 0, 0)
    assert [passage.text for passage in passages(store, folder / "one.txt")] == [
        "BERLIN - The museum closed on Friday."
    ]
    assert store.count_articles() == 3


def test_a_changed_sidecar_changes_the_article(indexer: Indexer, store: EmbeddedDocumentStore, folder: Path) -> None:
    indexer.index([str(folder)])
    (folder / "one.meta.yaml").write_text("title: A better title\n")

    assert counts(indexer.index([str(folder)])) == (0, 1, 2, 0, 0)
    assert stored(store, folder / "one.txt").citation.title == "A better title"


def test_a_file_that_is_gone_goes_only_with_prune(indexer: Indexer, store: EmbeddedDocumentStore, folder: Path) -> None:
    indexer.index([str(folder)])
    (folder / "one.txt").unlink()

    assert counts(indexer.index([str(folder)])) == (0, 0, 2, 0, 0)
    assert store.count_articles() == 3
    assert counts(indexer.index([str(folder)], prune=True)) == (0, 0, 2, 1, 0)
    assert store.count_articles() == 2
    assert passages(store, folder / "one.txt") == []


def test_prune_touches_nothing_outside_the_given_folder(
    indexer: Indexer, store: EmbeddedDocumentStore, folder: Path
) -> None:
    twin = folder.with_name("articles-2")
    shutil.copytree(folder, twin)
    indexer.index([str(folder), str(twin)])
    shutil.rmtree(twin)

    assert counts(indexer.index([str(folder)], prune=True)) == (0, 0, 3, 0, 0)
    assert store.count_articles() == 6


def test_a_folder_that_is_not_there_removes_nothing(
    indexer: Indexer, store: EmbeddedDocumentStore, folder: Path
) -> None:
    indexer.index([str(folder)])
    shutil.rmtree(folder)

    summary = indexer.index([str(folder)], prune=True)

    assert [str(error) for error in summary.failed] == [f"{folder}: is not there"]
    assert store.count_articles() == 3


def test_a_file_that_cannot_be_read_any_more_keeps_its_place(
    indexer: Indexer, store: EmbeddedDocumentStore, folder: Path
) -> None:
    indexer.index([str(folder)])
    (folder / "one.txt").write_bytes(b"\0\1\2")

    assert counts(indexer.index([str(folder)], prune=True)) == (0, 0, 2, 0, 1)
    assert store.count_articles() == 3


def test_whatever_is_wrong_is_named_and_the_rest_is_indexed(
    indexer: Indexer, store: EmbeddedDocumentStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (folder / "empty.txt").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "locked.pdf").write_bytes(encrypted(pdf_file([["One."]]), "secret"))
    (folder / "broken.docx").write_bytes(b"PK")
    (folder / "described.txt").write_text("The text.")
    (folder / "described.meta.yaml").write_text("titel: A\n")
    (folder / "strange.xyz").touch()
    (folder / "link.txt").symlink_to(folder / "gone.txt")
    (folder / "photo.jpg").touch()
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(50 * 2**20)
    (folder / "latin.txt").write_bytes("The café in Sertã closed on Monday.".encode("latin-1"))
    (folder / "deep").mkdir()
    (folder / "deep" / "wide.txt").write_bytes("\ufeffThe café closed.".encode("utf-16-le"))
    monkeypatch.chdir(folder.parent)

    summary = indexer.index(["articles"])

    assert sorted(error.source for error in summary.failed) == [
        f"articles/{name}"
        for name in (
            "binary.txt", "broken.docx", "broken.pdf", "described.meta.yaml", "empty.txt", "huge.txt", "link.txt",
            "locked.pdf", "strange.xyz",
        )
    ]  # fmt: skip
    assert [skipped.name for skipped in summary.skipped] == ["articles/photo.jpg"]
    assert summary.added == store.count_articles() == 5
    assert stored(store, folder / "latin.txt").text == "The café in Sertã closed on Monday."
    assert stored(store, folder / "deep" / "wide.txt").text == "The café closed."


def test_an_article_given_twice_is_indexed_once(
    indexer: Indexer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)

    summary = indexer.index(["articles", "articles/one.txt", str(folder), "articles/../articles/one.txt"])

    assert counts(summary) == (3, 0, 0, 0, 0)


def test_progress_ends_where_everything_is_done(indexer: Indexer, folder: Path) -> None:
    (folder / "empty.txt").touch()
    seen: list[IndexProgress] = []

    indexer.index([str(folder)], progress=seen.append)

    assert seen[-1].done == seen[-1].total == 4
    assert seen[-1].passages == 3
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_rows_of_a_table_are_articles(indexer: Indexer, store: EmbeddedDocumentStore, tmp_path: Path) -> None:
    table = tmp_path / "news.csv"
    table.write_text("id,headline,when,body\n1,First,2021-01-05,The museum opened.\n2,Second,2021-01-06,It closed.\n")
    options = SourceOptions(fields={"published": "when"})

    assert counts(indexer.index([str(table)], options=options)) == (2, 0, 0, 0, 0)
    assert [citation.title for citation in store.articles()] == ["Second", "First"]
    table.write_text("id,headline,when,body\n2,Second,2021-01-06,It closed.\n")
    assert counts(indexer.index([str(table)], options=options, prune=True)) == (0, 0, 1, 1, 0)


def test_workers_give_the_same_index(store: EmbeddedDocumentStore, encoder: SentenceEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(130):
        (folder / f"{number:03}.txt").write_text(article_text(str(number)))
    (folder / "empty.txt").touch()
    alone = EmbeddedDocumentStore(tmp_path / "alone")

    with_workers = Indexer(store, encoder, workers=1).index([str(folder)])
    without = Indexer(alone, encoder, workers=0).index([str(folder)])

    assert with_workers.added == without.added == 130
    assert [str(error) for error in with_workers.failed] == [f"{folder}/empty.txt: is empty"]
    assert {one.id for one in store.filter_documents()} == {one.id for one in alone.filter_documents()}
    alone.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_run_that_is_killed_is_completed_by_the_next(
    seed: int, tmp_path: Path, encoder: SentenceEncoder, run_to_kill: Callable[[Path, Path], "subprocess.Popen[bytes]"]
) -> None:
    folder, index = tmp_path / "many", tmp_path / "index"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:03}.txt").write_text(article_text(f"{number} ") * 12)
    process = run_to_kill(folder, index)
    while not (index / "started").exists():
        time.sleep(0.02)
        assert process.poll() is None
    time.sleep(random.Random(seed).uniform(0.0, 4.0))
    process.send_signal(signal.SIGKILL)
    process.wait(30)

    store = EmbeddedDocumentStore(index / "store")
    summary = Indexer(store, encoder, workers=0).index([str(folder)])
    ids = [document.id for document in store.filter_documents()]

    assert summary.failed == ()
    assert summary.added + summary.unchanged == 60
    assert store.count_articles() == 60
    assert len(ids) == len(set(ids)) == sum(len(passages(store, path)) for path in folder.iterdir())
    store.close()
    [record] = (index / "store").glob("*.sqlite3")
    with sqlite3.connect(record) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.fixture
def run_to_kill() -> Iterator[Callable[[Path, Path], "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []

    def run(folder: Path, index: Path) -> "subprocess.Popen[bytes]":
        index.mkdir()
        program = (
            "import sys, pathlib\n"
            "from pipelines import indexing\n"
            "from pipelines.store import EmbeddedDocumentStore\n"
            "indexing._PASSAGES_A_COMMIT = 8\n"
            "indexing._ARTICLES_AT_A_TIME = 2\n"
            "folder, index = sys.argv[1:]\n"
            "store = EmbeddedDocumentStore(index + '/store')\n"
            "indexer = indexing.Indexer(store, indexing.SentenceEncoder(), workers=0)\n"
            "pathlib.Path(index, 'started').touch()\n"
            "indexer.index([folder])\n"
        )
        process = subprocess.Popen([sys.executable, "-c", program, str(folder), str(index)], cwd=ROOT)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
