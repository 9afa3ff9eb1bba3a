"""The seed questions, asked of the real bot over the Bot API."""

import pytest

from tests.e2e.person import buttons, marked, person

TITLE = "Only hundreds of US troops to remain in Iraq, prime minister says"


@pytest.mark.parametrize(
    ("user", "question", "quote", "sentence"),
    [
        (11, "when did the strategic dialogue start", "last June 12", "The tension pushed the two sides"),
        (12, "how many US troops will remain", "hundreds", "remain"),
        (13, "who is the prime minister of iraq", "Mustafa al-Kadhimi", "Prime Minister"),
        (14, "who was killed by the drone strike", "Qassem Soleimani", "a US drone struck a convoy"),
        (15, "where did the handover ceremony take place", "Mosul", "handover ceremony"),
        (16, "when was the convoy struck", "Jan 3, 2020", "a US drone struck a convoy"),
    ],
)
async def test_the_article_answers(page_url: str, user: int, question: str, quote: str, sentence: str) -> None:
    async with person(page_url, user) as reader:
        answer = await reader.ask(question)
    assert answer["reply_to_message"]["text"] == question
    headline, *_ = marked(answer, "bold")
    assert quote in headline
    assert answer["text"].startswith(headline)
    [block] = marked(answer, "blockquote")
    assert sentence in block
    assert marked(answer, "bold")[-1] in block
    assert f"{TITLE}\n" in answer["text"]
    assert answer["text"].endswith("5 January 2021")


async def test_a_relative_date_is_explained(page_url: str) -> None:
    async with person(page_url, 17) as reader:
        answer = await reader.ask("when did the strategic dialogue start")
    assert answer["text"].startswith("last June 12\n12 June 2020\n")


async def test_a_reason_is_quoted(page_url: str) -> None:
    async with person(page_url, 18) as reader:
        answer = await reader.ask("why were the troops withdrawn")
    headline = marked(answer, "bold")[0]
    assert "ongoing strategic dialogue" in headline or "readiness of the Iraqi forces" in headline


@pytest.mark.parametrize(
    ("user", "question"), [(19, "who is the president of france"), (20, "how much did the withdrawal cost")]
)
async def test_what_the_article_does_not_say_is_not_found(page_url: str, user: int, question: str) -> None:
    async with person(page_url, user) as reader:
        answer = await reader.ask(question)
    assert answer["text"].startswith("I did not find an answer")
    assert TITLE in answer["text"]
    assert not marked(answer, "bold")
    assert not buttons(answer)
