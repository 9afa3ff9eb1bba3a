"""Which questions lean on the one before, and which stand alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.leaning import leans

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    "question",
    [
        "and when?",
        "When?",
        "why",
        "who else",
        "since when?",
        "for how long?",
        "where was it",
        "who is he",
        "who said so?",
        "what happened then",
        "in which year",
        "by how many votes?",
        "how old",
        "in 2020?",
        "and Norway?",
        "what about Portugal",
        "And the government troops?",
        "how many of them died",
        "how many were hurt",
        "how many are there",
        "which one was bigger",
        "and the second one?",
        "who else was hurt",
        "how many goats did he lose in the fire of 2017",
        "why did they strike",
        "who replaced him",
        "which company bought it?",
        "when was that",
        "who lives there",
        "what did she say about the lander",
    ],
)
def test_a_question_with_nothing_to_refer_to_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "🙂",
        "thanks",
        "who resigned",
        "who is Messi",
        "when did the strategic dialogue start",
        "when did Leclair win and why did she resign",
        "who is the president of France and what does he earn",
        "who lost his job",
        "what did Steinem conclude through her undercover work",
        "which club sold its stadium",
        "how long will it take to rebuild the bridge",
        "is it true that the minister resigned",
        "when will it rain in Kandy",
        "who won this year",
        "how many people are there in Accra",
        "and where was the convoy struck",
        "what happened to the wells",
        "why did they lose control of the Portugal fire again",
        "how are you",
        "what can you do",
    ],
)
def test_a_question_that_can_be_understood_alone_does_not_lean(question: str) -> None:
    assert not leans(question)


def _questions(name: str) -> list[dict[str, str]]:
    data = json.loads((DATA / name).read_text())["data"]
    return [one for article in data for paragraph in article["paragraphs"] for one in paragraph["qas"]]


def test_no_development_question_leans() -> None:
    assert [one["question"] for one in _questions("news_dev.json") if leans(one["question"])] == []


def test_no_question_of_a_dialogue_that_stands_alone_leans() -> None:
    dialogues = _questions("follow_ups_dev.json")
    alone = [one["question"] for one in dialogues if "-alone" in one["id"]]
    alone += [one["previous"]["question"] for one in dialogues]
    assert [question for question in alone if leans(question)] == []


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict_that_case_and_marks_do_not_change(text: str) -> None:
    plain = " ".join(word for word in text.split() if word.isascii() and word.isalpha())
    assert leans(plain) == leans(plain.upper()) == leans(f"{plain}?")
