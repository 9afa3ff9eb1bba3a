"""Quotes begin and end where a reader would have them begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.boundaries import tidy
from pipelines.types import Span


@pytest.mark.parametrize(
    ("text", "marked", "wanted"),
    [
        ("starting from last June 12, and", " last June 12, ", "last June 12"),
        ("Mustafa al-Kadhimi said", "Kadhimi", "al-Kadhimi"),
        ("cut 2,000 troops", "000 troops", "2,000 troops"),
        ("cut 2,000 troops", "2", "2,000"),
        ("Iraq's army", "Iraq", "Iraq"),
        ("the players’ union", "players", "players"),
        ('he said "no deal" twice', '"no deal', "no deal"),
        ('he said "no deal" twice', '"no deal"', "no deal"),
        ('a "no deal" Brexit', 'a "no deal" Brexit', 'a "no deal" Brexit'),
        ("the Joint Mission (JCOM), told", "the Joint Mission (JCOM),", "the Joint Mission (JCOM)"),
        ("the Joint Mission (JCOM) told", "(JCOM)", "JCOM"),
        ("the Joint Mission (JCOM) told", "Mission (", "Mission"),
        ("in the U.S. on", "the U.S.", "the U.S."),
        ("moved to Rome. Then", "Rome.", "Rome"),
        ("cost $1.5 million, or", "$1.5 million,", "$1.5 million"),
        ("fell to -4.5 on", "-4.5", "-4.5"),
        ("rose 12%, then", "12%,", "12%"),
        ("the 7-1 win", "7", "7-1"),
        ("a 30-year sentence", "30", "30"),
        ("moved – again", "– again", "again"),
        ("the minisé left", "minis", "minisé"),
    ],
)
def test_ends_move_to_words(text: str, marked: str, wanted: str) -> None:
    start = text.index(marked)
    tidied = tidy(text, Span(start, start + len(marked)))

    assert tidied is not None
    assert text[tidied.start : tidied.end] == wanted


@given(st.text(alphabet=st.sampled_from("ab1 .,;'\"()“”-%$é\n"), max_size=40), st.data())
def test_a_tidied_span_lies_in_the_text_and_stays_as_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))

    tidied = tidy(text, span)

    if tidied is not None:
        assert 0 <= tidied.start < tidied.end <= len(text)
        assert tidy(text, tidied) == tidied


def test_nothing_is_left_of_punctuation() -> None:
    assert tidy("a , b", Span(2, 3)) is None
