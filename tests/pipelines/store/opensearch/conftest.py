"""A store on a small stand-in for a cluster, over real HTTP; in the tests that need one, on a live cluster."""

from collections.abc import Iterator

import pytest

from pipelines.store.opensearch import OpenSearchStore
from tests.live_cluster import live_store
from tests.pipelines.store.archive import DIMENSION
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def node(cluster: FakeCluster) -> Iterator[str]:
    with running_node(cluster) as address:
        yield address


@pytest.fixture(params=["stand-in", pytest.param("live", marks=pytest.mark.opensearch)])
def store(request: pytest.FixtureRequest) -> Iterator[OpenSearchStore]:
    if request.param == "live":
        if "cluster" in request.fixturenames:
            pytest.skip("it looks into the stand-in")
        with live_store(embedding_dim=DIMENSION) as store:
            yield store
        return
    store = OpenSearchStore([request.getfixturevalue("node")], embedding_dim=DIMENSION)
    yield store
    store.close()
