"""What SQLite asks Python when a filter needs Python's own comparison."""

import json
import sqlite3
from functools import lru_cache
from typing import Any

from haystack import Document
from haystack.errors import FilterError
from haystack.utils.filters import document_matches_filter


def register_functions(connection: sqlite3.Connection) -> None:
    """Make the functions that translated filters call known to a connection.

    :param connection: The connection.
    """
    connection.create_function("haystack_matches", 4, _haystack_matches, deterministic=True)
    connection.create_function("meta_value", 2, _meta_value, deterministic=True)


def _haystack_matches(comparison: str, document_id: str, content: str | None, meta: str) -> bool:
    """Compare as Haystack does; what cannot be compared does not match."""
    document = Document(id=document_id, content=content, meta=json.loads(meta))
    try:
        return document_matches_filter(_parsed(comparison), document)
    except (FilterError, TypeError, ValueError, OverflowError):
        return False


def _meta_value(meta: str, path: str) -> str | None:
    """Find a value in nested metadata; the way `->` does, for names that a JSON path cannot hold."""
    value = json.loads(meta)
    for name in _parsed(path):
        if not isinstance(value, dict) or name not in value:
            return None
        value = value[name]
    return to_json(value)


def to_json(value: object) -> str:
    """Write a value the one way in which the record holds it: equal texts are equal values.

    :param value: The value.
    :returns: Compact JSON.
    :raises ValueError: If JSON has no such value.
    :raises TypeError: If JSON has no such type.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(text)
