"""Our reader beside `TransformersExtractiveReader` with the same weights: the same passages, in turns, in one run."""

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Protocol

from haystack import Document
from haystack.lazy_imports import LazyImport

from pipelines.benchmark.figures import ReaderSpeed
from pipelines.benchmark.vocabulary import shipped_texts
from pipelines.components.reader import OnnxExtractiveReader
from pipelines.components.splitter import split_passages
from pipelines.types import Span

with LazyImport("Run 'pip install \"verbatim[hub]\"'") as hub_import:
    from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

PASSAGES_READ = 6
_QUESTIONS = 8
_ROUNDS = 5


class Reader(Protocol):
    """Anything with the interface of Haystack's readers."""

    def run(self, query: str, documents: list[Document]) -> dict[str, object]:
        """Mark the spans that answer a question.

        :param query: The question.
        :param documents: The passages.
        """
        ...


def compare_readers(checkpoint: Path) -> tuple[ReaderSpeed, ...]:
    """Time the readers in turns, so that whatever else the machine does slows all of them alike.

    :param checkpoint: A transformers checkpoint with the weights of the reader that ships, in float32.
    :returns: Ours first.
    :raises ImportError: If the extra `hub` is not installed.
    """
    hub_import.check()
    ours = OnnxExtractiveReader()
    full = TransformersExtractiveReader(model=str(checkpoint), model_kwargs={"dtype": "float32"})
    half = TransformersExtractiveReader(model=str(checkpoint), model_kwargs={"dtype": "bfloat16"})
    for reader in (ours, full, half):
        reader.warm_up()
    readers: dict[str, Reader] = {
        "OnnxExtractiveReader (int8)": ours,
        "TransformersExtractiveReader (float32)": full,
        "TransformersExtractiveReader (bfloat16)": half,
    }
    return compare_speed(readers, reading_tasks(), rounds=_ROUNDS)


def reading_tasks() -> list[tuple[str, list[Document]]]:
    """Take questions and real passages from the shipped training data.

    :returns: Questions, each with the passages to read: those of its own article first.
    """
    texts = shipped_texts()
    passages = [
        Document(content=text.context[span.start : span.end])
        for text in texts[: 2 * PASSAGES_READ * _QUESTIONS]
        for span in split_passages(text.context, Span(0, len(text.context)))
    ]
    return [
        (texts[number].qas[0].question, passages[number * PASSAGES_READ : (number + 1) * PASSAGES_READ])
        for number in range(_QUESTIONS)
    ]


def compare_speed(
    readers: dict[str, Reader], tasks: Sequence[tuple[str, list[Document]]], *, rounds: int
) -> tuple[ReaderSpeed, ...]:
    """Time readers on the same passages.

    :param readers: By name, warmed up; the first is what the others are compared with.
    :param tasks: Questions and passages.
    :param rounds: How often each reader reads everything, 1 or more; a round before them is not counted.
    :returns: Their speeds, in the same order.
    """
    times: dict[str, list[float]] = {name: [] for name in readers}
    for number in range(rounds + 1):
        for name, reader in readers.items():
            start = time.perf_counter()
            for question, passages in tasks:
                reader.run(query=question, documents=passages)
            if number:
                times[name].append(time.perf_counter() - start)
    count = sum(len(passages) for _, passages in tasks)
    first = median(next(iter(times.values())))
    return tuple(ReaderSpeed(name, count / median(seconds), median(seconds) / first) for name, seconds in times.items())
