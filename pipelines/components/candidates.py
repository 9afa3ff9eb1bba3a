"""What a reader marked, as candidates for a quote: tidied, placed in their sentence and article, each once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from haystack.dataclasses import ExtractedAnswer

from pipelines.components.boundaries import tidy
from pipelines.components.date_expressions import find_date_expressions
from pipelines.components.kinds import QuoteKind, quote_kind
from pipelines.components.reader import ReadAnswer, SpanEvidence
from pipelines.components.sentences import sentences
from pipelines.components.words import FUNCTION_WORDS, words
from pipelines.documents import document_to_citation, document_to_passage
from pipelines.types import Citation, Passage, Span

_ARTICLES = re.compile(r"\b(?:a|an|the)\b|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may answer the question.

    :param text: Its words.
    :param plain: The same to compare: lower case, without articles and punctuation.
    :param kind: What it is.
    :param span: Where it stands in the passage.
    :param sentence: The sentence or sentences it stands in, in the passage.
    :param passage: The passage.
    :param document_id: The passage's id in the store.
    :param citation: Its article.
    :param score: The reader's score, 0 to 1.
    :param evidence: The reader's logits, or None if it does not tell them.
    """

    text: str
    plain: tuple[str, ...]
    kind: QuoteKind
    span: Span
    sentence: Span
    passage: Passage
    document_id: str
    citation: Citation
    score: float
    evidence: SpanEvidence | None

    @property
    def place(self) -> Span:
        """Where it stands in the article."""
        offset = self.passage.span.start
        return Span(offset + self.span.start, offset + self.span.end)

    @property
    def sentence_text(self) -> str:
        """The sentence it stands in."""
        return self.passage.text[self.sentence.start : self.sentence.end]

    def says_the_same_as(self, other: "Candidate") -> bool:
        """Whether both are one answer: the same words, overlapping places of one article, or a name and its full form.

        :param other: Another candidate.
        """
        same_article = self.passage.article_id == other.passage.article_id
        if same_article:
            here, there = self.place, other.place
            if here.start < there.end and there.start < here.end:
                return True
        if self.plain == other.plain:
            return True
        shorter, longer = sorted((self.plain, other.plain), key=len)
        # Within an article a family name means one person; between articles it may not.
        full_enough = same_article or len(shorter) > 1
        names = self.kind is other.kind is QuoteKind.NAME
        return names and full_enough and longer[-len(shorter) :] == shorter


def candidates(answers: Sequence[ExtractedAnswer], limit: int) -> list[Candidate]:
    """Make candidates of a reader's answers.

    :param answers: What the reader marked; its no-answer is passed over.
    :param limit: Candidates to make, at most.
    :returns: Best first by the reader's score, no two at the same place.
    """
    found: dict[tuple[str, Span], Candidate] = {}
    for answer in sorted(answers, key=lambda one: -one.score):
        candidate = _candidate(answer)
        if candidate is not None:
            found.setdefault((candidate.citation.id, candidate.place), candidate)
        if len(found) == limit:
            break
    return list(found.values())


def _candidate(answer: ExtractedAnswer) -> Candidate | None:
    document, offset = answer.document, answer.document_offset
    if document is None or offset is None or not document.content:
        return None
    text = document.content
    span = tidy(text, Span(offset.start, offset.end))
    if span is None:
        return None
    span = _whole_date(text, span)
    quote = text[span.start : span.end]
    if all(word in FUNCTION_WORDS for word in words(quote)):
        return None
    return Candidate(
        text=quote,
        plain=tuple(_ARTICLES.sub(" ", quote.lower()).split()),
        kind=quote_kind(quote),
        span=span,
        sentence=_sentence(text, span),
        passage=document_to_passage(document),
        document_id=document.id,
        citation=document_to_citation(document),
        score=answer.score,
        evidence=answer.evidence if isinstance(answer, ReadAnswer) else None,
    )


def _whole_date(text: str, span: Span) -> Span:
    """Widen a span that cuts a date expression: half a date is another date."""
    sentence = _sentence(text, span)
    for one in _dates(text[sentence.start : sentence.end]):
        start, end = sentence.start + one.start, sentence.start + one.end
        if start < span.end and span.start < end:
            span = Span(min(span.start, start), max(span.end, end))
    return span


def _sentence(text: str, span: Span) -> Span:
    around = [one for one in _sentences(text) if one.start < span.end and span.start < one.end]
    return Span(min(span.start, around[0].start), max(span.end, around[-1].end)) if around else span


# A question's candidates share their passages, and its passages come back with the next question.
@lru_cache(maxsize=256)
def _sentences(text: str) -> tuple[Span, ...]:
    return tuple(sentences(text))


@lru_cache(maxsize=1024)
def _dates(sentence: str) -> tuple[Span, ...]:
    return tuple(one.span for one in find_date_expressions(sentence))
