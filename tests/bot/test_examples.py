"""Example questions: made from articles, tried before they are offered, kept while the index stays as it is."""

import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.example_questions import candidates
from bot.examples import Examples
from bot.journal import Journal
from bot.limits import QuestionQueue
from pipelines.types import Answer, Article, Citation, Outcome, Quote, Span, Turn
from tests.bot.fakes import FakeLibrary

TEXT = (
    "BERLIN - Prime Minister Ada Example said on Tuesday that hundreds of troops would remain in the country after all"
    ".\nSome forces were stationed in Mosul.\n"
    "The storm destroyed the old bridge, he said. The bridge was built in 1999.\n"
)


@dataclass
class Reader:
    """Answers the questions it was told the answers of, from the first article that holds the words."""

    shelf: FakeLibrary
    answers: dict[str, str]
    asked: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.ANSWERED

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        self.asked.append(question)
        words = self.answers.get(question)
        if words is None:
            return Answer(question, Outcome.NOT_FOUND)
        article = next(article for article in self.shelf.stored if words in article.text)
        start = article.text.index(words)
        quote = Quote(words, start, start + len(words), 0.9, words, start, Span(0, len(article.text)), article.citation)
        return Answer(question, self.outcome, (quote,))


def _article(number: int, text: str = TEXT) -> Article:
    return Article(Citation(f"{number:016x}", "Title", "Source"), text, f"{number}.txt")


ANSWERS = {
    "Who is Ada Example?": "Prime Minister",
    "How many troops would remain in the country?": "hundreds",
    "What destroyed the old bridge?": "The storm",
    "Where were some forces stationed?": "Mosul",
    "When was the bridge built?": "in 1999",
}


async def _examples(shelf: FakeLibrary, reader: Reader, journal: Journal) -> list[str]:
    examples = Examples(shelf, QuestionQueue(reader, concurrent=1, waiting=1), journal)
    return [example.question for example in await examples.get(patience=5)]


def test_questions_come_from_sentences_and_know_their_answers() -> None:
    made = {candidate.question: TEXT[candidate.answer.start : candidate.answer.end] for candidate in candidates(TEXT)}
    assert made == ANSWERS


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    for candidate in candidates(text):
        assert candidate.question.endswith("?")
        assert 0 <= candidate.answer.start < candidate.answer.end <= len(text)


def test_hostile_text_takes_no_long_time() -> None:
    for piece in ["a ", "The the ", "A B ", "1 of s would ", "the a was ", "Prime Minister "]:
        candidates(piece * 5000)


async def test_three_different_questions_that_are_answered_are_offered(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    found = await _examples(shelf, Reader(shelf, ANSWERS), journal)
    assert len(found) == len({question.split()[0] for question in found}) == 3


async def test_a_question_is_offered_only_if_it_is_answered_from_its_own_place(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    reader = Reader(shelf, {**ANSWERS, "Who is Ada Example?": "Tuesday", "What destroyed the old bridge?": "troops"})
    assert set(await _examples(shelf, reader, journal)) <= set(ANSWERS) - {
        "Who is Ada Example?",
        "What destroyed the old bridge?",
    }
    unsure = Reader(shelf, ANSWERS, outcome=Outcome.UNSURE)
    shelf.stored.append(_article(2, "Nothing here."))
    assert await _examples(shelf, unsure, journal) == []


async def test_different_articles_come_first(journal: Journal) -> None:
    texts = [TEXT, "The flood broke the dam, they said.", "Minister Bo Model spoke."]
    shelf = FakeLibrary([_article(number, text) for number, text in enumerate(texts)])
    reader = Reader(shelf, {**ANSWERS, "What broke the dam?": "The flood", "Who is Bo Model?": "Minister Bo"})
    found = await _examples(shelf, reader, journal)
    assert {"What broke the dam?", "Who is Bo Model?"} < set(found)


async def test_they_are_found_once_and_kept_until_the_index_changes(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    reader = Reader(shelf, ANSWERS)
    first = await _examples(shelf, reader, journal)
    reader.asked.clear()
    assert await _examples(shelf, reader, journal) == first
    assert reader.asked == []
    shelf.stored.insert(0, _article(2, "The flood broke the dam, they said."))
    await _examples(shelf, reader, journal)
    assert "What broke the dam?" in reader.asked


async def test_a_greeting_does_not_wait_long_for_them(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    queue = QuestionQueue(Reader(shelf, ANSWERS), concurrent=1, waiting=1)
    examples = Examples(shelf, queue, journal)
    assert await examples.get(patience=0) == []
    assert len(await examples.get(patience=5)) == 3
    examples.stop()


@pytest.mark.parametrize("stored", [[], [_article(1, "")], [_article(1, "Nothing to ask about.")]])
async def test_there_may_be_none(journal: Journal, stored: list[Article]) -> None:
    shelf = FakeLibrary(stored)
    assert await _examples(shelf, Reader(shelf, ANSWERS), journal) == []


async def test_a_stopping_bot_gives_up_on_them(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    queue = QuestionQueue(Reader(shelf, ANSWERS), concurrent=1, waiting=1)
    queue.stop()
    examples = Examples(shelf, queue, journal)
    assert await asyncio.wait_for(examples.get(patience=5), 1) == []


async def test_a_search_that_failed_is_tried_again(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    queue = QuestionQueue(Reader(shelf, ANSWERS), concurrent=1, waiting=1)
    examples = Examples(shelf, queue, journal)
    (await examples.prepare()).cancel()
    assert len(await examples.get(patience=5)) == 3


async def test_an_index_that_changes_meanwhile_does_not_disturb_a_greeting(journal: Journal) -> None:
    shelf = FakeLibrary([_article(1)])
    examples = Examples(shelf, QuestionQueue(Reader(shelf, ANSWERS), concurrent=1, waiting=1), journal)
    early = asyncio.create_task(examples.get(patience=5))
    while examples._search is None:  # noqa: ASYNC110  it has no event for it
        await asyncio.sleep(0)
    shelf.stored.append(_article(2))
    assert len(await examples.get(patience=5)) == 3
    assert await early == []
