"""What `verbatim doctor` says of a cluster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checks import Status
from bot.checks.cluster import check_cluster
from pipelines.store.opensearch import IndexShape, OpenSearchStore
from pipelines.types import EncoderIdentity
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import Answer, FakeCluster, Request, running_node

ENCODER = EncoderIdentity("small", DIMENSION, "a" * 64)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def node(cluster: FakeCluster) -> Iterator[str]:
    with running_node(cluster) as address:
        yield address


@pytest.fixture
def store(node: str) -> OpenSearchStore:
    store = OpenSearchStore([node], embedding_dim=DIMENSION, encoder=ENCODER)
    store.write_articles([indexed("/a.txt", "The museum opened.", "It was full.")])
    return store


def answers(path: str, content: dict[str, object], status: int = 200) -> dict[str, Answer]:
    return {path: (status, content)}


def in_place(cluster: FakeCluster, answers: dict[str, Answer]) -> None:
    def answer(request: Request) -> Answer | None:
        return answers.get(request.path)

    cluster.before = answer


def test_a_cluster_that_is_well_is_described(store: OpenSearchStore, tmp_path: Path) -> None:
    cluster, index = check_cluster(store, seeds=tmp_path)

    assert (cluster.status, cluster.text) == (Status.OK, "fake, OpenSearch 3.1.0, 1 node, green")
    assert (index.status, index.text) == (Status.OK, "1 article, 2 passages in verbatim-…")


def test_a_cluster_without_articles_is_told_from_one_that_is_away(node: str, tmp_path: Path) -> None:
    cluster, index = check_cluster(OpenSearchStore([node]), seeds=tmp_path / "none")
    [away] = check_cluster(OpenSearchStore(["http://127.0.0.1:9"]), seeds=tmp_path)

    assert (cluster.status, index.status, index.remedy) == (Status.OK, Status.FAILED, "verbatim index FOLDER")
    assert (away.status, away.text) == (Status.FAILED, "http://127.0.0.1:9 does not answer")


@pytest.mark.parametrize(("health", "status"), [("yellow", Status.NOTE), ("red", Status.FAILED)])
def test_missing_copies_are_worth_a_note_and_missing_data_a_failure(
    store: OpenSearchStore, cluster: FakeCluster, tmp_path: Path, health: str, status: Status
) -> None:
    in_place(cluster, answers("/_cluster/health", {"status": health, "number_of_nodes": 2}))

    found, *_ = check_cluster(store, seeds=tmp_path)

    assert found.status is status
    assert found.text.endswith(f"2 nodes, {health}")


@pytest.mark.parametrize(("version", "engine"), [("2.3.0", "lucene"), ("2.18.0", "faiss")])
def test_a_version_that_cannot_search_like_that_is_refused(
    node: str, cluster: FakeCluster, tmp_path: Path, version: str, engine: str
) -> None:
    in_place(cluster, answers("/", {"cluster_name": "old", "version": {"number": version}}))
    store = OpenSearchStore([node], shape=IndexShape(engine=engine))  # type: ignore[arg-type]

    found, *_ = check_cluster(store, seeds=tmp_path)

    assert found.status is Status.FAILED
    assert f"{engine} needs OpenSearch" in found.remedy


def test_another_encoder_is_named(store: OpenSearchStore, tmp_path: Path) -> None:
    other = OpenSearchStore(store.hosts, embedding_dim=DIMENSION, encoder=EncoderIdentity("new", DIMENSION, "b" * 64))

    _, index = check_cluster(other, seeds=tmp_path)

    assert index.status is Status.FAILED
    assert "was made with the encoder small" in index.text


def test_a_wrong_password_is_a_matter_of_settings(store: OpenSearchStore, cluster: FakeCluster, tmp_path: Path) -> None:
    in_place(cluster, answers("/", {"error": {"type": "security_exception"}}, 401))

    [found] = check_cluster(store, seeds=tmp_path)

    assert found.status is Status.FAILED
    assert "VERBATIM_OPENSEARCH__PASSWORD" in found.text
