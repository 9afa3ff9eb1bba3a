"""What is sent, against what was written down and read over: a change here changes the contract with the cluster.

`python -m tests.pipelines.store.opensearch.test_shapes` writes the files anew.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.store.opensearch import IndexShape, OpenSearchStore
from pipelines.store.opensearch.mappings import article_index, passage_index
from pipelines.store.opensearch.queries import by_meaning, by_words, values_of
from pipelines.types import EncoderIdentity
from tests.pipelines.store.archive import DIMENSION, indexed
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node

SHAPES = Path(__file__).with_name("shapes")
SHAPE = IndexShape(shards=3, replicas=1)
ENCODER = EncoderIdentity("small", 2, "0" * 64)
NARROWED = {
    "operator": "AND",
    "conditions": [
        {"field": "meta.published", "operator": ">=", "value": "2026-01-01"},
        {"field": "meta.published", "operator": "<=", "value": "2026-06-30"},
        {"field": "meta.source", "operator": "in", "value": ["The Times"]},
        {"field": "meta.title", "operator": "in", "value": ["Budget vote", "Budget fails"]},
    ],
}


def of_a_life(*steps: Callable[[OpenSearchStore], object]) -> list[dict[str, Any]]:
    """The requests that some steps make, after an article was written."""
    cluster = FakeCluster()
    with running_node(cluster) as address:
        store = OpenSearchStore([address], embedding_dim=DIMENSION)
        store.write_articles([indexed("/a.txt", "The museum opened.", "It was full.", title="Museum opens")])
        store.close()
        cluster.requests.clear()
        for step in steps:
            step(store)
        store.close()
    return [
        {"method": one.method, "path": one.path, "parameters": one.parameters, "body": one.body}
        for one in cluster.requests
    ]


def replacing(store: OpenSearchStore) -> None:
    store.write_articles([indexed("/a.txt", "The museum closed.", title="Museum closes")])


def removing(store: OpenSearchStore) -> None:
    store.delete_articles([indexed("/a.txt", "").article.citation.id])


def listing(store: OpenSearchStore) -> None:
    store.count_articles()
    store.articles(offset=20, limit=10)
    store.article("0123456789abcdef")
    store.fingerprints()
    store.article_ids_under("/archive/")


MADE: dict[str, Callable[[], Any]] = {
    "passage_index": lambda: passage_index(SHAPE, 2, ENCODER),
    "article_index": lambda: article_index(SHAPE),
    "words": lambda: by_words("when was the vote?", None, 50),
    "words_narrowed": lambda: by_words("when was the vote?", NARROWED, 50),
    "meaning": lambda: by_meaning([0.6, 0.8], None, 50),
    "meaning_narrowed": lambda: by_meaning([0.6, 0.8], NARROWED, 50),
    "values": lambda: values_of("title", 'Budget "50%*"', None, 1000),
    "replacing": lambda: of_a_life(replacing),
    "removing": lambda: of_a_life(removing),
    "listing": lambda: of_a_life(listing),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_sent_is_what_was_written_down(name: str) -> None:
    assert MADE[name]() == json.loads((SHAPES / f"{name}.json").read_text())


if __name__ == "__main__":
    for name, make in MADE.items():
        (SHAPES / f"{name}.json").write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n")
