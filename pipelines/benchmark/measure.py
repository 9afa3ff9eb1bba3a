"""Times the steps of an answer over an index that is there, in the process that calls it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from haystack import Document

from pipelines.answering import Answerer
from pipelines.benchmark.build import open_store
from pipelines.benchmark.corpus import Corpus, MadeQuestion
from pipelines.benchmark.exact import nearest
from pipelines.benchmark.figures import Stage
from pipelines.benchmark.process import resident_bytes
from pipelines.benchmark.timing import time_each, time_together
from pipelines.benchmark.vocabulary import read_vocabulary
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.fusion import WeightedReciprocalRankFusion
from pipelines.components.reader import OnnxExtractiveReader
from pipelines.store import EmbeddedDocumentStore

ASKERS = 8

Input = TypeVar("Input")
_NEAREST = 10


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How passages are retrieved and how many are read, as the settings have it.

    :param candidates: Passages taken from each index.
    :param passages_read: Passages that are read.
    :param keyword_weight: Weight of the keyword index.
    :param dense_weight: Weight of the vector index.
    """

    candidates: int
    passages_read: int
    keyword_weight: float
    dense_weight: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done of each kind; more gives steadier figures.

    :param retrieval: Questions for the steps that take milliseconds.
    :param reading: Questions for the steps that the reader is part of.
    :param indexed: Passages that are indexed from files.
    :param starts: How often the bot is started.
    """

    retrieval: int = 200
    reading: int = 40
    indexed: int = 300
    starts: int = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured over an index; `SizeFigures` says what the fields mean."""

    open_seconds: float
    resident_bytes: int
    recall_at_10: float
    stages: tuple[Stage, ...]


def measure(
    folder: Path,
    *,
    passages: int,
    seed: int,
    retrieval: Retrieval,
    make_answerer: Callable[[EmbeddedDocumentStore], Answerer],
    effort: Effort,
) -> Measured:
    """Measure an index that `write_corpus` wrote.

    :param folder: Its folder.
    :param passages: How many passages it has.
    :param seed: Of its corpus.
    :param retrieval: How passages are retrieved.
    :param make_answerer: Makes the answering pipeline over a store.
    :param effort: How many questions to ask.
    :returns: The figures; the memory is that of this process.
    """
    corpus = Corpus(read_vocabulary(), passages, seed=seed)
    questions = corpus.questions(effort.retrieval)
    store = open_store(folder)
    begun = time.perf_counter()
    store.keyword_retrieval(questions[0].text, top_k=1)
    store.dense_retrieval(questions[0].vector, top_k=1)
    opened = time.perf_counter() - begun
    try:
        answering = _time_answering(questions[: effort.reading], make_answerer(store))
        # Before the steps are timed one by one, which loads the models a second time.
        resident = resident_bytes()
        stages = (
            *_time_retrieval(store, questions, retrieval),
            *_time_models(store, questions[: effort.reading], retrieval),
            answering,
        )
        return Measured(opened, resident, _recall(store, corpus, questions), stages)
    finally:
        store.close()


def _time_retrieval(
    store: EmbeddedDocumentStore, questions: Sequence[MadeQuestion], retrieval: Retrieval
) -> list[Stage]:
    count = retrieval.candidates

    def keyword(question: MadeQuestion) -> list[Document]:
        return store.keyword_retrieval(question.text, top_k=count)

    def dense(question: MadeQuestion) -> list[Document]:
        return store.dense_retrieval(question.vector, top_k=count)

    def fuse(found: tuple[list[Document], list[Document]]) -> list[Document]:
        return _fusion(retrieval).run(*found)["documents"]

    def all_three(question: MadeQuestion) -> list[Document]:
        return fuse((keyword(question), dense(question)))

    found = [(keyword(question), dense(question)) for question in questions]
    return [
        _stage("keyword", keyword, questions),
        _stage("dense", dense, questions),
        _stage("fusion", fuse, found),
        _stage("retrieval", all_three, questions),
    ]


def _time_models(store: EmbeddedDocumentStore, questions: Sequence[MadeQuestion], retrieval: Retrieval) -> list[Stage]:
    encoder, reader = SentenceEncoder(), OnnxExtractiveReader()
    encoder.warm_up()
    reader.warm_up()
    to_read = [
        (question.text, store.keyword_retrieval(question.text, top_k=retrieval.passages_read)) for question in questions
    ]
    return [
        _stage("encoder", lambda question: encoder.encode([question.text]), questions),
        _stage("reader", lambda task: reader.run(query=task[0], documents=task[1]), to_read),
    ]


def _time_answering(questions: Sequence[MadeQuestion], answerer: Answerer) -> Stage:
    answerer.warm_up()
    return _stage("answer", lambda question: answerer.ask(question.text), questions)


def _stage(name: str, work: Callable[[Input], object], inputs: Sequence[Input]) -> Stage:
    work(inputs[0])
    return Stage(name, time_each(work, inputs), time_together(work, inputs, askers=ASKERS))


def _fusion(retrieval: Retrieval) -> WeightedReciprocalRankFusion:
    return WeightedReciprocalRankFusion(retrieval.keyword_weight, retrieval.dense_weight, retrieval.passages_read)


def _recall(store: EmbeddedDocumentStore, corpus: Corpus, questions: Sequence[MadeQuestion]) -> float:
    wanted = min(_NEAREST, corpus.passages)
    truly = nearest(corpus, questions, wanted)
    found = [{one.id for one in store.dense_retrieval(question.vector, top_k=wanted)} for question in questions]
    return sum(len(ours & theirs) for ours, theirs in zip(found, truly, strict=True)) / (wanted * len(questions))
