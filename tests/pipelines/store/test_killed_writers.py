"""A writer that is killed at any moment loses and doubles nothing."""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest

from pipelines.documents import article_id
from pipelines.store import EmbeddedDocumentStore, IndexedArticle, derived
from pipelines.store.record import RECORD_NAME
from tests.pipelines.store.archive import DIMENSION, embedding, indexed

ARTICLES = 18
BATCH = 3
ROUNDS = 3
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pipelines.store", __name__])


def article(number: int, version: int) -> IndexedArticle:
    """One article as it is in one round: its second passage changes, and every third article shrinks."""
    paragraphs = [f"Bridge {number}.", f"Bridge {number} in round {version}."]
    return indexed(f"n{number}", *paragraphs[: 1 if version and number % 3 == 0 else 2], title=f"Round {version}")


def index_all(store: EmbeddedDocumentStore, version: int) -> None:
    """What an index run does: write what changed, a batch at a time."""
    known = store.fingerprints()
    changed = [
        one
        for number in range(ARTICLES)
        if (one := article(number, version)).fingerprint != known.get(one.article.citation.id)
    ]
    for start in range(0, len(changed), BATCH):
        store.write_articles(changed[start : start + BATCH])


def write_and_die(folder: Path, version: int, lines: int | None) -> None:
    """Index in this process, which kills itself after so many lines of the store's code."""
    derived._MOST_TAIL = 8
    left = lines

    def trace(frame: FrameType, event: str, arg: object) -> Callable[..., object] | None:
        nonlocal left
        if "pipelines/store" not in frame.f_code.co_filename:
            return None
        if event == "line" and left is not None:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    store = EmbeddedDocumentStore(folder, DIMENSION)
    if lines is not None:
        sys.settrace(trace)
    index_all(store, version)
    sys.settrace(None)
    store.close()


def check(folder: Path, versions: set[int]) -> None:
    """Every article is there as a whole, in one of the versions, and found by both ways exactly once."""
    store = EmbeddedDocumentStore(folder, DIMENSION)
    known = store.fingerprints()
    expected: set[str] = set()
    for number in range(ARTICLES):
        fingerprint = known.pop(article_id(f"n{number}"), None)
        if fingerprint is not None:
            [version] = [each for each in versions if article(number, each).fingerprint == fingerprint]
            expected |= {document.id for document in article(number, version).documents}
    assert known == {}
    for way, found in (
        ("record", store.filter_documents()),
        ("keywords", store.keyword_retrieval("bridge", top_k=1000)),
        ("vectors", store.dense_retrieval(embedding("x"), top_k=1000)),
    ):
        assert sorted(document.id for document in found) == sorted(expected), way
    store.close()
    with closing(sqlite3.connect(folder / RECORD_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def kill_and_check(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_MOST_TAIL", 8)
    dice = random.Random(seed)
    for version in range(ROUNDS):
        if seed % 2:
            # At a line of our code, the same for the same seed ...
            lines: int | None = int(10 ** dice.uniform(1.5, 4.3))
            delay = 60.0
        else:
            # ... or at any moment, which is mostly within SQLite, Tantivy or usearch.
            lines, delay = None, dice.uniform(0.0, 1.5)
        process = PROCESSES.Process(target=write_and_die, args=(folder, version, lines))
        process.start()
        if lines is None:
            while process.is_alive() and not (folder / RECORD_NAME).exists():
                time.sleep(0.005)
        process.join(delay)
        process.kill()
        process.join()
        assert process.exitcode in {0, -signal.SIGKILL}
        check(folder, {max(version - 1, 0), version})
        store = EmbeddedDocumentStore(folder, DIMENSION)
        index_all(store, version)
        assert len(store.fingerprints()) == ARTICLES
        store.close()
        check(folder, {version})


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_loses_and_doubles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    kill_and_check(tmp_path, seed, monkeypatch)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(4, 88))
def test_a_writer_killed_two_hundred_times_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    kill_and_check(tmp_path, seed, monkeypatch)
