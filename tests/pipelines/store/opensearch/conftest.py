"""A store on a small cluster of one node, over real HTTP."""

from collections.abc import Iterator

import pytest

from pipelines.store.opensearch import OpenSearchStore
from tests.pipelines.store.archive import DIMENSION
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def node(cluster: FakeCluster) -> Iterator[str]:
    with running_node(cluster) as address:
        yield address


@pytest.fixture
def store(node: str) -> Iterator[OpenSearchStore]:
    store = OpenSearchStore([node], embedding_dim=DIMENSION)
    yield store
    store.close()
