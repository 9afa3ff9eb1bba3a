"""Token ids with target positions, and batches of about equal token counts."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from pipelines.errors import SourceError
from pipelines.types import Span

MAX_TOKENS = 384
MAX_QUESTION_TOKENS = 64
PASSAGE = 1

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Feature:
    """One question and passage as the model takes it.

    :param ids: Token ids: [CLS] question [SEP] passage [SEP].
    :param types: 0 for the question, 1 for the passage, of the same length.
    :param start: The answer's first token; 0, the [CLS], for no answer.
    :param end: The answer's last token, itself part of the answer; 0 for no answer.
    """

    ids: list[int]
    types: list[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Features of similar length, padded.

    :param ids: [batch, sequence].
    :param mask: 1 for a token, 0 for padding, [batch, sequence].
    :param types: [batch, sequence].
    :param starts: [batch].
    :param ends: [batch].
    """

    ids: Ints
    mask: Ints
    types: Ints
    starts: Ints
    ends: Ints


def load_tokenizer(path: Path) -> Tokenizer:
    """Open a `tokenizer.json` without its own truncation and padding.

    :param path: The file.
    :raises SourceError: If it is not there.
    """
    if not path.exists():
        raise SourceError(str(path), "is not there; give the folder of a model, with its tokenizer.json")
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def token_span(encoding: Encoding, answer: Span) -> tuple[int, int] | None:
    """Find the tokens of an answer.

    :param encoding: The encoded pair.
    :param answer: Code points in the passage.
    :returns: First and last token, or None if truncation cut the answer.
    """
    inside = [
        place
        for place, (begin, end) in enumerate(encoding.offsets)
        if encoding.type_ids[place] == PASSAGE and end > answer.start and begin < answer.end and end > begin
    ]
    if not inside or encoding.offsets[inside[-1]][1] < answer.end:
        return None
    return inside[0], inside[-1]


def encode(tokenizer: Tokenizer, question: str, passage: str, answer: Span | None) -> Feature | None:
    """Make a feature.

    :param tokenizer: With truncation set by the caller or not at all.
    :param question: The question.
    :param passage: The passage.
    :param answer: Code points in the passage, or None for no answer.
    :returns: None if the pair is too long for the answer to fit.
    """
    encoding = tokenizer.encode(question, passage)
    encoding.truncate(MAX_TOKENS)
    if answer is None:
        return Feature(encoding.ids, encoding.type_ids, 0, 0)
    found = token_span(encoding, answer)
    return None if found is None else Feature(encoding.ids, encoding.type_ids, *found)


def batches(features: list[Feature], tokens: int, rng: random.Random, chunk: int = 512) -> list[list[Feature]]:
    """Group features into batches of about `tokens` tokens, padding included.

    Each random chunk is sorted by length, so that a batch holds little padding and order stays random.

    :param features: In any order.
    :param tokens: Tokens of a batch, at most (a longer single feature makes a batch of its own).
    :param rng: Shuffles.
    :param chunk: Features that are sorted together.
    """
    shuffled = rng.sample(features, len(features))
    grouped: list[list[Feature]] = []
    for first in range(0, len(shuffled), chunk):
        current: list[Feature] = []
        for feature in sorted(shuffled[first : first + chunk], key=lambda one: len(one.ids)):
            if current and len(feature.ids) * (len(current) + 1) > tokens:
                grouped.append(current)
                current = []
            current.append(feature)
        grouped.append(current)
    rng.shuffle(grouped)
    return grouped


def collate(features: list[Feature]) -> Batch:
    """Pad features to one length.

    :param features: At least one.
    """
    longest = max(len(feature.ids) for feature in features)
    shape = (len(features), longest)
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for row, feature in enumerate(features):
        length = len(feature.ids)
        ids[row, :length] = feature.ids
        mask[row, :length] = 1
        types[row, :length] = feature.types
    starts = np.array([feature.start for feature in features], dtype=np.int64)
    ends = np.array([feature.end for feature in features], dtype=np.int64)
    return Batch(ids, mask, types, starts, ends)
