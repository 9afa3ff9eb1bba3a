"""Tables of articles, one a row: JSON Lines and CSV."""

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.files import Blocked, Container, printable
from pipelines.sources.metadata import metadata_from
from pipelines.sources.raw import ArticleFormat, LoadedSource, RawArticle

LONGEST_ROW = 32 * 2**20
"""Bytes; a longer row is no article."""
# The names that people give to columns; the first that a row has counts.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "article"),
    "title": ("title", "headline"),
    "published": ("published", "date", "published_at", "publish_date"),
    "source": ("source", "publication", "outlet", "site"),
    "url": ("url", "link"),
    "author": ("author", "authors", "byline"),
    "id": ("id",),
}
Row = Mapping[str, object]


def table_prefix(path: Path) -> str:
    """Tell what the origins of all articles of a table begin with.

    :param path: The table's absolute path.
    """
    return f"{printable(path)}#"


def read_table(container: Container, fields: Mapping[str, str]) -> Iterator[LoadedSource | SourceError | Blocked]:
    """Read the articles of a table, one after another, however large it is.

    An article's identity is its id, else its address, else its text: a row may move.

    :param container: The file; its ending tells what it is.
    :param fields: From "text", "title", "published", "source", "url", "author" and "id" to the columns they are in,
        where these have other names than usual.
    :returns: The articles; rows that cannot be used; and the file if it cannot be read to its end.
    """
    read_rows = _read_csv if container.path.suffix.lower() == ".csv" else _read_json_lines
    try:
        for line, row in read_rows(container.path):
            name = f"{container.name}, line {line}"
            try:
                yield LoadedSource(_article(row, container, name, fields))
            except ValueError as error:
                yield SourceError(name, str(error))
    except OSError as error:
        yield Blocked(table_prefix(container.path), container.name, f"cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        yield Blocked(table_prefix(container.path), container.name, "is not UTF-8")
    except csv.Error as error:
        yield Blocked(table_prefix(container.path), container.name, f"is no CSV file ({error})")


def _article(row: object, container: Container, name: str, fields: Mapping[str, str]) -> RawArticle:
    if not isinstance(row, Mapping):
        msg = "is no JSON object"
        raise ValueError(msg)  # noqa: TRY004  the file is wrong, not the code
    values = {key: _value(row, key, fields.get(key)) for key in FIELDS}
    text = values["text"]
    if not isinstance(text, str) or not text.strip():
        columns = ", ".join(str(column) for column in row if column)
        msg = f"has no text (columns: {columns}); name the column with --field text=COLUMN"
        raise ValueError(msg)
    data = text.encode("utf-8", "replace")
    key = values["id"] or values["url"] or hashlib.sha256(data).hexdigest()
    return RawArticle(
        f"{table_prefix(container.path)}{key}",
        name,
        data,
        ArticleFormat.TEXT,
        encoding="utf-8",
        given=metadata_from({key: values[key] for key in ("title", "published", "source", "url", "author")}),
        fallback=metadata_from({"source": printable(container.path.name)}),
    )


def _value(row: Row, key: str, column: str | None) -> object:
    if column is not None:
        if column not in row:
            msg = f"has no column {column}"
            raise ValueError(msg)
        return row[column]
    return next((row[name] for name in FIELDS[key] if row.get(name) not in (None, "")), None)


def _read_json_lines(path: Path) -> Iterator[tuple[int, object]]:
    with path.open("rb") as file:
        for line in count(1):
            data = file.readline(LONGEST_ROW)
            if not data:
                return
            rest = data
            while len(rest) == LONGEST_ROW and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_ROW)
            if data.strip():
                yield line, _parse(data)


def _parse(data: bytes) -> object:
    """Parse a row; None, which is no row, if it is cut or no JSON."""
    try:
        return json.loads(data)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return None


def _read_csv(path: Path) -> Iterator[tuple[int, object]]:
    csv.field_size_limit(LONGEST_ROW)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row
