"""Asks the questions of a file: each of its own paragraph, or each of all the paragraphs."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from haystack import Pipeline

from pipelines.answering import Answerer, Reader, Reading, Retrieved
from pipelines.components.follow_up import leaned_on, to_read, turn_of
from pipelines.components.fusion import WeightedReciprocalRankFusion
from pipelines.components.selector import AnswerSelector
from pipelines.documents import article_id, passage_to_document
from pipelines.evaluation.before import Before
from pipelines.evaluation.dataset import Entry, Paragraph, Question
from pipelines.evaluation.predictions import Prediction
from pipelines.store import EmbeddedDocumentStore
from pipelines.types import Answer, Article, Citation, Outcome, Passage, PassageKind, Quote, Span, Turn


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it is asked of.

    :param question: The question.
    :param paragraph: Its own paragraph.
    :param entry: The article of the file that the paragraph is part of.
    """

    question: Question
    paragraph: Paragraph
    entry: Entry


def questions_of(entries: Sequence[Entry]) -> list[Asked]:
    """List the questions of a file.

    :param entries: Its articles.
    :returns: The questions, in the file's order.
    """
    return [
        Asked(question, paragraph, entry)
        for entry in entries
        for paragraph in entry.paragraphs
        for question in paragraph.qas
    ]


class Asks(Protocol):
    """A way to ask."""

    def ask(self, asked: Asked) -> Prediction:
        """Ask a question.

        :param asked: The question and its paragraph.
        :returns: What was said.
        """
        ...


class Choice:
    """Chooses twice from what was read: as people are answered, and the best span however unlikely it is.

    :param selector: Chooses for people; it is warmed up here.
    """

    def __init__(self, selector: AnswerSelector) -> None:
        self._for_people = selector
        self._always = AnswerSelector(selector.calibration, answered=0.0, unsure=0.0)
        self._for_people.warm_up()
        self._always.warm_up()

    def answer(self, question: str, reading: Reading) -> Answer:
        """Choose as people are answered.

        :param question: The question.
        :param reading: What was read.
        """
        return _select(self._for_people, question, reading)

    def predict(
        self, asked: Asked, reading: Reading, elapsed_ms: float, *, own_article: str, rank: int | None = None
    ) -> Prediction:
        """Choose.

        :param asked: The question.
        :param reading: What was read.
        :param elapsed_ms: Milliseconds the answer took.
        :param own_article: The id of the article that is the question's own paragraph.
        :param rank: The place of its first passage among those found, from 1.
        """
        best = next(iter(_select(self._always, asked.question.question, reading).quotes), None)
        if best is None:
            return Prediction(asked.question, "", 0.0, Outcome.NOT_FOUND, None, "", elapsed_ms, rank)
        return Prediction(
            question=asked.question,
            text=best.text,
            confidence=best.confidence,
            outcome=self.answer(asked.question.question, reading).outcome,
            span=Span(best.start, best.end) if best.article.id == own_article else None,
            sentence=best.sentence,
            elapsed_ms=elapsed_ms,
            rank=rank,
        )


class AsksOwnParagraph:
    """Lets the reader read a question's own paragraph, whole, and nothing else.

    :param reader: The reader.
    :param choice: Chooses the quote.
    :param before: What a second question is asked after.
    """

    def __init__(self, reader: Reader, choice: Choice, before: Before = Before.GIVEN) -> None:
        self._choice = choice
        self._before = before
        # A pipeline of one: it warms up whatever reader it is.
        self._pipeline = Pipeline()
        self._pipeline.add_component("reader", reader)
        self._pipeline.warm_up()

    def ask(self, asked: Asked) -> Prediction:
        """Read the paragraph.

        :param asked: The question and its paragraph.
        :returns: What was said.
        """
        text = asked.paragraph.context
        own = article_id(text)
        citation = Citation(own, asked.entry.title, asked.entry.title, None, asked.entry.published)
        passage = Passage(own, Span(0, len(text)), text, PassageKind.BODY, 0)
        documents = [passage_to_document(passage, Article(citation, text, own))]

        def read(query: str) -> Reading:
            answers = self._pipeline.run({"reader": {"query": query, "documents": documents}})
            return Reading(answers["reader"]["answers"], Retrieved(documents, documents, documents))

        question = asked.question.question
        turn = leaned_on(question, _turn_before(asked, self._before, citation, self._choice, read))
        begun = time.perf_counter()
        reading = read(to_read(question, turn) if turn else question)
        elapsed = 1000 * (time.perf_counter() - begun)
        return self._choice.predict(asked, reading, elapsed, own_article=own)


class AsksEverything:
    """Asks the answering pipeline, which searches all the paragraphs.

    :param answerer: The pipeline, warmed up.
    :param choice: Chooses the quote.
    :param fusion: Orders the passages found as the pipeline does, at least ten of them.
    :param articles: The id of each paragraph's article in the store, by the paragraph's text.
    :param before: What a second question is asked after.
    """

    def __init__(
        self,
        answerer: Answerer,
        choice: Choice,
        fusion: WeightedReciprocalRankFusion,
        articles: Mapping[str, str],
        before: Before = Before.GIVEN,
    ) -> None:
        self._before = before
        self._answerer = answerer
        self._choice = choice
        self._fusion = fusion
        self._articles = articles

    def ask(self, asked: Asked) -> Prediction:
        """Ask the pipeline.

        :param asked: The question and its paragraph.
        :returns: What was said.
        """
        own = self._articles.get(asked.paragraph.context, "")
        citation = Citation(own, asked.entry.title, asked.entry.title, None, asked.entry.published)
        turn = _turn_before(asked, self._before, citation, self._choice, self._answerer.read)
        begun = time.perf_counter()
        reading = self._answerer.read(asked.question.question, turn)
        elapsed = 1000 * (time.perf_counter() - begun)
        rank = self._rank(own, reading.retrieved)
        return self._choice.predict(asked, reading, elapsed, own_article=own, rank=rank)

    def _rank(self, own: str, retrieved: Retrieved) -> int | None:
        # The pipeline itself keeps no more passages than the reader reads.
        found = self._fusion.run(list(retrieved.keyword), list(retrieved.dense))["documents"]
        articles = [document.meta["article_id"] for document in found]
        return articles.index(own) + 1 if own in articles else None


def indexed_articles(store: EmbeddedDocumentStore, paragraphs: Mapping[str, Paragraph]) -> dict[str, str]:
    """Find the paragraphs in a store.

    :param store: The store.
    :param paragraphs: The paragraphs by the name of the file they were indexed from.
    :returns: The id of each one's article, by its text.
    """
    found = {}
    for citation in store.articles(limit=store.count_articles()):
        article = store.article(citation.id)
        if article is not None:
            found[paragraphs[Path(article.origin).name].context] = citation.id
    return found


def _turn_before(
    asked: Asked, before: Before, citation: Citation, choice: Choice, read: Callable[[str], Reading]
) -> Turn | None:
    previous = asked.question.previous
    if previous is None or before is Before.NOTHING:
        return None
    if before is Before.GIVEN:
        return turn_of(choice.answer(previous.question, read(previous.question)))
    text, start = previous.answer.text, previous.answer.answer_start
    passage = Span(0, len(asked.paragraph.context))
    return Turn(previous.question, Quote(text, start, start + len(text), 1.0, text, start, passage, citation))


def _select(selector: AnswerSelector, question: str, reading: Reading) -> Answer:
    documents = list(reading.retrieved.read)
    return selector.run(question, answers=list(reading.answers), documents=documents)["answer"]
