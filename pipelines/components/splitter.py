"""The splitter: passages of whole sentences."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from haystack import component

from pipelines.components.cleaner import CleanArticle
from pipelines.components.sentences import sentences
from pipelines.types import Article, Passage, PassageKind, Span

PASSAGE_WORDS = 70
"""Words a passage aims at."""
OVERLAP_SENTENCES = 1
"""Sentences that a passage repeats of the one before it."""
# Text without spaces (another script, a long address) counts as a word every so many code points.
_CODE_POINTS_A_WORD = 12
# In passages: a longer sentence is cut, a longer one is not repeated in the next passage, and a shorter rest of a
# stretch joins the passage before it.
_LONGEST_SENTENCE, _LONGEST_OVERLAP, _SHORTEST_REST = 1.5, 0.5, 0.25
_PAUSE = re.compile(r"[;:,–—](?=\s)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article and its passages.

    :param article: The article.
    :param fingerprint: What it was made from.
    :param passages: Its passages in the order they stand in, at least one.
    """

    article: Article
    fingerprint: str
    passages: tuple[Passage, ...]


@component
class PassageSplitter:
    """Splits articles into passages of whole sentences, one sentence of overlap; a caption is a passage of its own.

    :param words: Words a passage aims at.
    """

    def __init__(self, words: int = PASSAGE_WORDS) -> None:
        self.words = words

    @component.output_types(articles=list[SplitArticle])
    def run(self, articles: list[CleanArticle]) -> dict[str, list[SplitArticle]]:
        """Split articles.

        :param articles: The cleaned articles.
        :returns: `articles`, the same with their passages.
        """
        return {"articles": [_split(clean, self.words) for clean in articles]}


def _split(clean: CleanArticle, words: int) -> SplitArticle:
    text, article_id = clean.article.text, clean.article.citation.id
    spans = [
        (span, kind)
        for stretch, kind in clean.stretches
        for span in (
            split_passages(text, stretch, words) if kind is PassageKind.BODY else _pieces(text, stretch, words)
        )
    ]
    passages = tuple(
        Passage(article_id, span, text[span.start : span.end], kind, index) for index, (span, kind) in enumerate(spans)
    )
    return SplitArticle(clean.article, clean.fingerprint, passages)


def split_passages(text: str, stretch: Span, words: int = PASSAGE_WORDS) -> list[Span]:
    """Split a stretch of text into overlapping passages.

    :param text: The article's text.
    :param stretch: The part of it to split; no white space at its ends.
    :param words: Words a passage aims at.
    :returns: Spans in order, each of whole sentences unless a sentence is longer than a passage may be.
    """
    units = [
        piece
        for sentence in sentences(text[stretch.start : stretch.end])
        for piece in _pieces(text, Span(sentence.start + stretch.start, sentence.end + stretch.start), words)
    ]
    lengths = [_words(text, unit) for unit in units]
    return [Span(units[first].start, units[end - 1].end) for first, end in _groups(lengths, words)]


def _groups(lengths: Sequence[int], words: int) -> Iterator[tuple[int, int]]:
    """Group units into passages, from `first` to one before `end`."""
    totals = [0, *accumulate(lengths)]
    first = begun = 0
    while begun < len(lengths):
        end = begun + 1
        # Another unit joins if the passage then ends nearer to its aim.
        while end < len(lengths) and totals[end] - totals[first] + lengths[end] / 2 <= words:
            end += 1
        if totals[-1] - totals[end] <= _SHORTEST_REST * words:
            end = len(lengths)
        yield first, end
        first = max(first + 1, end - OVERLAP_SENTENCES)
        if totals[end] - totals[first] > _LONGEST_OVERLAP * words:
            first = end
        begun = end


def _pieces(text: str, sentence: Span, words: int) -> list[Span]:
    """Cut a sentence that is too long for a passage: where it pauses, else between words, else anywhere."""
    pieces = []
    start = sentence.start
    while _is_too_long(text, Span(start, sentence.end), round(_LONGEST_SENTENCE * words)):
        end = _cut(text, start, words)
        pieces.append(Span(start, end))
        start = end
        while text[start].isspace():
            start += 1
    return [*pieces, Span(start, sentence.end)]


def _is_too_long(text: str, span: Span, longest: int) -> bool:
    return span.end - span.start > longest * _CODE_POINTS_A_WORD or _words(text, span) > longest


def _cut(text: str, start: int, words: int) -> int:
    """Find the best place to cut, about a passage's words after the start."""
    farthest = start + words * _CODE_POINTS_A_WORD
    spaces = [match.start() for match in islice(_SPACE.finditer(text, start, farthest), words)]
    if not spaces:
        return farthest
    middle = start + (spaces[-1] - start) // 2
    pauses = [match.start() + 1 for match in _PAUSE.finditer(text, middle, spaces[-1])]
    return pauses[-1] if pauses else spaces[-1]


def _words(text: str, span: Span) -> int:
    return max(len(text[span.start : span.end].split()), math.ceil((span.end - span.start) / _CODE_POINTS_A_WORD))
