"""The layout of an article is told as a reader would tell it."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.layout import Role, layout

BODY = "MADRID - The museum on Elm Street closed on Monday after a pipe burst in its cellar, its director said."
SEED = Path(__file__).parents[3] / "seeds" / "000_0175628493bf068d.txt"


def roles(*lines: str) -> list[Role]:
    return [block.role for block in layout("\n".join(lines))]


@pytest.mark.parametrize(
    "line",
    [
        "READ MORE: A museum with a history of floods",
        "ALSO READ: A museum with a history of floods",
        "Read also: A museum with a history of floods",
        "See also | A museum with a history of floods",
        "WATCH: A museum with a history of floods",
        "Related stories:",
        "RELATED: Floods",
        "More from Europe: Floods",
        "» Read more: Floods",
        "Read more >",
        "Sign up for our daily newsletter",
        "Advertisement",
        "Story continues below advertisement",
    ],
)
def test_a_line_that_points_elsewhere_is_a_pointer(line: str) -> None:
    assert roles(BODY, line, BODY + " More.")[1] is Role.POINTER


@pytest.mark.parametrize(
    "line",
    [
        "Also on Monday, the director: nobody was hurt, and nothing was lost.",
        "Read more books, the minister told pupils on Monday.",
        "More than 40 people were evacuated, the police said.",
        "Watch makers in Geneva said: we are ready.",
        "Related to this, a second pipe burst on Tuesday.",
        "See what happened, he said: nothing.",
        "Listen to your parents, she said.",
    ],
)
def test_a_sentence_that_begins_like_a_pointer_is_body(line: str) -> None:
    assert roles(BODY, line)[1] is Role.BODY


@pytest.mark.parametrize(
    "line",
    [
        "Workers carry paintings out of the museum in Madrid on March 3, 2020. (ANN LEE/ AFP)",
        "Workers carry paintings out of the museum. (Photo: Ann Lee/Some Pool)",
        "Workers carry paintings out of the museum. (Photo by Ann Lee for The Wire)",
        "Workers carry paintings out of the museum. (AP Photo/Ann Lee)",
        "Workers carry paintings out of the museum [File: Ann Lee/Reuters]",
        "Workers carry paintings out of the museum. (Handout/City of Madrid)",
        "Workers carry paintings out of the museum. (Reuters)",
        "Workers carry paintings out of the museum. Photo: Ann Lee",
        "Workers carry paintings out of the museum. Ann Lee/AFP",
        "FILE PHOTO: Workers carry paintings out of the museum",
        "Caption: Workers carry paintings out of the museum",
    ],
)
def test_a_line_with_a_photo_credit_is_a_caption(line: str) -> None:
    assert roles(line, BODY) == [Role.CAPTION, Role.BODY]


@pytest.mark.parametrize(
    "line",
    [
        "The museum (formerly a palace) closed.",
        "The price rose to 4 euros (3.50 pounds/4.80 dollars).",
        "(Reporting by Ann Lee in Madrid; Editing by Bob Day/Carla Roe)",
        "The photo: a man on a roof, waving.",
        "The National Association of Keepers (NAK) said so.",
    ],
)
def test_brackets_alone_make_no_caption(line: str) -> None:
    assert roles(BODY, line)[1] is Role.BODY


def test_a_credit_under_the_first_line_makes_that_line_the_caption() -> None:
    assert roles("Workers carry paintings out of the museum.", "(Ann Lee/AFP)", BODY) == [
        Role.CAPTION,
        Role.CAPTION,
        Role.BODY,
    ]


def test_a_repeated_pull_quote_goes_with_its_attribution() -> None:
    said = '"Nobody was hurt and nothing was lost," director Pia Roe told reporters on Monday evening.'

    assert roles(BODY, "Nobody was hurt and nothing was lost", "Pia Roe, museum director", said) == [
        Role.BODY,
        Role.PULL_QUOTE,
        Role.PULL_QUOTE,
        Role.BODY,
    ]


def test_a_pull_quote_may_carry_its_attribution_in_its_own_line() -> None:
    said = "“Nobody was hurt and nothing was lost,” director Pia Roe told reporters on Monday evening."

    assert roles(BODY, said, "“Nobody was hurt and nothing was lost” - Pia Roe")[2] is Role.PULL_QUOTE


def test_a_quotation_that_stands_only_once_is_body() -> None:
    assert roles(BODY, '"Nobody was hurt and nothing was lost."', "Pia Roe left at once, without a further word.") == [
        Role.BODY,
        Role.BODY,
        Role.BODY,
    ]


def test_the_first_line_without_a_stop_is_the_headline() -> None:
    assert roles("Europe", "Burst pipe closes museum", "By Ann Lee", "Published: 3 March 2020, 10:30 GMT", BODY) == [
        Role.BODY,
        Role.HEADLINE,
        Role.BYLINE,
        Role.STAMP,
        Role.BODY,
    ]


def test_a_text_that_begins_with_a_sentence_has_no_headline() -> None:
    assert Role.HEADLINE not in roles(BODY, "A line without a stop", "Another sentence of it.")


def test_the_seed_article_is_laid_out_as_a_reader_sees_it() -> None:
    assert [str(block.role) for block in layout(SEED.read_text())] == [
        "caption", "body", "pointer", "body", "pull_quote", "pull_quote", "body", "body", "body", "body", "pointer",
        "body", "body",
    ]  # fmt: skip


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(' \n.:/()"“”-READMOREabc'))))
def test_every_text_has_a_layout_in_order(text: str) -> None:
    end = 0
    for block in layout(text):
        assert end <= block.span.start < block.span.end <= len(text)
        end = block.span.end


@pytest.mark.parametrize("line", ["short quote of words", "(A/" * 30, "A a a a a a a a a a.", '"' * 40, "READ " * 8])
def test_a_long_text_takes_linear_time(line: str) -> None:
    text = "\n".join(f"{line} {number}" for number in range(3000))
    began = time.process_time()

    layout(text)

    assert time.process_time() - began < 10
