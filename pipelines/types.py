"""The data that travels from article to answer. All of it is frozen; all offsets are code points."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PassageKind(StrEnum):
    """What part of an article a passage is."""

    BODY = "body"
    CAPTION = "caption"


class Outcome(StrEnum):
    """How sure an answer is."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, `text[start:end]`.

    :param start: First code point, from 0.
    :param end: One past the last code point, at least `start`.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """What is shown of an article beside a quote.

    :param id: The article's id: stable across runs, made from its origin.
    :param title: The headline; never empty.
    :param source: The outlet if it is known, else the file's name or the site's host.
    :param url: A link for readers (http or https), or None.
    :param published: The day of publication, or None if it is not known.
    :param author: Who wrote it, several names with commas between them, or None if it is not known.
    """

    id: str
    title: str
    source: str
    url: str | None = None
    published: date | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which encoder made a vector: vectors of different encoders cannot be compared.

    :param name: A name for people.
    :param dimension: Numbers of a vector.
    :param sha256: Of the model file, hexadecimal.
    """

    name: str
    dimension: int
    sha256: str

    @property
    def described(self) -> str:
        """What to call it in a message."""
        return f"{self.name} ({self.dimension} numbers, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is stored.

    :param citation: Its id, title, outlet, link and date.
    :param text: The whole text, unchanged since conversion; every offset refers to it.
    :param origin: The path or URL it was read from: its identity.
    """

    citation: Citation
    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: the unit of retrieval and reading.

    :param article_id: The id of its article.
    :param span: Where it stands in the article's text; `article.text[start:end] == text`.
    :param text: The words.
    :param kind: Body text or a photo caption.
    :param index: Its place among the article's passages, from 0.
    """

    article_id: str
    span: Span
    text: str
    kind: PassageKind
    index: int


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """A date expression of a quote and what it means.

    :param text: The words, as they stand in the quote: "last June 12".
    :param iso: The day, month or year they mean: "2020-06-12", "2020-06", "2020".
    """

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class Quote:
    """One verbatim answer with its evidence.

    :param text: The answer's words; `article.text[start:end] == text`.
    :param start: First code point in the article's text.
    :param end: One past the last code point in the article's text.
    :param confidence: Calibrated probability that the quote answers the question, 0 to 1.
    :param sentence: The sentence (or sentences) the quote stands in, verbatim.
    :param sentence_start: Where that sentence begins in the article's text.
    :param passage: Where the passage that was read stands in the article's text.
    :param article: The article it is from.
    :param date: What a date in the quote means, if it has one that can be resolved.
    :param also_in: Other articles that give the same answer, best first.
    """

    text: str
    start: int
    end: int
    confidence: float
    sentence: str
    sentence_start: int
    passage: Span
    article: Citation
    date: ResolvedDate | None = None
    also_in: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    :param question: The question as it was asked.
    :param outcome: Answered, unsure or not found.
    :param quotes: Best first, at most five; empty when nothing was found.
    :param nearest: Up to three articles closest to the question when nothing was found.
    :param notices: Plain sentences the asker should see: a question that was cut, a filter that was understood.
    :param elapsed_ms: Milliseconds from question to answer.
    :param follows: The earlier question that this one leaned on, as it was narrowed, or None if it stood alone.
    """

    question: str
    outcome: Outcome
    quotes: tuple[Quote, ...] = ()
    nearest: tuple[Citation, ...] = ()
    notices: tuple[str, ...] = ()
    elapsed_ms: float = 0.0
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was answered: what a follow-up can lean on.

    :param question: The question, with the terms that narrowed it.
    :param quote: What answered it.
    """

    question: str
    quote: Quote
