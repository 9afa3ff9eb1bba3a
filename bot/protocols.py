"""What the bot needs of the other parts: small enough that a test can stand in for them."""

from typing import Protocol

from pipelines.types import Answer, Article, Citation, Turn


class AnswersQuestions(Protocol):
    """Something that answers a question; called from several threads at a time."""

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        """Answer a question.

        :param question: The question, as it was asked.
        :param previous: What was asked and answered before, for a question that leans on it.
        :returns: The answer.
        :raises pipelines.errors.VerbatimError: If the articles cannot be searched now.
        """
        ...


class Library(Protocol):
    """The indexed articles."""

    def count_articles(self) -> int:
        """Count the articles."""
        ...

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        """List articles, newest first; those without a date come last.

        :param offset: How many to leave out, from 0.
        :param limit: How many to list at most.
        :returns: Their citations.
        """
        ...

    def article(self, id: str) -> Article | None:  # noqa: A002  the store's own parameter name
        """Read one article.

        :param id: The article's id.
        :returns: The article, or None if it is not indexed.
        """
        ...
