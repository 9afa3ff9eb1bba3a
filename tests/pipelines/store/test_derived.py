"""The derived indexes follow the record, whatever happens to them."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from haystack import Document

from pipelines.store import EmbeddedDocumentStore, derived
from pipelines.types import EncoderIdentity
from tests.pipelines.store.archive import DIMENSION, embedding, indexed

BRIDGES = [indexed(f"n{number}", f"Bridge number {number}.") for number in range(40)]


@pytest.fixture
def small_graphs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_MOST_TAIL", 10)


def graph_file(folder: Path) -> Path:
    [file] = folder.glob("vectors-*")
    return file


def keyword_folder(folder: Path) -> Path:
    [found] = folder.glob("keywords-*")
    return found


def found_all(store: EmbeddedDocumentStore, count: int) -> bool:
    by_words = store.keyword_retrieval("bridge", top_k=100)
    by_meaning = store.dense_retrieval(embedding("x"), top_k=100)
    return len(by_words) == count and len({document.id for document in by_meaning}) == count == len(by_meaning)


@pytest.mark.usefixtures("small_graphs")
def test_vectors_move_into_a_graph_and_stay_found(store: EmbeddedDocumentStore, tmp_path: Path) -> None:
    for article in BRIDGES:
        store.write_articles([article])
        content = article.documents[0].content or ""
        assert store.dense_retrieval(embedding(content), top_k=1)[0].content == content
    assert graph_file(tmp_path / "data").stat().st_size > 0
    assert found_all(store, 40)


@pytest.mark.usefixtures("small_graphs")
def test_removed_vectors_are_not_found_and_leave_the_graph_in_time(
    store: EmbeddedDocumentStore, tmp_path: Path
) -> None:
    store.write_articles(BRIDGES)
    first = graph_file(tmp_path / "data")
    store.delete_articles([article.article.citation.id for article in BRIDGES[:10]])
    assert graph_file(tmp_path / "data") == first
    assert found_all(store, 30)
    store.delete_articles([article.article.citation.id for article in BRIDGES[10:20]])
    assert graph_file(tmp_path / "data") != first
    assert found_all(store, 20)
    store.delete_all_documents()
    assert found_all(store, 0)
    store.write_articles(BRIDGES[:3])
    assert found_all(store, 3)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8] = b"\xff" * 8
    path.write_bytes(content)


def largest(folder: Path) -> Path:
    return max((path for path in folder.iterdir() if path.suffix != ".json"), key=lambda path: path.stat().st_size)


def empty_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def delete_all(data: Path) -> None:
    shutil.rmtree(keyword_folder(data))
    graph_file(data).unlink()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the keyword folder is deleted": lambda data: shutil.rmtree(keyword_folder(data)),
    "the keyword folder is empty": lambda data: empty_folder(keyword_folder(data)),
    "a keyword file is deleted": lambda data: largest(keyword_folder(data)).unlink(),
    "a keyword file is truncated": lambda data: truncate(largest(keyword_folder(data))),
    "a keyword file is emptied": lambda data: os.truncate(largest(keyword_folder(data)), 0),
    "a keyword file is overwritten": lambda data: overwrite(largest(keyword_folder(data))),
    "the list of keyword files is truncated": lambda data: truncate(keyword_folder(data) / "meta.json"),
    "the list of keyword files is nonsense": lambda data: (keyword_folder(data) / "meta.json").write_text("[1]"),
    "the graph is deleted": lambda data: graph_file(data).unlink(),
    "the graph is truncated": lambda data: truncate(graph_file(data)),
    "the graph is emptied": lambda data: os.truncate(graph_file(data), 0),
    "the graph is overwritten": lambda data: overwrite(graph_file(data)),
    "all of it is deleted": delete_all,
}


@pytest.mark.usefixtures("small_graphs")
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damaged_indexes_are_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    store = EmbeddedDocumentStore(tmp_path, DIMENSION)
    store.write_articles(BRIDGES)
    assert found_all(store, 40)
    store.close()
    damage(tmp_path)
    assert found_all(store, 40)
    store.close()
    damage(tmp_path)
    store.write_articles([indexed("new", "Bridge of today.")])
    assert found_all(store, 41)
    store.close()


@pytest.mark.usefixtures("small_graphs")
def test_a_copied_folder_is_not_made_anew(tmp_path: Path) -> None:
    store = EmbeddedDocumentStore(tmp_path / "data", DIMENSION)
    store.write_articles(BRIDGES)
    store.close()
    shutil.copytree(tmp_path / "data", tmp_path / "copy", copy_function=shutil.copyfile)
    copy = EmbeddedDocumentStore(tmp_path / "copy", DIMENSION)
    assert found_all(copy, 40)
    assert graph_file(tmp_path / "copy").name == graph_file(tmp_path / "data").name
    assert keyword_folder(tmp_path / "copy").name == keyword_folder(tmp_path / "data").name
    copy.close()


@pytest.mark.usefixtures("small_graphs")
def test_a_record_restored_from_a_copy_does_not_meet_the_indexes_of_its_future(tmp_path: Path) -> None:
    data, record = tmp_path / "data", tmp_path / "data" / "articles.sqlite3"
    store = EmbeddedDocumentStore(data, DIMENSION)
    store.write_articles(BRIDGES[:20])
    store.close()
    shutil.copyfile(record, tmp_path / "saved")
    store.write_articles([indexed("future", "A tower.")])
    store.close()
    shutil.copyfile(tmp_path / "saved", record)
    store.write_articles([indexed("other", "Bridge of another day.")])
    assert store.keyword_retrieval("tower") == []
    assert found_all(store, 21)
    store.close()


def test_another_store_on_the_folder_sees_a_write_at_its_next_query(store: EmbeddedDocumentStore) -> None:
    reader = EmbeddedDocumentStore(store.path, DIMENSION)
    assert found_all(reader, 0)
    for count, article in enumerate(BRIDGES[:5], start=1):
        store.write_articles([article])
        assert found_all(reader, count)
    store.delete_articles([BRIDGES[0].article.citation.id])
    assert found_all(reader, 4)
    reader.close()


def test_a_closed_store_opens_again(store: EmbeddedDocumentStore) -> None:
    store.write_articles(BRIDGES[:3])
    store.close()
    store.close()
    assert found_all(store, 3)


def test_threads_may_read_while_one_writes(store: EmbeddedDocumentStore) -> None:
    store.write_articles(BRIDGES[:5])
    done = threading.Event()

    def read() -> int:
        queries = 0
        while not done.is_set():
            assert len(store.keyword_retrieval("bridge", top_k=5)) == 5
            assert len(store.dense_retrieval(embedding("x"), top_k=5)) == 5
            queries += 1
        return queries

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for article in BRIDGES[5:15]:
            store.write_articles([article])
        done.set()
        assert all(reader.result() for reader in readers)
    assert found_all(store, 15)


def test_a_store_survives_being_written_down(tmp_path: Path) -> None:
    encoder = EncoderIdentity("tiny", DIMENSION, "ab" * 32)
    store = EmbeddedDocumentStore(tmp_path, DIMENSION, encoder=encoder)
    again = EmbeddedDocumentStore.from_dict(json.loads(json.dumps(store.to_dict())))
    assert again.to_dict() == store.to_dict()
    assert again.encoder == encoder


def test_embeddings_come_back_in_single_precision(store: EmbeddedDocumentStore) -> None:
    vector = np.linspace(-1, 1, DIMENSION).tolist()
    store.write_documents([Document(id="a", embedding=vector)])
    assert store.filter_documents()[0].embedding == np.float32(vector).tolist()
