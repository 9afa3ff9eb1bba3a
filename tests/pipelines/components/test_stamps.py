"""Datelines and date stamps are recognised, and nothing is guessed."""

from datetime import date

import pytest

from pipelines.components.stamps import dateline_date, full_date, is_stamp, without_dateline


@pytest.mark.parametrize(
    "dateline",
    [
        "BAGHDAD - ",
        "BAGHDAD — ",
        "BAGHDAD -- ",
        "BAGHDAD (AP) — ",
        "TELLIN, Karvenia - ",
        "PORT ANSLEY, Nova Scotia - ",
        "KANDY, Sri Lanka - ",
        "ACCRA, June 4 (Savanna Wire) - ",
        "BEIJING, Jan. 5, 2021 (Xinhua) -- ",
        "WASHINGTON/BAGHDAD (Reuters) - ",
        "Paris (AFP) - ",
        "(Reuters) - ",
        "ST. JOHN'S, Newfoundland — ",
        "RIO DE JANEIRO - ",
    ],
)
def test_a_dateline_is_left_out(dateline: str) -> None:
    assert without_dateline(f"{dateline}The army left on Monday.") == "The army left on Monday."


@pytest.mark.parametrize(
    "text",
    [
        "The army - what is left of it - went home.",
        "NATO said on Monday that it would leave.",
        "Non-profit groups left.",
        "Baghdad - a city of millions - slept.",
        "COVID-19 cases rose.",
    ],
)
def test_other_beginnings_are_no_dateline(text: str) -> None:
    assert without_dateline(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-01-05", date(2021, 1, 5)),
        ("2021-01-05T10:30:00Z", date(2021, 1, 5)),
        ("Published on January 5, 2021", date(2021, 1, 5)),
        ("Tue, 5 Jan 2021 10:30", date(2021, 1, 5)),
        ("the 5th of January 2021", date(2021, 1, 5)),
        ("February 30, 2021, corrected on March 1, 2021", date(2021, 3, 1)),
        ("05/01/2021", None),
        ("January 5", None),
        ("January 2021", None),
        ("", None),
    ],
)
def test_only_a_date_that_everyone_reads_alike_counts(text: str, expected: date | None) -> None:
    assert full_date(text) == expected


def test_a_dateline_gives_a_date_only_with_a_year() -> None:
    assert dateline_date("BEIJING, Jan. 5, 2021 (Xinhua) -- The army left.") == date(2021, 1, 5)
    assert dateline_date("BEIJING, Jan. 5 (Xinhua) -- The army left on March 3, 2020.") is None
    assert dateline_date("The army left on March 3, 2020.") is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 5 January 2021, 10:30 GMT", True),
        ("Last updated on Jan 5, 2021 at 4:10 p.m. EST", True),
        ("Tuesday, January 5, 2021", True),
        ("2021-01-05 10:30", True),
        ("The army left on January 5, 2021", False),
        ("Published by a small house", False),
    ],
)
def test_a_stamp_says_only_when(line: str, expected: bool) -> None:
    assert is_stamp(line) is expected
