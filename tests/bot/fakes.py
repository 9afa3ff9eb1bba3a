"""Stand-ins that several tests of the bot share."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.types import Article, Citation


class Clock:
    """Shows the time it is set to."""

    def __init__(self) -> None:
        self.now = datetime(2021, 1, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class FakeLibrary:
    """The articles of an index, in memory."""

    stored: list[Article]

    def count_articles(self) -> int:
        return len(self.stored)

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        return [article.citation for article in self.stored[offset : offset + limit]]

    def article(self, id: str) -> Article | None:  # noqa: A002
        return next((article for article in self.stored if article.citation.id == id), None)
