"""Three example questions from the indexed articles, each one tried before it is offered."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.example_questions import Candidate, candidates
from bot.journal import Example, Journal
from bot.limits import BusyError, QuestionQueue, StoppingError
from bot.protocols import Library
from pipelines.errors import VerbatimError
from pipelines.types import Outcome, Quote

logger = logging.getLogger(__name__)

_OFFERED = 3
_ARTICLES_TRIED = 8
_QUESTIONS_TRIED = 24


@dataclass(frozen=True, slots=True)
class _Proven:
    """A question that was asked and answered from the place it was made from."""

    question: str
    quote: Quote

    @property
    def kind(self) -> str:
        return self.question.split()[0]


class Examples:
    """Finds example questions in the background and keeps them for as long as the index stays as it is.

    :param library: The articles they are made from.
    :param queue: Answers them, to see that it can.
    :param journal: Keeps them over restarts.
    """

    def __init__(self, library: Library, queue: QuestionQueue, journal: Journal) -> None:
        self._library = library
        self._queue = queue
        self._journal = journal
        self._search: asyncio.Task[list[Example]] | None = None
        self._searched = ""

    async def get(self, *, patience: float) -> list[Example]:
        """Give the example questions for what is indexed now.

        :param patience: Seconds to wait for them if they are still being tried.
        :returns: At most three; none if there are none or they are not ready.
        """
        try:
            search = await self.prepare()
            done, _ = await asyncio.wait({search}, timeout=patience)
            return search.result() if done and not search.cancelled() else []
        except (VerbatimError, BusyError, StoppingError) as error:
            # They are an extra: without them the greeting is still complete.
            logger.info("No example questions this time: %s", error or type(error).__name__)
            return []

    async def prepare(self) -> asyncio.Task[list[Example]]:
        """Begin to look for questions, unless they are there or on their way.

        :returns: The search.
        :raises pipelines.errors.VerbatimError: If the articles cannot be listed now.
        """
        corpus = await asyncio.to_thread(self._corpus)
        search = self._search
        failed = search is not None and search.done() and (search.cancelled() or search.exception() is not None)
        if search is None or failed or corpus != self._searched:
            self.stop()
            self._searched = corpus
            search = self._search = asyncio.create_task(self._find(corpus), name="example questions")
        return search

    def stop(self) -> None:
        """Stop looking."""
        if self._search is not None:
            self._search.cancel()
            self._search = None

    def _corpus(self) -> str:
        newest = [citation.id for citation in self._library.articles(offset=0, limit=_ARTICLES_TRIED)]
        return ":".join([str(self._library.count_articles()), *newest])

    async def _find(self, corpus: str) -> list[Example]:
        kept = self._journal.examples(corpus)
        if kept:
            return kept
        citations = await asyncio.to_thread(self._library.articles, offset=0, limit=_ARTICLES_TRIED)
        proven = []
        for citation in citations:
            article = await asyncio.to_thread(self._library.article, citation.id)
            invited = candidates(article.text) if article else []
            for candidate in invited[: _QUESTIONS_TRIED // len(citations)]:
                quote = await self._prove(candidate, citation.id)
                if quote is not None:
                    proven.append(_Proven(candidate.question, quote))
        return self._journal.save_examples(corpus, [chosen.question for chosen in _choose(proven)])

    async def _prove(self, candidate: Candidate, article_id: str) -> Quote | None:
        answer = await self._queue.ask(candidate.question)
        if answer.outcome is not Outcome.ANSWERED:
            return None
        best = answer.quotes[0]
        in_place = best.start < candidate.answer.end and candidate.answer.start < best.end
        return best if best.article.id == article_id and in_place else None


def _choose(proven: Sequence[_Proven]) -> list[_Proven]:
    """Pick the surest: from different articles first, then of different kinds, never with the same answer."""
    left = sorted(proven, key=lambda one: -one.quote.confidence)
    chosen: list[_Proven] = []
    while left and len(chosen) < _OFFERED:
        articles = {one.quote.article.id for one in chosen}
        kinds = {one.kind for one in chosen}
        left.sort(key=lambda one: (one.quote.article.id in articles, one.kind in kinds))
        chosen.append(left.pop(0))
        left = [one for one in left if one.quote.text.casefold() != chosen[-1].quote.text.casefold()]
    return chosen
