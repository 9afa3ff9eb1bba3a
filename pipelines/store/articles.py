"""The articles: written whole, listed, looked up and removed."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from pipelines.store import passages
from pipelines.store.base import StoreBase
from pipelines.store.copies import join_family
from pipelines.store.filter_functions import to_json
from pipelines.store.filters import Condition
from pipelines.store.types import IndexedArticle
from pipelines.types import Article, Citation

# The author is written in the metadata of the passages only, which all of an article's passages share.
_AUTHOR = "(SELECT meta ->> '$.author' FROM passages WHERE article_id = json_quote(articles.id) LIMIT 1)"
_CITATION = f"id, title, source, url, published, {_AUTHOR}"
_Row = tuple[str, str, str, str | None, str | None, str | None]
# Articles of an older index that join a family in one transaction.
_FAMILIES_A_COMMIT = 1000
_LAST_CHARACTER = "\U0010ffff"


class Articles(StoreBase):
    """The store as a library of articles."""

    def count_articles(self) -> int:
        """Count the articles."""
        with self._reading() as connection:
            [(count,)] = connection.execute("SELECT count(*) FROM articles")
        return int(count)

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        """List articles, newest first; those without a date come last.

        :param offset: How many to leave out, from 0.
        :param limit: How many to list at most.
        :returns: Their citations.
        """
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_CITATION} FROM articles ORDER BY published DESC, title, id LIMIT ? OFFSET ?",  # noqa: S608  ours
                (limit, offset),
            ).fetchall()
        return [_citation(row) for row in rows]

    def article(self, id: str) -> Article | None:  # noqa: A002  the name in bot.protocols.Library
        """Read one article.

        :param id: The article's id.
        :returns: The article, or None if it is not indexed.
        """
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT origin, text, {_CITATION} FROM articles JOIN article_texts ON article_id = id WHERE id = ?",  # noqa: S608  ours
                (id,),
            ).fetchone()
        return Article(_citation(row[2:]), text=row[1], origin=row[0]) if row else None

    def indexed_article(self, id: str) -> IndexedArticle | None:  # noqa: A002  as in `article`
        """Read everything that is stored of an article: what `write_articles` was given.

        :param id: The article's id.
        :returns: The article with its passages and their embeddings, or None if it is not indexed.
        """
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT fingerprint, origin, text, {_CITATION} FROM articles JOIN article_texts ON article_id = id "  # noqa: S608  ours
                "WHERE id = ?",
                (id,),
            ).fetchone()
            if row is None:
                return None
            documents = passages.read(connection, Condition("article_id = ?", (to_json(id),)))
        fingerprint, origin, text = row[:3]
        return IndexedArticle(Article(_citation(row[3:]), text=text, origin=origin), fingerprint, tuple(documents))

    def fingerprints(self) -> dict[str, str]:
        """Read every article's fingerprint.

        :returns: The fingerprints by article id.
        """
        with self._reading() as connection:
            return dict(connection.execute("SELECT id, fingerprint FROM articles"))

    def article_ids_under(self, origin_prefix: str) -> set[str]:
        """Find the articles whose origin begins with a prefix.

        :param origin_prefix: The prefix; end a folder's with its separator.
        :returns: Their ids.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id FROM articles WHERE origin >= ? AND origin < ?",
                (origin_prefix, origin_prefix + _LAST_CHARACTER),
            ).fetchall()
        return {row[0] for row in rows}

    def families(self, ids: Iterable[str]) -> dict[str, int]:
        """Tell which articles are copies of one text.

        :param ids: Articles' ids; unknown ones are left out.
        :returns: A number for each: the same for copies and near copies.
        """
        with self._reading() as connection:
            return dict(
                connection.execute(
                    "SELECT article_id, coalesce(family, number) FROM wordings "
                    "WHERE article_id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(ids)),),
                )
            )

    def recognise_copies(self) -> None:
        """Look for copies among the articles of an index that was made before copies were recognised.

        :raises pipelines.errors.StorageError: If the folder cannot be written.
        :raises pipelines.errors.IndexBusyError: If another process does not stop writing.
        """
        while self._has_unrecognised():
            with self._writing() as connection:
                rows = connection.execute(
                    "SELECT article_id, text FROM article_texts "
                    "WHERE article_id NOT IN (SELECT article_id FROM wordings) ORDER BY article_id LIMIT ?",
                    (_FAMILIES_A_COMMIT,),
                ).fetchall()
                for article_id, text in rows:
                    join_family(connection, article_id, text)

    def _has_unrecognised(self) -> bool:
        with self._reading() as connection:
            [(more,)] = connection.execute("SELECT (SELECT count(*) FROM articles) > (SELECT count(*) FROM wordings)")
        return bool(more)

    def write_articles(self, batch: Sequence[IndexedArticle]) -> int:
        """Add articles with their passages, or replace them; all of the batch or, if something fails, none.

        :param batch: The articles; many at a time are quicker than one by one.
        :returns: How many of them are copies of other articles.
        :raises ValueError: If an embedding has the wrong length or metadata cannot be stored.
        :raises pipelines.errors.StorageError: If the folder cannot be written.
        :raises pipelines.errors.IndexBusyError: If another process does not stop writing.
        """
        if not batch:
            return 0
        copies: dict[str, bool] = {}
        with self._writing() as connection:
            for indexed in batch:
                article = indexed.article
                _remove(connection, article.citation.id)
                _insert(connection, indexed)
                copies[article.citation.id] = join_family(connection, article.citation.id, article.text)
                passages.insert(connection, indexed.documents, self.embedding_dim)
        return sum(copies.values())

    def delete_articles(self, ids: Collection[str]) -> int:
        """Remove articles with their passages.

        :param ids: Their ids; unknown ones are left out.
        :returns: How many were removed.
        :raises pipelines.errors.StorageError: If the folder cannot be written.
        :raises pipelines.errors.IndexBusyError: If another process does not stop writing.
        """
        if not ids:
            return 0
        with self._writing() as connection:
            return sum(_remove(connection, article_id) for article_id in ids)


def _remove(connection: sqlite3.Connection, article_id: str) -> int:
    connection.execute("DELETE FROM passages WHERE article_id = ?", (to_json(article_id),))
    return connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount


def _insert(connection: sqlite3.Connection, indexed: IndexedArticle) -> None:
    article, citation = indexed.article, indexed.article.citation
    connection.execute(
        "INSERT INTO articles (id, origin, fingerprint, title, source, url, published) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            citation.id,
            article.origin,
            indexed.fingerprint,
            citation.title,
            citation.source,
            citation.url,
            citation.published.isoformat() if citation.published else None,
        ),
    )
    connection.execute("INSERT INTO article_texts VALUES (?, ?)", (citation.id, article.text))


def _citation(row: _Row) -> Citation:
    article_id, title, source, url, published, author = row
    return Citation(article_id, title, source, url, date.fromisoformat(published) if published else None, author)
