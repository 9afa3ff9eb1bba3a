"""The store as Haystack knows document stores: count, filter, write, update, delete."""

import json
from collections import Counter
from typing import Any

from haystack import Document
from haystack.document_stores.errors import DuplicateDocumentError
from haystack.document_stores.types import DuplicatePolicy

from pipelines.store import passages
from pipelines.store.base import StoreBase
from pipelines.store.filters import translate


class Documents(StoreBase):
    """Haystack's `DocumentStore` protocol and what its integrations have beside it."""

    def count_documents(self) -> int:
        """Count the documents."""
        with self._reading() as connection:
            [(count,)] = connection.execute("SELECT count(*) FROM passages")
        return int(count)

    def count_documents_by_filter(self, filters: dict[str, Any]) -> int:
        """Count the documents that meet filters.

        :param filters: Haystack filters.
        :returns: How many.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        with self._reading() as connection:
            [(count,)] = connection.execute(
                f"SELECT count(*) FROM passages WHERE {condition.sql}",  # noqa: S608  ours
                condition.values,
            )
        return int(count)

    def filter_documents(self, filters: dict[str, Any] | None = None) -> list[Document]:
        """Read the documents that meet filters.

        :param filters: Haystack filters; None or empty for all documents.
        :returns: The documents with their embeddings, in the order in which they were written.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        with self._reading() as connection:
            return passages.read(connection, condition)

    def write_documents(self, documents: list[Document], policy: DuplicatePolicy = DuplicatePolicy.NONE) -> int:
        """Write documents; all of them or, if something fails, none.

        :param documents: The documents.
        :param policy: What to do about an id that is there already; NONE is the same as FAIL.
        :returns: How many were written.
        :raises ValueError: If something else than documents is given, or one that cannot be stored.
        :raises haystack.document_stores.errors.DuplicateDocumentError: If an id is there and the policy forbids it.
        :raises pipelines.errors.StorageError: If the folder cannot be written.
        :raises pipelines.errors.IndexBusyError: If another process does not stop writing.
        """
        if not isinstance(documents, list) or not all(isinstance(document, Document) for document in documents):
            msg = "write_documents needs a list of Haystack documents"
            raise ValueError(msg)
        if not documents:
            return 0
        with self._writing() as connection:
            known = passages.known_ids(connection, (document.id for document in documents))
            if policy in {DuplicatePolicy.FAIL, DuplicatePolicy.NONE}:
                counts = Counter(document.id for document in documents)
                twice = next((id_ for id_, count in counts.items() if id_ in known or count > 1), None)
                if twice is not None:
                    msg = f"A document with the id {twice!r} is there already"
                    raise DuplicateDocumentError(msg)
            # Of documents with the same id, SKIP keeps the first and OVERWRITE the last.
            chosen: dict[str, Document] = {}
            for document in documents:
                if policy == DuplicatePolicy.OVERWRITE or document.id not in known | chosen.keys():
                    chosen[document.id] = document
            if policy == DuplicatePolicy.OVERWRITE and known:
                passages.make_room(connection, known)
            passages.insert(connection, chosen.values(), self.embedding_dim)
        return len(documents) if policy == DuplicatePolicy.OVERWRITE else len(chosen)

    def delete_documents(self, document_ids: list[str]) -> None:
        """Delete documents; an article goes with the last of its passages.

        :param document_ids: Their ids; unknown ones are left out.
        """
        if not document_ids:
            return
        with self._writing() as connection:
            passages.remove(connection, passages.with_ids(document_ids))

    def delete_by_filter(self, filters: dict[str, Any]) -> int:
        """Delete the documents that meet filters; an article goes with the last of its passages.

        :param filters: Haystack filters.
        :returns: How many were deleted.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        with self._writing() as connection:
            return passages.remove(connection, condition)

    def delete_all_documents(self) -> None:
        """Delete every document and every article."""
        with self._writing() as connection:
            connection.execute("DELETE FROM passages")
            connection.execute("DELETE FROM articles")
            # Both indexes are made anew, which is quicker than taking everything out of them.
            connection.execute("DELETE FROM changes")
            connection.execute("DELETE FROM derived")

    def update_by_filter(self, filters: dict[str, Any], meta: dict[str, Any]) -> int:
        """Change metadata of the documents that meet filters.

        :param filters: Haystack filters.
        :param meta: Fields to add or replace.
        :returns: How many documents were changed.
        :raises haystack.errors.FilterError: If the filters are malformed.
        :raises ValueError: If the new metadata cannot be stored.
        """
        condition = translate(filters)
        with self._writing() as connection:
            rows = connection.execute(
                f"SELECT key, meta FROM passages WHERE {condition.sql}",  # noqa: S608  ours
                condition.values,
            ).fetchall()
            connection.executemany(
                "UPDATE passages SET meta = ? WHERE key = ?",
                [(passages.meta_json({**json.loads(old), **meta}), key) for key, old in rows],
            )
        return len(rows)
