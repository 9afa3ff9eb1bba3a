"""Documents as rows of the record."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from haystack import Document
from haystack.dataclasses import ByteStream, SparseEmbedding
from numpy.typing import NDArray

from pipelines.store.filter_functions import to_json
from pipelines.store.filters import Condition

Vector = NDArray[np.float32]
STORED = np.dtype("<f4")
_COLUMNS = "passages.key, id, content, meta, extra"


def insert(connection: sqlite3.Connection, documents: Iterable[Document], dimension: int) -> None:
    """Add documents whose ids are not stored yet.

    :param connection: In a transaction.
    :param documents: The documents.
    :param dimension: Numbers of an embedding.
    :raises ValueError: If a document has an embedding of another length, or metadata that JSON cannot hold.
    """
    for document in documents:
        [(key,)] = connection.execute(
            "INSERT INTO passages (id, content, meta, extra) VALUES (?, ?, ?, ?) RETURNING key", _row(document)
        )
        if document.embedding is not None:
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (key, _blob(document, dimension)))


def known_ids(connection: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Find out which ids are stored."""
    found = connection.execute("SELECT id FROM passages WHERE id IN (SELECT value FROM json_each(?))", (_list(ids),))
    return {row[0] for row in found}


def remove(connection: sqlite3.Connection, condition: Condition) -> int:
    """Remove documents; an article goes with the last of its passages, so that it can be indexed again.

    :param connection: In a transaction.
    :param condition: Which documents.
    :returns: How many.
    """
    articles = connection.execute(
        f"SELECT DISTINCT article_id FROM passages WHERE {condition.sql} AND article_id IS NOT NULL",  # noqa: S608  ours
        condition.values,
    ).fetchall()
    removed = connection.execute(f"DELETE FROM passages WHERE {condition.sql}", condition.values).rowcount  # noqa: S608  ours
    connection.executemany(
        "DELETE FROM articles WHERE id = ? AND NOT EXISTS (SELECT 1 FROM passages WHERE article_id = ?)",
        [(article_id, text) for (text,) in articles if isinstance(article_id := json.loads(text), str)],
    )
    return removed


def make_room(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Remove documents that are about to be written anew; their articles stay."""
    connection.execute("DELETE FROM passages WHERE id IN (SELECT value FROM json_each(?))", (_list(ids),))


def with_ids(ids: Iterable[str]) -> Condition:
    """Make the condition that a document has one of some ids."""
    return Condition("id IN (SELECT value FROM json_each(?))", (_list(ids),))


def matching_keys(connection: sqlite3.Connection, keys: Sequence[int], condition: Condition) -> set[int]:
    """Find out which of some passages are still there and meet a condition."""
    rows = connection.execute(
        f"SELECT key FROM passages WHERE key IN (SELECT value FROM json_each(?)) AND {condition.sql}",  # noqa: S608  ours
        (_list(keys), *condition.values),
    )
    return {row[0] for row in rows}


def first_keys(connection: sqlite3.Connection, condition: Condition, limit: int) -> list[int]:
    """List the keys of the passages that meet a condition, up to a limit (-1: all)."""
    rows = connection.execute(
        f"SELECT key FROM passages WHERE {condition.sql} LIMIT ?",  # noqa: S608  ours
        (*condition.values, limit),
    )
    return [row[0] for row in rows]


def read(connection: sqlite3.Connection, condition: Condition) -> list[Document]:
    """Read documents with their embeddings, in the order in which they were written."""
    rows = connection.execute(
        f"SELECT {_COLUMNS}, embedding FROM passages LEFT JOIN vectors USING (key) "  # noqa: S608  ours
        f"WHERE {condition.sql} ORDER BY passages.key",
        condition.values,
    )
    return [_document(row, embedding=row[5]) for row in rows]


def read_ranked(connection: sqlite3.Connection, hits: Sequence[tuple[int, float]]) -> list[Document]:
    """Read documents without their embeddings, in the order of a ranking, with its scores."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM passages WHERE key IN (SELECT value FROM json_each(?))",  # noqa: S608  ours
        (_list(key for key, _ in hits),),
    )
    by_key = {row[0]: row for row in rows}
    return [_document(by_key[key], score=score) for key, score in hits if key in by_key]


