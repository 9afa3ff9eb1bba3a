"""`python -m pipelines.training passages`: how long passages should be, and how many of them should be read."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from pipelines.answering import Answerer, Reading, Retrieved
from pipelines.components.confidence import CALIBRATION_FILE, load_calibration
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.reader import OnnxExtractiveReader
from pipelines.components.selector import AnswerSelector
from pipelines.models import READER_FOLDER
from pipelines.training.data import Example, read_held_out, read_squad
from pipelines.training.features import load_tokenizer
from pipelines.training.library import index_texts
from pipelines.training.selection import Figures, measure, see

DEPTH = 5
"""Passages among which a question's article should be."""
ANSWERS_KEPT = 20
"""Answers that the product's reader gives."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was read for one question.

    :param example: The question.
    :param article: The id of its article.
    :param reading: What was read, of as many passages as were asked for.
    :param tokens: Tokens of the question and each passage read, together.
    """

    example: Example
    article: str
    reading: Reading
    tokens: Sequence[int]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a length of passages and a number of them give.

    :param words: Words that a passage aims at.
    :param passages: Passages read.
    :param tokens: Tokens read for a question, on average: the price of an answer, whatever the machine.
    :param recall: How often an answerable question's article is among the first five passages, 0 to 100.
    :param figures: How well the quotes are chosen.
    """

    words: int
    passages: int
    tokens: float
    recall: float
    figures: Figures


def ask_all(examples: Sequence[Example], model: Path, threads: int, words: int, passages: int) -> list[Asked]:
    """Ask questions of all their texts, as the product would.

    :param examples: The questions.
    :param model: Folder of the ONNX reader.
    :param threads: Threads to run it with.
    :param words: Words that a passage aims at.
    :param passages: Passages to read.
    """
    encoder = SentenceEncoder(threads=threads)
    # A component belongs to one pipeline, so each length has a reader of its own.
    reader = OnnxExtractiveReader(str(model), threads=threads)
    reader.top_k = passages * reader.answers_per_passage
    tokenizer = load_tokenizer(READER_FOLDER / "tokenizer.json")
    with tempfile.TemporaryDirectory() as name:
        titles = {one.context: one.title for one in examples}
        store, ids = index_texts(titles, Path(name), encoder, words=words)
        answerer = Answerer(
            store, encoder=encoder, reader=reader, selector=AnswerSelector(None), passages_read=passages
        )
        asked = []
        for count, one in enumerate(examples, 1):
            reading = answerer.read(one.question)
            pairs = [(one.question, document.content or "") for document in reading.retrieved.read]
            tokens = [len(encoding.ids) for encoding in tokenizer.encode_batch(pairs)]
            asked.append(Asked(one, ids[one.context], reading, tokens))
            sys.stderr.write(f"\r{words} words: {count} of {len(examples)} questions")
        sys.stderr.write("\n")
        store.close()
    return asked


def with_fewer(reading: Reading, passages: int) -> Reading:
    """Give what would have been read, had fewer passages been.

    :param reading: What was read, with all answers.
    :param passages: Passages to keep, the best.
    """
    kept = reading.retrieved.read[:passages]
    ids = {document.id for document in kept}
    answers = [one for one in reading.answers if one.document is not None and one.document.id in ids]
    answers = sorted(answers, key=lambda one: -one.score)[:ANSWERS_KEPT]
    return Reading(answers, Retrieved(kept, reading.retrieved.keyword, reading.retrieved.dense))


def passages(options: argparse.Namespace) -> None:
    """Measure, print and plot.

    :param options: The command line of `passages`.
    """
    examples = [one for path in options.files for article in read_squad(path) for one in article]
    examples += read_held_out(tuple(options.held_out))
    calibration = load_calibration(options.reader / CALIBRATION_FILE)
    most = max(options.read)
    cells = []
    for words in options.words:
        asked = ask_all(examples, options.reader, options.threads, words, most)
        for number in options.read:
            cut = [with_fewer(one.reading, number) for one in asked]
            seen = [see(one.example, reading, one.article) for one, reading in zip(asked, cut, strict=True)]
            cell = Cell(
                words=words,
                passages=number,
                tokens=fmean(sum(one.tokens[:number]) for one in asked),
                recall=100 * fmean(_is_near(one) for one in asked if one.example.answers),
                figures=measure(calibration, seen),
            )
            cells.append(cell)
            sys.stdout.write(f"{cell}\n")
    if options.plot is not None:
        from pipelines.training import plots

        plots.passages(cells, options.plot)


def _is_near(asked: Asked) -> bool:
    return any(document.meta["article_id"] == asked.article for document in asked.reading.retrieved.read[:DEPTH])
