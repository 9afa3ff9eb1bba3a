"""The bodies of the requests that search."""

from collections.abc import Collection, Sequence
from typing import Any

from haystack_integrations.document_stores.opensearch.filters import normalize_filters

# Where a field's words are analysed, its whole value stands beside them.
_WHOLE_VALUES = {"title": "title.keyword"}
_WITHOUT_EMBEDDING = {"excludes": ["embedding"]}
NEWEST_FIRST = [
    {"published": {"order": "desc", "missing": "_last"}},
    {"title.keyword": {"order": "asc"}},
    {"article_id": {"order": "asc"}},
]


def translate(filters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Translate Haystack filters.

    :param filters: The filters; None or empty for every document.
    :returns: A query that scores nothing, or None.
    :raises haystack.errors.FilterError: If they are malformed.
    """
    return normalize_filters(_on_whole_values(filters)) if filters else None


def by_words(question: str, filters: dict[str, Any] | None, top_k: int) -> dict[str, Any]:
    """Ask for the passages that share words with a question, in their text or their title (BM25).

    :param question: Any text; only its words count.
    :param filters: Haystack filters.
    :param top_k: How many at most.
    """
    words = {"multi_match": {"query": question, "fields": ["content", "title"], "type": "most_fields"}}
    condition = translate(filters)
    query = {"bool": {"must": [words], "filter": [condition]}} if condition else words
    return {"size": top_k, "query": query, "_source": _WITHOUT_EMBEDDING, "track_total_hits": False}


def by_meaning(embedding: Sequence[float], filters: dict[str, Any] | None, top_k: int) -> dict[str, Any]:
    """Ask for the passages whose embeddings are nearest; the filter is part of the search through the graph.

    :param embedding: The question's.
    :param filters: Haystack filters.
    :param top_k: How many at most.
    """
    nearest: dict[str, Any] = {"vector": list(embedding), "k": top_k}
    condition = translate(filters)
    if condition:
        nearest["filter"] = condition
    return {
        "size": top_k,
        "query": {"knn": {"embedding": nearest}},
        "_source": _WITHOUT_EMBEDDING,
        "track_total_hits": False,
    }


def values_of(field: str, term: str | None, filters: dict[str, Any] | None, size: int) -> dict[str, Any]:
    """Ask for the different values of a field of the articles, in alphabetical order.

    :param field: `title` or `source`.
    :param term: Only values that contain this, in any case.
    :param filters: Haystack filters.
    :param size: How many at most.
    """
    whole = _WHOLE_VALUES.get(field, field)
    conditions: list[dict[str, Any]] = []
    if term:
        escaped = "".join(f"\\{letter}" if letter in "*?\\" else letter for letter in term.lower())
        conditions.append({"wildcard": {f"{field}.folded": {"value": f"*{escaped}*"}}})
    condition = translate(filters)
    if condition:
        conditions.append(condition)
    return {
        "size": 0,
        "query": {"bool": {"filter": conditions}},
        "aggs": {
            "values": {"terms": {"field": whole, "size": size, "order": {"_key": "asc"}}},
            "count": {"cardinality": {"field": whole}},
        },
    }


def alike(anchors: Sequence[int], *, least: int, but: Collection[str], size: int) -> dict[str, Any]:
    """Ask for the articles that share the most anchors with a text.

    :param anchors: The text's.
    :param least: How many must be shared.
    :param but: The ids of articles that are not meant.
    :param size: How many articles at most.
    """
    shared = [{"constant_score": {"filter": {"term": {"anchors": anchor}}}} for anchor in anchors]
    not_meant = [{"terms": {"article_id": sorted(but)}}]
    return {
        "size": size,
        "query": {"bool": {"should": shared, "minimum_should_match": least, "must_not": not_meant}},
        "_source": ["digest", "family", "text"],
    }


def passages_of(article_ids: Collection[str], *, but: Collection[str] = ()) -> dict[str, Any]:
    """Select the passages of articles.

    :param article_ids: The articles.
    :param but: The ids of passages that are not meant.
    """
    query: dict[str, Any] = {"filter": [{"terms": {"article_id": sorted(article_ids)}}]}
    if but:
        query["must_not"] = [{"ids": {"values": sorted(but)}}]
    return {"query": {"bool": query}}


def _on_whole_values(filters: dict[str, Any]) -> dict[str, Any]:
    if "conditions" in filters:
        return {**filters, "conditions": [_on_whole_values(condition) for condition in filters["conditions"]]}
    field = str(filters.get("field", "")).removeprefix("meta.")
    return {**filters, "field": _WHOLE_VALUES[field]} if field in _WHOLE_VALUES else filters
