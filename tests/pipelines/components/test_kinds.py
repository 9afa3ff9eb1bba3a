"""Quotes are told apart by what they are."""

import pytest

from pipelines.components.kinds import QuoteKind, quote_kind


@pytest.mark.parametrize(
    ("quote", "kind"),
    [
        ("last June 12", "date"),
        ("Jan 3, 2020", "date"),
        ("in 2019", "date"),
        ("14 months", "duration"),
        ("$1.2 million", "money"),
        ("640 million euros", "money"),
        ("19%", "percent"),
        ("hundreds", "number"),
        ("1,377", "number"),
        ("Mustafa al-Kadhimi", "name"),
        ("a spinner from Kandy", "naming"),
        ("bank clerk", "phrase"),
        ("the two sides could not agree on a list of the names they wanted", "clause"),
    ],
)
def test_quotes(quote: str, kind: str) -> None:
    assert quote_kind(quote) == QuoteKind(kind)