def read_vectors(
    connection: sqlite3.Connection, dimension: int, *, above: int, batch: int
) -> Iterator[tuple[NDArray[np.int64], Vector]]:
    """Read the vectors of the passages above a key, as many at a time as a batch holds."""
    rows = connection.execute("SELECT key, embedding FROM vectors WHERE key > ? ORDER BY key", (above,))
    while chunk := rows.fetchmany(batch):
        yield _matrix(chunk, dimension)


def read_vectors_of(
    connection: sqlite3.Connection, keys: Sequence[int], dimension: int, *, batch: int
) -> Iterator[tuple[NDArray[np.int64], Vector]]:
    """Read the vectors of some passages, as many at a time as a batch holds."""
    for start in range(0, len(keys), batch):
        chunk = connection.execute(
            "SELECT key, embedding FROM vectors WHERE key IN (SELECT value FROM json_each(?))",
            (_list(keys[start : start + batch]),),
        ).fetchall()
        if chunk:
            yield _matrix(chunk, dimension)


def _matrix(rows: list[tuple[int, bytes]], dimension: int) -> tuple[NDArray[np.int64], Vector]:
    keys = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype=STORED).reshape(len(rows), dimension)
    return keys, vectors.astype(np.float32, copy=False)


def _list(values: Iterable[object]) -> str:
    return json.dumps(list(values))


def _row(document: Document) -> tuple[str, str | None, str, str | None]:
    extra = {
        name: part.to_dict()
        for name, part in (("blob", document.blob), ("sparse_embedding", document.sparse_embedding))
        if part is not None
    }
    try:
        row = (document.id, document.content, meta_json(document.meta), to_json(extra) if extra else None)
        "".join(text for text in row if text).encode()
    except (TypeError, ValueError) as error:
        msg = f"Document {document.id} cannot be stored: {error}"
        raise ValueError(msg) from error
    return row


def meta_json(meta: dict[str, Any]) -> str:
    """Write metadata as the record holds it; dates become ISO 8601 text.

    :param meta: The metadata.
    :returns: JSON.
    :raises ValueError: If JSON has no such value.
    """
    try:
        return json.dumps(meta, default=_as_text, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        raise ValueError(*error.args) from error


def _as_text(value: object) -> str:
    if isinstance(value, date):  # a datetime is one as well
        return value.isoformat()
    msg = f"metadata cannot hold a {type(value).__name__}"
    raise TypeError(msg)


def _blob(document: Document, dimension: int) -> bytes:
    vector = np.asarray(document.embedding, dtype=STORED)
    if vector.shape != (dimension,) or not np.isfinite(vector).all():
        msg = f"Document {document.id} has an embedding of shape {vector.shape}; needed are {dimension} finite numbers"
        raise ValueError(msg)
    return vector.tobytes()


def _document(row: Sequence[Any], *, score: float | None = None, embedding: bytes | None = None) -> Document:
    extra = json.loads(row[4]) if row[4] else {}
    # What is read here was a document before, and Haystack's own checks would take seven times as long.
    document = object.__new__(Document)
    vars(document).update(
        id=row[1],
        content=row[2],
        meta=json.loads(row[3]),
        score=score,
        embedding=np.frombuffer(embedding, dtype=STORED).tolist() if embedding is not None else None,
        blob=ByteStream.from_dict(extra["blob"]) if "blob" in extra else None,
        sparse_embedding=SparseEmbedding.from_dict(extra["sparse_embedding"]) if "sparse_embedding" in extra else None,
    )
    return document
