"""Questions and quotes are told apart by what they ask for and what they are."""

import pytest

from pipelines.components.kinds import QuestionKind, QuoteKind, question_kind, quote_kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("who is the prime minister of iraq", "who"),
        ("Whose idea was it?", "who"),
        ("when did it start", "when"),
        ("what year was it built", "when"),
        ("where did the ceremony take place", "where"),
        ("which city hosted it", "where"),
        ("why were the troops withdrawn", "why"),
        ("what caused the outage", "why"),
        ("how long did it last", "duration"),
        ("how many days was it closed", "duration"),
        ("how much did the withdrawal cost", "money"),
        ("how many US troops will remain", "amount"),
        ("how did he escape", "how"),
        ("what did he say", "what"),
        ("reward stolen silver", "bare"),
    ],
)
def test_questions(question: str, kind: str) -> None:
    assert question_kind(question) == QuestionKind(kind)


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
