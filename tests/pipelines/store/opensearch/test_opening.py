"""Which index and which cluster a store takes, and what it says of the others."""

import logging
from dataclasses import replace

import pytest

from pipelines.errors import ConfigurationError, IndexMismatchError, SearchUnavailableError, StorageError
from pipelines.store.opensearch import IndexShape, OpenSearchStore
from pipelines.types import EncoderIdentity
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import Answer, FakeCluster, Request
from tests.pipelines.store.opensearch.fake_index import FakeIndex

ENCODER = EncoderIdentity("small", DIMENSION, "a" * 64)
MUSEUM = indexed("/a.txt", "The museum opened.")


def store_of(node: str, encoder: EncoderIdentity = ENCODER, dimension: int = DIMENSION) -> OpenSearchStore:
    return OpenSearchStore([node], embedding_dim=dimension, encoder=encoder)


def test_the_encoder_of_an_index_may_open_it_again(node: str) -> None:
    store_of(node).write_articles([MUSEUM])

    assert store_of(node).article(MUSEUM.article.citation.id) == MUSEUM.article


def test_another_encoder_is_refused_with_what_to_do(node: str) -> None:
    store_of(node).write_articles([MUSEUM])
    other = store_of(node, EncoderIdentity("other", DIMENSION, "b" * 64))

    for use in (other.count_articles, lambda: other.write_articles([MUSEUM]), lambda: other.keyword_retrieval("a")):
        with pytest.raises(IndexMismatchError, match=r"small .*, not with other .*`verbatim index --rebuild`"):
            use()


def test_embeddings_of_another_length_are_refused(node: str) -> None:
    store_of(node).write_articles([MUSEUM])

    with pytest.raises(IndexMismatchError, match=r"8 numbers, not 16.*`verbatim index --rebuild`"):
        store_of(node, replace(ENCODER, dimension=16), 16).count_articles()


def test_an_index_of_another_program_is_refused(node: str, cluster: FakeCluster) -> None:
    cluster.indexes["verbatim-passages"] = FakeIndex({"settings": {}, "mappings": {"properties": {}}})

    with pytest.raises(IndexMismatchError, match="VERBATIM_OPENSEARCH__INDEX"):
        store_of(node).count_articles()


def test_an_index_of_a_newer_version_is_refused(node: str, cluster: FakeCluster) -> None:
    store_of(node).write_articles([MUSEUM])
    cluster.indexes["verbatim-passages"].body["mappings"]["_meta"]["verbatim"]["schema"] = 99

    with pytest.raises(IndexMismatchError, match="newer version"):
        store_of(node).count_articles()


def test_a_discarded_index_can_be_made_by_another_encoder(node: str, cluster: FakeCluster) -> None:
    store_of(node).write_articles([MUSEUM])
    other = store_of(node, EncoderIdentity("other", DIMENSION, "b" * 64))

    other.discard()

    assert not cluster.indexes
    other.write_articles([MUSEUM])
    assert other.count_articles() == 1


def test_the_name_and_the_shape_are_as_they_were_asked_for(node: str, cluster: FakeCluster) -> None:
    store = OpenSearchStore([node], index="news", embedding_dim=DIMENSION, shape=IndexShape(3, 2, "faiss"))
    store.write_articles([MUSEUM])

    passages, articles = (cluster.indexes[f"news-{kind}"].body for kind in ("passages", "articles"))
    assert passages["settings"]["index.number_of_shards"] == 3
    assert articles["settings"]["index.number_of_shards"] == 1
    assert {body["settings"]["index.number_of_replicas"] for body in (passages, articles)} == {2}
    assert passages["mappings"]["properties"]["embedding"]["method"]["engine"] == "faiss"


def test_name_and_password_are_sent_and_not_written_down(node: str, cluster: FakeCluster) -> None:
    store = OpenSearchStore([node], embedding_dim=DIMENSION, http_auth=("reader", "secret"))
    store.count_articles()

    assert {request.authorization for request in cluster.requests} == {"Basic cmVhZGVyOnNlY3JldA=="}
    assert "secret" not in str(store.to_dict())


def test_a_store_can_be_made_from_its_description(node: str) -> None:
    shape = IndexShape(2, 0, "faiss")
    store = OpenSearchStore([node], index="news", embedding_dim=8, encoder=ENCODER, shape=shape, timeout=9)

    again = OpenSearchStore.from_dict(store.to_dict())

    assert again.to_dict() == store.to_dict()
    assert (again.encoder, again.shape, again.timeout) == (ENCODER, shape, 9)


@pytest.mark.parametrize(
    ("refusal", "error", "said"),
    [
        ((401, "security_exception"), ConfigurationError, "VERBATIM_OPENSEARCH__PASSWORD"),
        ((403, "security_exception"), ConfigurationError, "VERBATIM_OPENSEARCH__PASSWORD"),
        ((403, "cluster_block_exception"), StorageError, "free some space"),
        ((429, "circuit_breaking_exception"), SearchUnavailableError, "try again"),
        ((503, "search_phase_execution_exception"), SearchUnavailableError, "try again"),
        ((400, "illegal_argument_exception"), StorageError, "verbatim doctor"),
    ],
)
def test_what_a_cluster_says_is_put_into_plain_words(
    node: str, cluster: FakeCluster, refusal: tuple[int, str], error: type[Exception], said: str
) -> None:
    status, type_ = refusal

    def refuse(_: Request) -> Answer:
        return status, {"error": {"type": type_, "reason": "no"}, "status": status}

    store = store_of(node)
    store.write_articles([MUSEUM])
    cluster.before = refuse

    with pytest.raises(error, match=said):
        store.articles()


def test_where_and_why_it_is_unavailable_is_told_the_operator_only(caplog: pytest.LogCaptureFixture) -> None:
    store = OpenSearchStore(["http://127.0.0.1:9"], embedding_dim=DIMENSION)

    with caplog.at_level(logging.WARNING), pytest.raises(SearchUnavailableError) as raised:
        store.count_articles()

    assert "127.0.0.1" not in str(raised.value)
    [record] = caplog.records
    assert "http://127.0.0.1:9" in record.getMessage()
    assert record.exc_info is None


def test_closing_without_a_cluster_is_no_failure(node: str, cluster: FakeCluster) -> None:
    store = store_of(node)
    store.write_articles([MUSEUM])
    cluster.before = lambda _: (503, {})

    store.close()
