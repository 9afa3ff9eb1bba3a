"""What metadata the documents have."""

import json
from typing import Any

from pipelines.store.base import StoreBase
from pipelines.store.filters import meta_text, translate

_TYPES = {"true": "boolean", "false": "boolean", "integer": "int", "real": "float"}


class Metadata(StoreBase):
    """Questions about the documents' metadata; a field's name may begin with `meta.`."""

    def count_unique_metadata_by_filter(self, filters: dict[str, Any], metadata_fields: list[str]) -> dict[str, int]:
        """Count the different values of fields.

        :param filters: Haystack filters that the documents have to meet.
        :param metadata_fields: The fields.
        :returns: How many different values each has.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        condition = translate(filters)
        counts = {}
        with self._reading() as connection:
            for name in metadata_fields:
                text = meta_text(name)
                [(counts[name.removeprefix("meta.")],)] = connection.execute(
                    f"SELECT count(DISTINCT {text.sql}) FROM passages WHERE {condition.sql}",  # noqa: S608  ours
                    (*text.values, *condition.values),
                )
        return counts

    def get_metadata_fields_info(self) -> dict[str, dict[str, str]]:
        """List the fields that documents have, with the type of their values.

        :returns: By field, `{"type": "keyword" | "int" | "float" | "boolean"}`; keyword if the values differ in type.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT entry.key, entry.type FROM passages, json_each(meta) AS entry "
                "WHERE entry.type != 'null' ORDER BY entry.key"
            ).fetchall()
        found: dict[str, set[str]] = {}
        for name, kind in rows:
            found.setdefault(name, set()).add(_TYPES.get(kind, "keyword"))
        return {name: {"type": kinds.pop() if len(kinds) == 1 else "keyword"} for name, kinds in found.items()}

    def get_metadata_field_min_max(self, metadata_field: str) -> dict[str, Any]:
        """Find the smallest and the largest value of a field.

        :param metadata_field: The field.
        :returns: `{"min": ..., "max": ...}`; None for both if it has no values, or values that cannot be compared.
        """
        values = [value for value in self._values(metadata_field, None) if isinstance(value, (int, float, str))]
        if not values or len({isinstance(value, str) for value in values}) > 1:
            return {"min": None, "max": None}
        return {"min": min(values), "max": max(values)}

    def get_metadata_field_unique_values(
        self,
        metadata_field: str,
        search_term: str | None = None,
        from_: int = 0,
        size: int = 10,
        filters: dict[str, Any] | None = None,
    ) -> tuple[list[Any], int]:
        """List the different values of a field, a page at a time, in alphabetical order.

        :param metadata_field: The field.
        :param search_term: Only values that contain this, in any case.
        :param from_: How many to leave out, from 0.
        :param size: How many to list at most.
        :param filters: Haystack filters that the documents have to meet.
        :returns: The values, and how many there are in all.
        :raises haystack.errors.FilterError: If the filters are malformed.
        """
        values = self._values(metadata_field, filters)
        if search_term:
            values = [value for value in values if search_term.lower() in str(value).lower()]
        values.sort(key=lambda value: (str(value), type(value).__name__))
        return values[from_ : from_ + size], len(values)

    def _values(self, name: str, filters: dict[str, Any] | None) -> list[Any]:
        text, condition = meta_text(name), translate(filters)
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT DISTINCT {text.sql} FROM passages WHERE {condition.sql}",  # noqa: S608  ours
                (*text.values, *condition.values),
            ).fetchall()
        return [json.loads(row[0]) for row in rows if row[0] is not None]
