"""The answering pipeline: from a question to an answer."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from haystack import Document, Pipeline
from haystack.core.errors import PipelineRuntimeError
from haystack.dataclasses import ExtractedAnswer

from pipelines.components.copies import CopyMerger
from pipelines.components.dates import QuoteDater
from pipelines.components.encoder import OnnxTextEmbedder, SentenceEncoder
from pipelines.components.follow_up import FollowUpRewriter, leaned_on
from pipelines.components.fusion import WeightedReciprocalRankFusion
from pipelines.components.joining import PassageJoiner
from pipelines.components.narrowing import narrow, narrowed_like, split_terms
from pipelines.components.reader import OnnxExtractiveReader
from pipelines.components.retrievers import DenseRetriever, KeywordRetriever
from pipelines.components.selector import AnswerSelector
from pipelines.components.words import FUNCTION_WORDS, words
from pipelines.errors import VerbatimError
from pipelines.store.searchable import Searchable
from pipelines.types import Answer, Outcome, Turn

LONGEST_QUESTION = 1000
"""Characters of a question that are looked at: four times what the reader reads."""

ENGLISH_ONLY = "Only English is understood, in questions and in articles."
NOTHING_TO_SEARCH = "There is no word to search for in this: ask a whole question."
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What retrieval found for a question.

    :param read: The passages that were read, best first.
    :param keyword: The keyword index's passages, best first.
    :param dense: The vector index's passages, best first.
    """

    read: Sequence[Document]
    keyword: Sequence[Document]
    dense: Sequence[Document]


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands before a choice: the spans that were marked, and how their passages were found.

    :param answers: What the reader marked, its no-answer among them.
    :param retrieved: What retrieval found.
    """

    answers: Sequence[ExtractedAnswer]
    retrieved: Retrieved


class Reader(Protocol):
    """A Haystack component that reads passages: ours, or `TransformersExtractiveReader`."""

    def run(self, query: str, documents: list[Document]) -> dict[str, Any]:
        """Mark the answers of passages.

        :param query: The question.
        :param documents: The passages.
        :returns: `answers`, and `notices` if it has any.
        """
        ...


class Answerer:
    """Answers questions from a store; may be asked from several threads at a time.

    :param store: The store.
    :param encoder: What encodes questions: the one that the store was made with.
    :param reader: What reads passages.
    :param selector: What chooses quotes; its calibration must be the reader's.
    :param candidates: Passages taken from each index, 1 or more.
    :param passages_read: Passages that the reader reads, 1 or more; those that overlap are joined first.
    :param keyword_weight: Weight of the keyword index, 0 or more.
    :param dense_weight: Weight of the vector index, 0 or more; not both 0.
    """

    def __init__(
        self,
        store: Searchable,
        *,
        encoder: SentenceEncoder | None = None,
        reader: Reader | None = None,
        selector: AnswerSelector | None = None,
        candidates: int = 30,
        passages_read: int = 6,
        keyword_weight: float = 0.5,
        dense_weight: float = 0.5,
    ) -> None:
        self._store = store
        self._embedder = OnnxTextEmbedder(encoder)
        self._keyword_retriever = KeywordRetriever(store, top_k=candidates)
        self._dense_retriever = DenseRetriever(store, top_k=candidates)
        self._pipeline = _build(
            follow_up=FollowUpRewriter(),
            embedder=self._embedder,
            keyword_retriever=self._keyword_retriever,
            dense_retriever=self._dense_retriever,
            fusion=WeightedReciprocalRankFusion(keyword_weight, dense_weight, 2 * candidates),
            merger=CopyMerger(store, top_k=passages_read),
            joiner=PassageJoiner(),
            reader=reader or OnnxExtractiveReader(),
            selector=selector or AnswerSelector(None),
            dater=QuoteDater(),
        )

    def warm_up(self) -> None:
        """Open everything that the first question would have to wait for.

        :raises pipelines.errors.VerbatimError: If a model or the index cannot be opened.
        """
        self._pipeline.warm_up()
        # The first search opens the index and its two derived ones.
        embedding = self._embedder.run("ready")["embedding"]
        self._keyword_retriever.run("ready")
        self._dense_retriever.run(embedding)

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        """Answer a question.

        :param question: The question, as it was asked; it may be narrowed: `since:2026-01`, `until:`, `source:`, `in:`.
        :param previous: What was asked and answered before, if anything; it counts only if the question leans on it,
            which is then narrowed as that one was.
        :returns: The answer.
        :raises pipelines.errors.QuestionError: If a filter in the question is wrong.
        :raises pipelines.errors.VerbatimError: If the articles cannot be searched now.
        """
        begun = time.perf_counter()
        asked = " ".join(question.split())
        notices: Sequence[str] = ()
        if len(asked) > LONGEST_QUESTION:
            asked = asked[:LONGEST_QUESTION]
            notices = (f"Your question is very long; only its first {LONGEST_QUESTION} characters were looked at.",)
        turn, follows = leaned_on(asked, previous), None
        if turn:
            asked = narrowed_like(asked, turn.question)
            topic, _ = split_terms(turn.question)
            follows = narrowed_like(topic, asked)
            notices = (*notices, f"Understood as: {split_terms(question)[0]} (after “{topic}”)")
        if not _LATIN.search(asked) and any(map(str.isalpha, asked)):
            notices = (*notices, ENGLISH_ONLY)
        narrowed = narrow(asked, self._store)
        answer = Answer(question, Outcome.NOT_FOUND)
        if asked and not turn and FUNCTION_WORDS.issuperset(words(narrowed.text)):
            notices = (*notices, NOTHING_TO_SEARCH)
        elif asked:
            answer = self._run(narrowed.text, turn, narrowed.filters)["dater"]["answer"]
        elapsed = 1000 * (time.perf_counter() - begun)
        notices = (*notices, *narrowed.notices, *answer.notices)
        return replace(answer, question=question, notices=notices, elapsed_ms=elapsed, follows=follows)

    def read(self, question: str, previous: Turn | None = None) -> Reading:
        """Read without choosing, to fit and to measure the choice.

        :param question: The question.
        :param previous: What was asked and answered before, if anything.
        :returns: What the selector would be given.
        :raises pipelines.errors.VerbatimError: If the articles cannot be searched now.
        """
        stages = ("joiner", "keyword_retriever", "dense_retriever")
        outputs = self._run(question, leaned_on(question, previous), stages={"reader", *stages})
        return Reading(outputs["reader"]["answers"], Retrieved(*(outputs[name]["documents"] for name in stages)))

    def close(self) -> None:
        """Let go of the models and the store; the next question opens them again."""
        self._pipeline.close()

    def _run(
        self,
        question: str,
        previous: Turn | None,
        filters: dict[str, Any] | None = None,
        *,
        stages: set[str] | None = None,
    ) -> dict[str, Any]:
        inputs = {
            "follow_up": {"question": question, "previous": previous},
            "keyword_retriever": {"filters": filters},
            "dense_retriever": {"filters": filters},
        }
        try:
            return self._pipeline.run(inputs, include_outputs_from=stages)
        except PipelineRuntimeError as error:
            # Haystack wraps what a component raises; a message for people must not be wrapped in a stage's name.
            if isinstance(error.__cause__, VerbatimError):
                raise error.__cause__ from error
            raise


def _build(**components: Any) -> Pipeline:  # noqa: ANN401  Haystack has no type for a component
    pipeline = Pipeline()
    for name, one in components.items():
        pipeline.add_component(name, one)
    for sender, receiver in (
        ("follow_up.query", "embedder.text"),
        ("follow_up.query", "keyword_retriever.query"),
        ("follow_up.reading", "reader.query"),
        ("follow_up.question", "selector.question"),
        ("embedder.embedding", "dense_retriever.query_embedding"),
        ("keyword_retriever.documents", "fusion.keyword_documents"),
        ("dense_retriever.documents", "fusion.dense_documents"),
        ("fusion.documents", "merger.documents"),
        ("merger.documents", "joiner.documents"),
        ("merger.copies", "joiner.copies"),
        ("joiner.documents", "reader.documents"),
        ("joiner.documents", "selector.documents"),
        ("joiner.copies", "selector.copies"),
        ("reader.answers", "selector.answers"),
        ("selector.answer", "dater.answer"),
    ):
        pipeline.connect(sender, receiver)
    # TransformersExtractiveReader has nothing to tell beside its answers.
    if isinstance(components["reader"], OnnxExtractiveReader):
        pipeline.connect("reader.notices", "selector.notices")
    return pipeline
