"""Questions with marked answers, read from SQuAD-format files and from QAMR."""

import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from pipelines.errors import SourceError
from pipelines.types import Span

HELD_OUT_EVERY = 24
"""Of the project's own articles, every 24th is kept out of training, to calibrate on and to compare with."""

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}", "``": '"', "''": '"'}
_NO_SPACE_BEFORE = frozenset(
    {".", ",", ":", ";", "?", "!", ")", "]", "%", "'s", "n't", "'re", "'ve", "'ll", "'d", "'m"}
)
_NO_SPACE_AFTER = frozenset({"(", "[", "$", "#"})


@dataclass(frozen=True, slots=True)
class Example:
    """One question on one text.

    :param id: The question's id in its file.
    :param question: The question.
    :param context: The text that is asked.
    :param answers: Where its accepted answers stand, in code points, the preferred one first; empty: unanswerable.
    :param title: The title of the text; empty if it has none.
    """

    id: str
    question: str
    context: str
    answers: tuple[Span, ...]
    title: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The accepted answers' words."""
        return tuple(self.context[span.start : span.end] for span in self.answers)


class _Answer(TypedDict):
    text: str
    answer_start: int


class _Question(TypedDict):
    id: str
    question: str
    answers: list[_Answer]


class _Paragraph(TypedDict):
    context: str
    qas: list[_Question]


class _Article(TypedDict):
    title: NotRequired[str]
    paragraphs: list[_Paragraph]


class _File(TypedDict):
    data: list[_Article]


def read_text(path: Path) -> str:
    """Read a UTF-8 file, gzip-compressed if its name ends in `.gz`.

    :param path: The file.
    :raises OSError: If it cannot be read.
    """
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return stream.read()
    return path.read_text(encoding="utf-8")


def read_squad(path: Path) -> list[list[Example]]:
    """Read a file in the format of SQuAD 1.1 or 2.0 (as NewsQA's and others' conversions use it).

    :param path: The file, `.json` or `.json.gz`.
    :returns: The examples, article by article.
    :raises SourceError: If the file is not of that format or an answer does not stand where it says.
    """
    try:
        content: _File = json.loads(read_text(path))
        articles = content["data"]
        return [[*_examples(path, article)] for article in articles]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError(str(path), f"not a SQuAD-format file ({error!r})") from error


def _examples(path: Path, article: _Article) -> Iterator[Example]:
    # SQuAD names its articles as Wikipedia's addresses do.
    title = article.get("title", "").replace("_", " ")
    for paragraph in article["paragraphs"]:
        context = paragraph["context"]
        for question in paragraph["qas"]:
            counted: Counter[Span] = Counter()
            for answer in question["answers"]:
                span = Span(answer["answer_start"], answer["answer_start"] + len(answer["text"]))
                if context[span.start : span.end] != answer["text"]:
                    raise SourceError(str(path), f"answer {answer['text']!r} of {question['id']} is not at its offset")
                counted[span] += 1
            # The answer most annotators gave is the one to learn; among equals the file's order counts.
            spans = tuple(span for span, _ in counted.most_common())
            yield Example(question["id"], question["question"], context, spans, title)


def split_held_out(articles: Iterable[list[Example]]) -> tuple[list[Example], list[Example]]:
    """Part the examples of a file into those to train on and those held out, by whole articles.

    :param articles: The examples, article by article.
    :returns: Training examples and held-out examples.
    """
    train: list[Example] = []
    held_out: list[Example] = []
    for number, examples in enumerate(articles, 1):
        (held_out if number % HELD_OUT_EVERY == 0 else train).extend(examples)
    return train, held_out


def read_held_out(paths: tuple[Path, ...]) -> list[Example]:
    """Read the held-out part of several files.

    :param paths: SQuAD-format files.
    """
    return [example for path in paths for example in split_held_out(read_squad(path))[1]]


def read_qamr(folder: Path, per_sentence: int, rng: random.Random) -> list[Example]:
    """Read a sample of QAMR: it has some 38 questions a sentence, far too many of a kind.

    :param folder: Where `qamr.sentences.tsv.gz` and the parts `qamr.*.tsv.gz` are.
    :param per_sentence: Questions to take of each sentence, at most.
    :param rng: Draws the sample.
    :returns: The examples, each on one sentence.
    :raises OSError: If a file cannot be read.
    """
    sentences = {}
    for line in read_text(folder / "qamr.sentences.tsv.gz").splitlines():
        name, _, words = line.partition("\t")
        sentences[name] = words.split()
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for part in sorted(folder.glob("qamr.*.tsv.gz")):
        if "sentences" in part.name:
            continue
        for line in read_text(part).splitlines():
            fields = line.split("\t")
            if fields[0] in sentences and fields[6]:
                rows[fields[0]].append(fields)
    examples = []
    for name, questions in rows.items():
        context, spans = detokenise(sentences[name])
        for fields in rng.sample(questions, min(per_sentence, len(questions))):
            marked = [spans[int(index)] for index in fields[6].split()]
            whole = Span(min(span.start for span in marked), max(span.end for span in marked))
            examples.append(Example(f"{name}:{fields[2]}:{fields[4]}:{fields[3]}", fields[5], context, (whole,)))
    return examples


def detokenise(words: list[str]) -> tuple[str, list[Span]]:
    """Join treebank tokens to running text.

    :param words: The tokens, brackets and quotes as the treebank writes them.
    :returns: The text, and where each token stands in it.
    """
    text = ""
    spans: list[Span] = []
    glue, in_quotes = True, False
    for word in words:
        plain = _BRACKETS.get(word, word)
        closing = word == "''" or (plain == '"' and word != "``" and in_quotes)
        if not glue and plain not in _NO_SPACE_BEFORE and not closing:
            text += " "
        spans.append(Span(len(text), len(text) + len(plain)))
        text += plain
        if plain == '"':
            in_quotes = not closing
        glue = plain in _NO_SPACE_AFTER or (plain == '"' and not closing)
    return text, spans
