"""Filters in SQL mean what Haystack's own comparison means."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from haystack import Document
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.store import passages
from pipelines.store.filter_functions import register_functions
from pipelines.store.filters import translate
from pipelines.store.schema import MIGRATIONS

DATES = [
    "2021-01-05",
    "2021-02-30",
    "2020-12-31",
    "2021-01-05T00:00:00",
    "2021-01-05T10:30:00+02:00",
    "2021-01-05T08:30:00Z",
    "20210105",
    "2021",
]
INSTANTS = [date for date in DATES if date not in {"2021", "2021-02-30"}] + [
    datetime(2021, 1, 5),  # noqa: DTZ001  naive ones are stored as well
    datetime(2021, 1, 5, 8, 30, tzinfo=UTC),
]
NUMBERS = [0, 1, 2, 0.0, -0.0, 1.0, 0.5, 1e300, 2**53 + 1, float(2**53), 2**63 - 1, True, False]
TEXTS = ["1", "1.0", "true", "null", "Reuters", "ÄÖ", "a\x00b", "a", '"', "it's"]
numbers = (
    st.sampled_from(NUMBERS) | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
texts = st.sampled_from([*DATES, *TEXTS]) | st.text(st.characters(codec="utf-8"), max_size=5)
scalars = st.none() | numbers | texts
nested = st.lists(scalars, max_size=2) | st.dictionaries(st.sampled_from(["deep", "x"]), scalars, max_size=2)
# Few values, so that a filter often meets the value it asks for, or one that is nearly the same.
common: st.SearchStrategy[Any] = st.sampled_from([None, *NUMBERS, *DATES, *TEXTS])
values = common | scalars | nested
NAMES = ["x", "published", "source", 'a "quoted" name', ""]
FIELDS = ["meta.x", "x", "meta.published", "source", 'meta.a "quoted" name', "", "meta.nested.deep", "meta.x.deep"]
fields = st.sampled_from(FIELDS) | st.sampled_from(["id", "content", "nested.x", "meta.published"])
metas = st.fixed_dictionaries({"x": values, "published": values}) | (
    st.dictionaries(st.sampled_from([*NAMES, "nested"]), values, max_size=5)
)
comparisons = st.one_of(
    st.fixed_dictionaries(
        {"field": fields, "operator": st.sampled_from(["==", "!="]), "value": values | st.sampled_from(INSTANTS)}
    ),
    st.fixed_dictionaries(
        {"field": fields, "operator": st.sampled_from(["in", "not in"]), "value": st.lists(values, max_size=4)}
    ),
    st.fixed_dictionaries(
        {
            "field": fields,
            "operator": st.sampled_from([">", ">=", "<", "<="]),
            "value": st.none() | numbers | st.sampled_from(INSTANTS),
        }
    ),
)
filters_ = st.recursive(
    comparisons,
    lambda inner: st.fixed_dictionaries(
        {"operator": st.sampled_from(["AND", "OR", "NOT"]), "conditions": st.lists(inner, max_size=3)}
    ),
    max_leaves=4,
)


def expected(filters: dict[str, Any], document: Document) -> bool:
    """Haystack's answer, where a comparison for which it raises does not match."""
    if "field" in filters:
        try:
            return document_matches_filter(filters, document)
        except (FilterError, TypeError, ValueError, OverflowError):
            return False
    parts = [expected(part, document) for part in filters["conditions"]]
    return {"AND": all(parts), "OR": any(parts), "NOT": not all(parts)}[filters["operator"]]


@contextmanager
def record_of(documents: list[Document]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        register_functions(connection)
        for statements in MIGRATIONS:
            connection.executescript(statements)
        passages.insert(connection, documents, 1)
        yield connection


@settings(max_examples=400, deadline=None)
@given(metas=st.lists(metas, min_size=1, max_size=8), filters=filters_)
def test_random_filters_match_the_documents_that_haystack_matches(
    metas: list[dict[str, Any]], filters: dict[str, Any]
) -> None:
    documents = [Document(id=str(index), content="2021-01-05", meta=meta) for index, meta in enumerate(metas)]
    condition = translate(filters)
    with record_of(documents) as connection:
        stored = passages.read(connection, translate(None))
        assert [document.meta for document in stored] == metas
        matching = [document.id for document in passages.read(connection, condition)]
        results = connection.execute(f"SELECT {condition.sql} FROM passages", condition.values)
        assert {row[0] for row in results} <= {0, 1}
    assert matching == [document.id for document in documents if expected(filters, document)]


ODD = [[], [1], [1.0], ["Reuters"], {}, {"deep": 1}, [[True]], {"deep": [None]}]


@pytest.mark.parametrize("name", ["x", "published", 'a "quoted" name'])
def test_every_kind_of_value_meets_every_kind_of_comparison_as_in_haystack(name: str) -> None:
    documents = [
        Document(id=str(index), meta={name: value})
        for index, value in enumerate([None, *NUMBERS, *DATES, *TEXTS, *ODD])
    ]
    documents.append(Document(id="without"))
    filters: list[dict[str, Any]] = [
        {"field": f"meta.{name}", "operator": operator, "value": value}
        for operator in ("==", "!=")
        for value in [None, *NUMBERS, *INSTANTS, *DATES, *TEXTS, *ODD, float("nan"), float("inf"), "\ud83d"]
    ]
    filters += [
        {"field": name, "operator": operator, "value": value}
        for operator in (">", ">=", "<", "<=")
        for value in [None, *NUMBERS, *INSTANTS, 0.1 + 0.2, 2**70, -(2**70), float("nan"), float("inf")]
    ]
    with record_of(documents) as connection:
        for one in filters:
            matching = [document.id for document in passages.read(connection, translate(one))]
            assert matching == [document.id for document in documents if expected(one, document)], one


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"field": "meta.article_id", "operator": "==", "value": "ab12"}, "passages_by_article"),
        ({"field": "source", "operator": "in", "value": ["Reuters", "The Post"]}, "passages_by_source"),
        ({"field": "meta.published", "operator": ">=", "value": "2021-01-05"}, "passages_by_day"),
        ({"field": "id", "operator": "in", "value": ["a", "b"]}, "sqlite_autoindex_passages_1"),
    ],
)
def test_common_filters_use_an_index(filters: dict[str, Any], index: str) -> None:
    condition = translate(filters)
    with record_of([]) as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT key FROM passages WHERE {condition.sql}", condition.values
        ).fetchall()
    assert any(index in row[3] for row in plan), plan


@pytest.mark.parametrize(
    "filters",
    [
        {"field": "meta.x", "operator": "=", "value": 1},
        {"field": "meta.x", "operator": "=="},
        {"field": "meta.x", "value": 1},
        {"field": "meta.x", "operator": ">", "value": "yesterday"},
        {"field": "meta.x", "operator": ">", "value": [1]},
        {"field": "meta.x", "operator": "in", "value": "text"},
        {"field": "embedding", "operator": "==", "value": [1.0]},
        {"operator": "XOR", "conditions": []},
        {"operator": "AND"},
        {"conditions": []},
        {"operator": "AND", "conditions": ["x"]},
    ],
)
def test_malformed_filters_are_refused(filters: dict[str, Any]) -> None:
    with pytest.raises(FilterError):
        translate(filters)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, "half of a pair \ud83d"])
def test_metadata_that_cannot_be_stored_is_refused(value: object) -> None:
    with (
        pytest.raises(ValueError, match="Document a cannot be stored"),
        record_of([Document(id="a", meta={"x": value})]),
    ):
        pass
