"""Filters typed in a question are understood, echoed, and refused with a reason when they are wrong."""

from typing import Any

import pytest

from pipelines.components.narrowing import narrow
from pipelines.errors import QuestionError

KNOWN = {"source": ["Reuters", "The Daily Times"], "title": ["Budget vote fails", "Budget passed at last", "Rain"]}


class Values:
    """The outlets and titles of a small archive."""

    def get_metadata_field_unique_values(
        self, metadata_field: str, search_term: str | None = None, from_: int = 0, size: int = 10
    ) -> tuple[list[Any], int]:
        found = [value for value in KNOWN[metadata_field] if (search_term or "").lower() in value.lower()]
        return found[from_ : from_ + size], len(found)


def conditions(question: str) -> list[tuple[str, str, Any]]:
    filters = narrow(question, Values()).filters
    assert filters is not None
    return [(one["field"], one["operator"], one["value"]) for one in filters["conditions"]]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("since:2026 who won", [("meta.published", ">=", "2026-01-01")]),
        ("who won since:2026-03", [("meta.published", ">=", "2026-03-01")]),
        ("who SINCE:2026-03-15 won", [("meta.published", ">=", "2026-03-15")]),
        ("who won until:2024-02", [("meta.published", "<=", "2024-02-29")]),
        ("who won until:2024", [("meta.published", "<=", "2024-12-31")]),
        ("who won source:reuters", [("meta.source", "in", ["Reuters"])]),
        ('who won source:"daily times"', [("meta.source", "in", ["The Daily Times"])]),
        ("who won in:budget", [("meta.title", "in", ["Budget vote fails", "Budget passed at last"])]),
        ("who won in:“vote budget”", [("meta.title", "in", ["Budget vote fails"])]),
        (
            "since:2026 until:2027 who won",
            [("meta.published", ">=", "2026-01-01"), ("meta.published", "<=", "2027-12-31")],
        ),
    ],
)
def test_terms_become_filters(question: str, wanted: list[tuple[str, str, Any]]) -> None:
    assert conditions(question) == wanted
    assert narrow(question, Values()).text == "who won"


def test_what_was_understood_is_echoed() -> None:
    [notice] = narrow("who won since:2026-03 source:reuters", Values()).notices

    assert notice == "Only articles with a date on or after 1 March 2026 and the source “Reuters” were searched."


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("who won since:yesterday", "since:2026-01"),
        ("who won since:2026-13", "no day, month or year"),
        ("who won since:2026-00", "no day, month or year"),
        ("who won until:2026-02-30", "no day, month or year"),
        ("who won since: 2026", "needs a value"),
        ("who won source:nobody", "No article has “nobody” in its source"),
        ('who won in:"budget rain"', "in its title"),
        ("since:2026", "no question"),
        ("sorce:reuters who won", "sorce: is no filter. Write source:reuters"),
        ("who won Untill:2026", "Untill: is no filter. Write until:2026"),
    ],
)
def test_wrong_values_are_refused_with_what_is_allowed(question: str, reason: str) -> None:
    with pytest.raises(QuestionError, match=reason):
        narrow(question, Values())


@pytest.mark.parametrize(
    "question", ["who has won since 2026", "what is login:x", "the score was 3:2 in overtime", "in"]
)
def test_plain_questions_stay_as_they_are(question: str) -> None:
    narrowed = narrow(question, Values())

    assert (narrowed.text, narrowed.filters, narrowed.notices) == (question, None, ())
