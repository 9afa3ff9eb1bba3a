"""What the tests of indexing share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.components.encoder import SentenceEncoder
from pipelines.store import EmbeddedDocumentStore


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(tmp_path / "store")
    yield store
    store.close()
