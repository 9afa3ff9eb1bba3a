"""Haystack's filters as SQL over the passages' metadata.

A comparison that SQL can make exactly is made in SQL; the others (dates with times and zones, lists, names that no JSON
path can hold) call Haystack's own comparison for each row. Every condition is 0 or 1, never NULL, because Haystack's
logic has two values. One thing is looser than in Haystack: a stored value that cannot be ordered against the filter's
does not match, where Haystack raises; an archive of many hands holds such values.
"""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from haystack.errors import FilterError

from pipelines.store.filter_functions import to_json

_PROMOTED = frozenset({"article_id", "source", "published"})
_DOCUMENT_FIELDS = frozenset({"blob", "embedding", "sparse_embedding", "meta"})
_ORDER = frozenset({">", ">=", "<", "<="})
_COMPARISONS = ("==", "!=", ">", ">=", "<", "<=", "in", "not in")
_LOGIC = ("AND", "OR", "NOT")
_PLAIN_NAME = re.compile(r'[^"\\\x00-\x1f\x7f]+')
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LIKE_A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}($|[Tt ])")
_LARGEST_INTEGER = 2**63


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a row of `passages`.

    :param sql: An expression that is 0 or 1.
    :param values: For its placeholders.
    """

    sql: str
    values: tuple[str | int | float, ...] = ()


ALL = Condition("1")
_NONE = Condition("0")


def translate(filters: dict[str, Any] | None) -> Condition:
    """Translate filters.

    :param filters: As Haystack has them; None or empty for every document.
    :returns: The condition.
    :raises haystack.errors.FilterError: If they are malformed or compare what cannot be compared.
    """
    return _condition(filters) if filters else ALL


def negated(condition: Condition) -> Condition:
    """Turn a condition round."""
    return Condition(f"NOT {condition.sql}", condition.values)


def _condition(filters: object) -> Condition:
    if not isinstance(filters, dict):
        msg = f"A filter has to be a dictionary, not {filters!r}"
        raise FilterError(msg)
    return _comparison(filters) if "field" in filters else _logic(filters)


def _logic(filters: dict[str, Any]) -> Condition:
    operator = _required(filters, "operator")
    conditions = _required(filters, "conditions")
    if operator not in _LOGIC:
        msg = f"Unknown logical operator {operator!r}. Valid operators are: {', '.join(_LOGIC)}"
        raise FilterError(msg)
    parts = [_condition(condition) for condition in conditions]
    if operator == "OR":
        return _any(parts)
    both = _joined(parts, " AND ") if parts else ALL
    return negated(both) if operator == "NOT" else both


def _comparison(filters: dict[str, Any]) -> Condition:
    operator = _required(filters, "operator")
    value = _required(filters, "value")
    if operator not in _COMPARISONS:
        msg = f"Unknown comparison operator {operator!r}. Valid operators are: {', '.join(_COMPARISONS)}"
        raise FilterError(msg)
    field = _Field.named(filters["field"])
    if operator in _ORDER:
        return _ordered(field, operator, value)
    if operator in {"in", "not in"}:
        if not isinstance(value, list):
            msg = f"The value has to be a list with the operator {operator!r}, not {type(value).__name__}"
            raise FilterError(msg)
        condition = _one_of(field, value)
    else:
        condition = _one_of(field, [value])
    return negated(condition) if operator in {"!=", "not in"} else condition


def _required(filters: dict[str, Any], key: str) -> Any:  # noqa: ANN401  a filter's value may be anything
    if key not in filters:
        msg = f"{key!r} is missing in the filter {filters}"
        raise FilterError(msg)
    return filters[key]


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a document, in SQL.

    :param name: As the filter has it.
    :param text: The JSON text of its value, or NULL.
    :param values: For the placeholders of `text`.
    """

    name: str
    text: str
    values: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> "_Field":
        if name in {"id", "content"}:
            return cls(name, f"json_quote({name})")
        first, *rest = name.split(".")
        if not rest and name not in _DOCUMENT_FIELDS:
            return cls.of_meta(name, [name])
        if first == "meta" and rest:
            return cls.of_meta(name, rest)
        if first in _DOCUMENT_FIELDS:
            msg = f"Documents cannot be filtered by {name!r}; filter by 'id', 'content' or a field of 'meta'"
            raise FilterError(msg)
        return cls(name, "NULL")

    @classmethod
    def of_meta(cls, name: str, path: list[str]) -> "_Field":
        if path[0] in _PROMOTED and len(path) == 1:
            return cls(name, path[0])
        if all(_PLAIN_NAME.fullmatch(part) for part in path):
            return cls(name, "(meta -> ?)", ("$" + "".join(f'."{part}"' for part in path),))
        return cls(name, "meta_value(meta, ?)", (to_json(path),))


