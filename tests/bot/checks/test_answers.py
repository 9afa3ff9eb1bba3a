from dataclasses import replace
from datetime import date

from bot.checks import Status
from bot.checks.answers import check_question
from bot.example_questions import candidates
from pipelines.types import Answer, Article, Citation, Outcome, Quote, Span, Turn

TEXT = "Foreign Minister Ana Lisko left on Monday. Hundreds of troops would remain in the north, she said."
CITATION = Citation("a" * 16, "Troops", "The Paper", None, date(2026, 1, 5))


class Library:
    def __init__(self, text: str = TEXT) -> None:
        self._article = Article(CITATION, text, "troops.txt")

    def count_articles(self) -> int:
        return 1

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        return [CITATION][offset : offset + limit]

    def article(self, id: str) -> Article | None:  # noqa: A002
        return self._article if id == CITATION.id else None


class Knowing:
    """Answers with the words it is made to find, wherever they are asked for."""

    def __init__(self, words: str, outcome: Outcome = Outcome.ANSWERED) -> None:
        self._outcome = outcome
        start = TEXT.find(words)
        end = start + len(words)
        self._quote = Quote(words, start, end, 0.9, TEXT, 0, Span(0, len(TEXT)), CITATION)

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        quotes = () if self._outcome is Outcome.NOT_FOUND else (self._quote,)
        return Answer(question, self._outcome, quotes, elapsed_ms=12.4)


def test_an_answer_from_where_the_question_was_made_is_shown_with_its_time() -> None:
    assert candidates(TEXT), "the article must invite a question"
    finding = check_question(Library(), Knowing("Foreign Minister"))
    assert finding.status is Status.OK
    assert "“Foreign Minister” in 12 ms" in finding.text


def test_answers_from_elsewhere_or_none_fail() -> None:
    assert check_question(Library(), Knowing("she said")).status is Status.FAILED
    assert check_question(Library(), Knowing("Foreign Minister", Outcome.NOT_FOUND)).status is Status.FAILED
    assert check_question(Library(), Knowing("Foreign Minister", Outcome.UNSURE)).status is Status.FAILED


def test_a_quote_that_is_not_in_the_article_fails() -> None:
    strange = Knowing("Foreign Minister")
    strange._quote = replace(strange._quote, text="Prime Minister")
    finding = check_question(Library(), strange)
    assert finding.status is Status.FAILED
    assert "in no article" in finding.text


def test_articles_that_invite_no_question_are_only_noted() -> None:
    assert check_question(Library("Rain."), Knowing("x")).status is Status.NOTE
