"""The two indexes: passages, which are searched, and articles, which are listed and shown.

They are two because they are used differently: every question goes through the passages, and none through the long
texts of the articles, which need no vectors and are read one at a time.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipelines.types import EncoderIdentity

SCHEMA_VERSION = 1
META = "verbatim"
"""The name under which a mapping's `_meta` tells who made the index."""

_ANALYZER = "english_stems"
_FOLDED = "folded"
# Lucene takes terms up to 32,766 bytes, and a character has up to four.
_LONGEST_KEYWORD = 8191
_KEYWORD = {"type": "keyword", "ignore_above": _LONGEST_KEYWORD}
_NEVER_SEARCHED = {"type": "keyword", "index": False, "doc_values": False}
_DAY = {"type": "date", "format": "strict_date"}
# The list of articles is read page by page, as deep as the archive is.
_DEEPEST_PAGE = 10_000_000
# The graph as OpenSearch makes it by default for this engine, said here so that it does not change with a version.
_GRAPH = {"m": 16, "ef_construction": 100}


@dataclass(frozen=True, slots=True)
class IndexShape:
    """How the indexes are laid out in the cluster; fixed when they are made.

    :param shards: Parts that the passages are split into, from 1.
    :param replicas: Further copies of each part, from 0; with 1, any one node may go away.
    :param engine: What searches vectors: `lucene`, or `faiss` (OpenSearch 2.19 or newer).
    """

    shards: int = 1
    replicas: int = 1
    engine: Literal["lucene", "faiss"] = "lucene"


def passage_index(shape: IndexShape, dimension: int, encoder: EncoderIdentity | None) -> dict[str, Any]:
    """Describe the index of the passages.

    Words are treated as in the embedded keyword index: lower case, no accents, Porter's second stemmer, and common
    words stay. Metadata that is not named here becomes keywords, numbers or booleans, as Haystack's own store has it.

    :param shape: How it is laid out.
    :param dimension: Numbers of an embedding.
    :param encoder: What makes the embeddings, if it is to be remembered.
    :returns: The body of the request that makes it.
    """
    meta = {"schema": SCHEMA_VERSION, "dimension": dimension, "encoder": asdict(encoder) if encoder else None}
    method = {"name": "hnsw", "space_type": "cosinesimil", "engine": shape.engine, "parameters": _GRAPH}
    return {
        "settings": _settings(shape) | {"index.knn": True},
        "mappings": {
            "_meta": {META: meta},
            "dynamic_templates": [{"texts": {"match_mapping_type": "string", "mapping": _KEYWORD}}],
            "properties": {
                "id": _KEYWORD,
                "content": {"type": "text", "analyzer": _ANALYZER},
                "embedding": {"type": "knn_vector", "dimension": dimension, "method": method},
                "article_id": _KEYWORD,
                "index": {"type": "integer"},
                "start": {"type": "integer"},
                "end": {"type": "integer"},
                "kind": _KEYWORD,
                "url": _KEYWORD,
                **_citation(),
            },
        },
    }


def article_index(shape: IndexShape) -> dict[str, Any]:
    """Describe the index of the articles.

    :param shape: How it is laid out; it is small, so one shard holds it.
    :returns: The body of the request that makes it.
    """
    one_shard = IndexShape(shards=1, replicas=shape.replicas)
    return {
        "settings": _settings(one_shard) | {"index.max_result_window": _DEEPEST_PAGE},
        "mappings": {
            "_meta": {META: {"schema": SCHEMA_VERSION}},
            "dynamic": "strict",
            "properties": {
                "article_id": _KEYWORD,
                "origin": _KEYWORD,
                "fingerprint": _NEVER_SEARCHED,
                "text": {"type": "text", "index": False},
                # What copies are recognised by, see copies.py.
                "digest": {"type": "long", "index": False},
                "anchors": {"type": "long", "doc_values": False},
                "family": {"type": "long", "index": False},
                "url": _NEVER_SEARCHED,
                **_citation(),
            },
        },
    }


def _settings(shape: IndexShape) -> dict[str, Any]:
    return {
        "index.number_of_shards": shape.shards,
        "index.number_of_replicas": shape.replicas,
        "analysis": {
            "filter": {
                "english_possessive": {"type": "stemmer", "language": "possessive_english"},
                "english_porter2": {"type": "stemmer", "language": "porter2"},
            },
            "analyzer": {
                _ANALYZER: {
                    "type": "custom",
                    "tokenizer": "standard",
                    "filter": ["english_possessive", "lowercase", "asciifolding", "english_porter2"],
                }
            },
            "normalizer": {_FOLDED: {"type": "custom", "filter": ["lowercase"]}},
        },
    }


def _citation() -> dict[str, Any]:
    folded = {**_KEYWORD, "normalizer": _FOLDED}
    return {
        "title": {"type": "text", "analyzer": _ANALYZER, "fields": {"keyword": _KEYWORD, _FOLDED: folded}},
        "source": {**_KEYWORD, "fields": {_FOLDED: folded}},
        "published": _DAY,
        "author": _KEYWORD,
    }