def meta_text(name: str) -> Condition:
    """Make the expression for a metadata field's value.

    :param name: The field's name, with or without `meta.` before it.
    :returns: Its JSON text, or NULL where it is missing or null; no condition, for once.
    """
    field = _Field.of_meta(name, name.removeprefix("meta.").split("."))
    return Condition(f"nullif({field.text}, 'null')", field.values)


def _one_of(field: _Field, values: list[Any]) -> Condition:
    texts: list[str] = []
    parts = []
    if field.name == "id" and all(isinstance(value, str) and not _is_like_a_date(value) for value in values):
        ids = tuple(value for value in values if _is_text(value))
        return Condition(f"id IN ({', '.join('?' * len(ids))})", ids)
    for value in values:
        if value is None:
            parts.append(Condition(f"ifnull({field.text} = 'null', 1)", field.values))
        elif isinstance(value, (str, int, float)) and not _is_like_a_date(value):
            texts.extend(_equal_texts(value))
        else:
            parts.append(_as_haystack(field, "==", value))
    if texts:
        marks = ", ".join("?" * len(texts))
        # Said so that an index on a promoted column can be used and the result is never NULL.
        found = f"({field.text} IS NOT NULL AND {field.text} IN ({marks}))"
        parts.append(Condition(found, (*field.values, *field.values, *texts)))
    return _any(parts)


def _equal_texts(value: str | float) -> set[str]:
    """List the JSON texts of the values that equal a value in Python, where 1 == 1.0 == True."""
    if isinstance(value, str):
        return {to_json(value)} if _is_text(value) else set()
    if math.isnan(value) or math.isinf(value):
        return set()
    if value != int(value):
        return {to_json(value)}
    whole = int(value)
    texts = {to_json(whole)}
    with suppress(OverflowError):
        texts |= {to_json(float(whole))} if float(whole) == whole else set()
    return texts | {0: {"false", "-0.0"}, 1: {"true"}}.get(whole, set())


def _ordered(field: _Field, operator: str, value: Any) -> Condition:  # noqa: ANN401  a filter's value may be anything
    if value is None:
        return _NONE
    if isinstance(value, (int, float)):
        return _number_ordered(field, operator, value)
    if not isinstance(value, datetime) and not (isinstance(value, str) and _is_a_date(value)):
        msg = (
            f"{value!r} cannot be compared with {operator!r}: only numbers and dates can be, "
            "dates as datetime or as ISO 8601 text (2026-01-31)"
        )
        raise FilterError(msg)
    by_python = _as_haystack(field, operator, value)
    if field.text == "published" and isinstance(value, str) and _DAY.fullmatch(value):
        sql = f"((day IS NOT NULL AND day {operator} ?) OR (day IS NULL AND {by_python.sql}))"
        return Condition(sql, (value, *by_python.values))
    return by_python


def _number_ordered(field: _Field, operator: str, value: float) -> Condition:
    if math.isnan(value) or (isinstance(value, int) and abs(value) >= _LARGEST_INTEGER):
        return _as_haystack(field, operator, value, types="'integer', 'real', 'true', 'false'")
    sql = (
        f"CASE WHEN json_type({field.text}) IN ('integer', 'real', 'true', 'false') "
        f"THEN json_extract({field.text}, '$') {operator} ? ELSE 0 END"
    )
    return Condition(f"({sql})", (*field.values, *field.values, value))


def _as_haystack(
    field: _Field,
    operator: str,
    value: Any,  # noqa: ANN401  a filter's value may be anything
    *,
    types: str | None = None,
) -> Condition:
    if isinstance(value, datetime):
        value = value.isoformat()
    try:
        comparison = to_json({"field": field.name, "operator": operator, "value": value})
    except (TypeError, ValueError):
        return _NONE
    # Most rows are told apart by their type, without a call to Python.
    kinds = types or ("'text'" if isinstance(value, str) else "'array', 'object'")
    sql = f"(ifnull(json_type({field.text}), '') IN ({kinds}) AND haystack_matches(?, id, content, meta))"
    return Condition(sql, (*field.values, comparison))


def _is_like_a_date(value: str | float) -> bool:
    return isinstance(value, str) and _LIKE_A_DATE.match(value) is not None


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which is never stored
        return False
    return True


def _is_a_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _any(parts: list[Condition]) -> Condition:
    return _joined(parts, " OR ") if parts else _NONE


def _joined(parts: list[Condition], word: str) -> Condition:
    sql = word.join(part.sql for part in parts)
    return Condition(f"({sql})", tuple(value for part in parts for value in part.values))
