from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.store import EmbeddedDocumentStore
from tests.pipelines.store.archive import DIMENSION


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedDocumentStore]:
    store = EmbeddedDocumentStore(tmp_path / "data", DIMENSION)
    yield store
    store.close()
