"""Sentences end where a reader says they end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.sentences import sentences


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Tension has risen since Jan. 3, 2020 after a strike.",
        "Tension has risen since Jan 3, 2020 after a strike.",
        "The U.S. Army left the U.N. base.",
        "Lt. Gen. Pat White and Lt. Col. Myles Caggins met Mr. Hassan, Mrs. Ali, Ms. Roe and Dr. No.",
        "J. K. Rowling met George W. Bush and J.R.R. Tolkien.",
        "Apartment No. 4 costs 2.5 million, or 1,000.50 a month.",
        "He paused ... and then went on … slowly.",
        "The clock showed 4:17 a.m. local time on Monday.",
        "They meet at 10 p.m. Tuesday in St. John's.",
        "Acme Corp. Chief Executive Ann Lee met Foo Inc. Chairman Bob Day.",
        "“Why did nobody come?” Prime Minister Ann Lee asked.",
        '"Why?" he asked.',
        "It hit Springfield, Ill. Governor Roe said so, i.e. yes.",
        "Roe v. Wade was decided vs. expectations, e.g. Ours.",
        "1. The first point of the list",
        'He said "stop!" and left.',
        "PORT ANSLEY, N.S. - Former captain Josephine Leclair won.",
        "The site Example.com and version 2.0.1 are down.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. It stopped.", ["It rained.", "It stopped."]),
        ('"It is over." The crowd left.', ['"It is over."', "The crowd left."]),
        ("(It is over.) The crowd left.", ["(It is over.)", "The crowd left."]),
        ("“Go home!” The crowd left.", ["“Go home!”", "The crowd left."]),
        ("He left the U.S. The army stayed.", ["He left the U.S.", "The army stayed."]),
        ("It began at 5 a.m. Officials slept.", ["It began at 5 a.m.", "Officials slept."]),
        ("They had plan B. The plan failed.", ["They had plan B.", "The plan failed."]),
        ("He works for Acme Inc. It is large.", ["He works for Acme Inc.", "It is large."]),
        ("They fled on Nov. 3. Then it rained.", ["They fled on Nov. 3.", "Then it rained."]),
        ("Who won? Nobody did! 12 lost.", ["Who won?", "Nobody did!", "12 lost."]),
        ("He waited... The door opened.", ["He waited...", "The door opened."]),
        ('She said no. "Never again," she said.', ["She said no.", '"Never again," she said.']),
        ("Prices rose 3.5%. $4 is the norm.", ["Prices rose 3.5%.", "$4 is the norm."]),
        ("A headline without a stop\nThe first sentence.", ["A headline without a stop", "The first sentence."]),
        ("One.\r\n\r\n  Two.\u2028Three", ["One.", "Two.", "Three"]),
        ("It ended in 1945. 80 years on, it matters.", ["It ended in 1945.", "80 years on, it matters."]),
    ],
)
def test_sentences_are_told_apart(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    text = (
        "The two sides met on Tuesday in the old town hall, where Prime\n"
        "Minister Ann Lee read out a statement. Nobody asked a question\n"
        "about the cost, and the meeting was over after ten minutes. It\n"
        "will be continued.\n\nA new paragraph."
    )

    assert split(text) == [
        "The two sides met on Tuesday in the old town hall, where Prime\nMinister Ann Lee read out a statement.",
        "Nobody asked a question\nabout the cost, and the meeting was over after ten minutes.",
        "It\nwill be continued.",
        "A new paragraph.",
    ]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" .!?…\"'”’)]\n\tAaUS1-"))))
def test_any_text_is_cut_into_sentences_that_lose_nothing(text: str) -> None:
    spans = sentences(text)

    assert "".join("".join(text[span.start : span.end] for span in spans).split()) == "".join(text.split())
    ends = [0, *(span.end for span in spans)]
    for end, span in zip(ends, spans, strict=False):
        piece = text[span.start : span.end]
        assert end <= span.start < span.end
        assert piece == piece.strip()


@pytest.mark.parametrize("unit", [".", ".a", '."', ". ", "a ", "A. ", ".\n", "\n \n", '.")] x', "... "])
def test_a_long_text_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        began = time.process_time()
        sentences(text)
        return time.process_time() - began

    # Quadratic time would be minutes here; the bound is far above what a busy machine needs.
    assert seconds(100_000) < 5
