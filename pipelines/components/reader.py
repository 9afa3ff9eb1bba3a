"""The extractive reader: marks the words of passages that answer a question."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from haystack import Document, component, default_from_dict, default_to_dict
from haystack.dataclasses import ExtractedAnswer
from tokenizers import Encoding

from pipelines.components.onnx import Flags, Floats, OnnxModel
from pipelines.components.span_search import TokenSpan, best_spans
from pipelines.models import READER_FOLDER

CONTEXT_CHARACTERS = 150
"""Text shown on each side of an answer in `ExtractedAnswer.context`, before it is cut at a word."""

_SPECIAL_TOKENS = 3


@dataclass(frozen=True, slots=True)
class SpanEvidence:
    """What the reader saw of a span: the selector judges by it.

    :param span: Start logit plus end logit of the span.
    :param null: Start logit plus end logit of the null answer, in the window the span was read in.
    """

    span: float
    null: float

    @property
    def margin(self) -> float:
        """How far the span stands above "no answer here", in logits."""
        return self.span - self.null


@dataclass
class ReadAnswer(ExtractedAnswer):
    """An `ExtractedAnswer` with the evidence for it; for the no-answer, that of the best passage.

    :param evidence: The logits behind `score`.
    """

    evidence: SpanEvidence = field(kw_only=True)


@component
class OnnxExtractiveReader:
    """Reads passages one by one and marks the best spans of each; no span reaches over two passages.

    It has the interface of `TransformersExtractiveReader` and says besides what the selector needs: the logits of each
    span and of the null answer.

    :param model: Folder of the model; None: the one that ships. It is opened by `warm_up`.
    :param top_k: Answers to give, at most, the no-answer not counted.
    :param answers_per_passage: Spans to mark in a passage, at most; they do not overlap.
    :param max_seq_length: Tokens of question and passage together that the model reads at a time.
    :param stride: Tokens that two windows of a longer passage share.
    :param max_query_length: Tokens of a question, at most; a longer one is cut, with a notice.
    :param max_answer_length: Tokens of an answer, at most.
    :param no_answer: Whether to add an answer without data that tells how likely none is right.
    :param threads: Passages read at a time; 0: one a core.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        top_k: int = 20,
        answers_per_passage: int = 3,
        max_seq_length: int = 384,
        stride: int = 128,
        max_query_length: int = 64,
        max_answer_length: int = 40,
        no_answer: bool = True,
        threads: int = 0,
    ) -> None:
        self.model = model
        self.top_k = top_k
        self.answers_per_passage = answers_per_passage
        self.max_seq_length = max_seq_length
        self.stride = stride
        self.max_query_length = max_query_length
        self.max_answer_length = max_answer_length
        self.no_answer = no_answer
        self.threads = threads
        room = max_seq_length - max_query_length - _SPECIAL_TOKENS
        if room <= stride:
            msg = f"stride must be less than {room}, the tokens of a passage beside the longest question"
            raise ValueError(msg)
        self._lock = Lock()
        self._opened: OnnxModel | None = None

    def warm_up(self) -> None:
        """Open the model; a second call does nothing.

        :raises pipelines.errors.ConfigurationError: If it cannot be loaded.
        """
        with self._lock:
            if self._opened is None:
                folder = Path(self.model) if self.model else READER_FOLDER
                self._opened = OnnxModel(folder, threads=self.threads)

    def close(self) -> None:
        """Let go of the model; `warm_up` opens it again."""
        with self._lock:
            self._opened = None

    @component.output_types(answers=list[ExtractedAnswer], notices=list[str])
    def run(self, query: str, documents: list[Document]) -> dict[str, Any]:
        """Mark the spans that answer a question.

        :param query: The question.
        :param documents: The passages; empty ones are passed over.
        :returns: `answers`, best first, the no-answer among them; `notices`, what the asker should know.
        :raises RuntimeError: If it is not warmed up.
        """
        model = self._opened
        if model is None:
            msg = "OnnxExtractiveReader must be warmed up before it runs: call warm_up()."
            raise RuntimeError(msg)
        question = model.tokenizer.encode(query, add_special_tokens=False)
        notices = []
        if len(question.ids) > self.max_query_length:
            question.truncate(self.max_query_length)
            notices.append(f"Your question is long; only its beginning was read: “{query[: question.offsets[-1][1]]}”.")
        with_text = [document for document in documents if document.content and document.content.strip()]
        read = model.each(lambda document: self._read(model, query, question.ids, document), with_text)
        answers = [answer for found in read for answer in found]
        answers = sorted(answers, key=lambda answer: -answer.score)[: self.top_k]
        if self.no_answer:
            best = answers[0].evidence if answers else SpanEvidence(0.0, 0.0)
            answers.append(ReadAnswer(query, 1 - _sigmoid(best.margin) if answers else 1.0, evidence=best))
            answers.sort(key=lambda answer: -answer.score)
        return {"answers": answers, "notices": notices}

    def _read(self, model: OnnxModel, query: str, question: list[int], document: Document) -> list[ReadAnswer]:
        text = document.content or ""
        encoding = model.tokenizer.encode(text, add_special_tokens=False)
        starts, ends, nulls = self._logits(model, question, encoding)
        may_start, may_end = _word_edges(text, encoding)
        spans = best_spans(
            starts, ends, may_start, may_end, longest=self.max_answer_length, top_k=self.answers_per_passage
        )
        return [_answer(query, document, encoding, span, float(nulls[span.first])) for span in spans]

    def _logits(self, model: OnnxModel, question: list[int], encoding: Encoding) -> tuple[Floats, Floats, Floats]:
        """Read a passage, in windows if it is long; a token counts in the window that shows most of its context.

        :returns: Start, end and null logits for each token.
        """
        tokens = len(encoding.ids)
        room = self.max_seq_length - len(question) - _SPECIAL_TOKENS
        starts, ends, nulls = (np.full(tokens, -np.inf, dtype=np.float32) for _ in range(3))
        context = np.full(tokens, -1)
        offset = len(question) + 2
        for begin in range(0, max(1, tokens - self.stride), room - self.stride):
            piece = encoding.ids[begin : begin + room]
            ids, types = model.pair(question, piece)
            start_logits, end_logits = model.run(ids, types)
            place = np.arange(len(piece))
            seen = np.minimum(place, len(piece) - 1 - place)
            here = slice(begin, begin + len(piece))
            better = seen > context[here]
            for kept, given in ((starts, start_logits), (ends, end_logits)):
                kept[here] = np.where(better, given[offset : offset + len(piece)], kept[here])
            nulls[here] = np.where(better, start_logits[0] + end_logits[0], nulls[here])
            context[here] = np.maximum(context[here], seen)
        return starts, ends, nulls

    def to_dict(self) -> dict[str, Any]:
        """Describe the component for `Pipeline.dumps`."""
        return default_to_dict(
            self,
            model=self.model,
            top_k=self.top_k,
            answers_per_passage=self.answers_per_passage,
            max_seq_length=self.max_seq_length,
            stride=self.stride,
            max_query_length=self.max_query_length,
            max_answer_length=self.max_answer_length,
            no_answer=self.no_answer,
            threads=self.threads,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OnnxExtractiveReader":
        """Make the component from its description.

        :param data: What `to_dict` gave.
        """
        return default_from_dict(cls, data)


def _answer(query: str, document: Document, encoding: Encoding, span: TokenSpan, null: float) -> ReadAnswer:
    text = document.content or ""
    start, end = encoding.offsets[span.first][0], encoding.offsets[span.last][1]
    before, after = _context(text, start, end)
    evidence = SpanEvidence(span.score, null)
    return ReadAnswer(
        query=query,
        score=_sigmoid(evidence.margin),
        data=text[start:end],
        document=document,
        context=text[before:after],
        document_offset=ExtractedAnswer.Span(start, end),
        context_offset=ExtractedAnswer.Span(start - before, end - before),
        evidence=evidence,
    )


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    before, after = max(0, start - CONTEXT_CHARACTERS), min(len(text), end + CONTEXT_CHARACTERS)
    if before:
        before = text.find(" ", before, start) + 1 or start
    if after < len(text):
        after = max(text.rfind(" ", end, after), end)
    return before, after


def _word_edges(text: str, encoding: Encoding) -> tuple[Flags, Flags]:
    """Find the tokens that begin and those that end a word: a piece of a word is no answer."""
    starts = [begin == 0 or not (text[begin - 1].isalnum() and text[begin].isalnum()) for begin, _ in encoding.offsets]
    ends = [end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum()) for _, end in encoding.offsets]
    return np.array(starts, dtype=np.bool_), np.array(ends, dtype=np.bool_)


def _sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))
