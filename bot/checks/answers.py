"""The check that matters most: a question about the indexed articles gets its answer, verbatim."""

from collections.abc import Iterator

from bot.checks import Finding, failed, note, ok
from bot.example_questions import Candidate, candidates
from bot.protocols import AnswersQuestions, Library
from pipelines.types import Answer, Article, Outcome, Quote

_NAME = "Question"
_ARTICLES = 5
_QUESTIONS = 12
_REBUILD = "Run verbatim index again; if that does not help, delete the folder of the index and index anew."


def check_question(library: Library, answerer: AnswersQuestions) -> Finding:
    """Ask questions made from the newest articles until one is answered from where it was made.

    :param library: The articles.
    :param answerer: What answers.
    :raises pipelines.errors.VerbatimError: If the articles cannot be searched.
    """
    asked = 0
    for article, candidate in _invited(library):
        answer = answerer.ask(candidate.question)
        asked += 1
        if not all(_verbatim(library, quote) for quote in answer.quotes):
            return failed(_NAME, f"“{candidate.question}” got a quote that is in no article", _REBUILD)
        if _answered(answer, article, candidate):
            text = f"“{candidate.question}” is answered “{answer.quotes[0].text}” in {answer.elapsed_ms:.0f} ms"
            return ok(_NAME, text)
    if not asked:
        return note(_NAME, "no article invites a simple question", "Ask one yourself: verbatim ask QUESTION")
    return failed(_NAME, f"none of {asked} questions about the newest articles was answered", _REBUILD)


def _invited(library: Library) -> Iterator[tuple[Article, Candidate]]:
    citations = library.articles(offset=0, limit=_ARTICLES)
    for citation in citations:
        article = library.article(citation.id)
        if article is not None:
            for candidate in candidates(article.text)[: _QUESTIONS // len(citations)]:
                yield article, candidate


def _answered(answer: Answer, article: Article, candidate: Candidate) -> bool:
    if answer.outcome is not Outcome.ANSWERED:
        return False
    best = answer.quotes[0]
    in_place = best.start < candidate.answer.end and candidate.answer.start < best.end
    return best.article.id == article.citation.id and in_place


def _verbatim(library: Library, quote: Quote) -> bool:
    article = library.article(quote.article.id)
    return article is not None and article.text[quote.start : quote.end] == quote.text
