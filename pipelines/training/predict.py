"""The best span of a text for a question, by any model that gives start and end logits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.training.data import Example
from pipelines.training.features import MAX_QUESTION_TOKENS, MAX_TOKENS, PASSAGE, Ints
from pipelines.training.passages import cut

Floats = npt.NDArray[np.float32]
Forward = Callable[[Ints, Ints, Ints], tuple[Floats, Floats]]
"""ids, mask, types [batch, sequence] -> start and end logits [batch, sequence]."""

MAX_ANSWER_TOKENS = 40
STRIDE = 128


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span of one text.

    :param text: Its words.
    :param margin: Its start and end logits minus those of the null answer, token 0.
    """

    text: str
    margin: float


def read(forward: Forward, tokenizer: Tokenizer, question: str, text: str) -> Prediction:
    """Find the best span, in overlapping windows if the text is long; the greatest margin wins.

    :param forward: The model.
    :param tokenizer: The model's.
    :param question: The question; cut after 64 tokens.
    :param text: The text.
    """
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
    whole = tokenizer.encode(text, add_special_tokens=False)
    first, middle = _special(tokenizer)
    room = MAX_TOKENS - len(asked) - 3
    best = Prediction("", -np.inf)
    for begin in range(0, max(1, len(whole.ids) - STRIDE), room - STRIDE):
        piece = whole.ids[begin : begin + room]
        ids = np.array([[first, *asked, middle, *piece, middle]], dtype=np.int64)
        types = np.zeros_like(ids)
        types[0, len(asked) + 2 :] = PASSAGE
        starts, ends = forward(ids, np.ones_like(ids), types)
        offset = len(asked) + 2
        null = float(starts[0, 0] + ends[0, 0])
        span = best_span(starts[0, offset : offset + len(piece)], ends[0, offset : offset + len(piece)])
        if span[2] - null > best.margin:
            left, right = whole.offsets[begin + span[0]][0], whole.offsets[begin + span[1]][1]
            best = Prediction(text[left:right], span[2] - null)
    return best


def read_passages(forward: Forward, tokenizer: Tokenizer, question: str, text: str, words: int) -> Prediction:
    """Find the best span passage by passage, as the product does.

    :param forward: The model.
    :param tokenizer: The model's.
    :param question: The question.
    :param text: The text.
    :param words: Words of a passage.
    """
    found = [read(forward, tokenizer, question, text[span.start : span.end]) for span in cut(text, words)]
    return max(found, key=lambda one: one.margin)


def predict(
    forward: Forward, tokenizer: Tokenizer, examples: list[Example], words: int | None = None
) -> dict[str, Prediction]:
    """Answer every example from its own text.

    :param forward: The model.
    :param tokenizer: The model's.
    :param examples: The questions.
    :param words: Words of a passage, or None to read whole texts in windows.
    :returns: A prediction for each question id.
    """
    if words is None:
        return {one.id: read(forward, tokenizer, one.question, one.context) for one in examples}
    return {one.id: read_passages(forward, tokenizer, one.question, one.context, words) for one in examples}


def best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """Find the span with the greatest sum of its start and end logits.

    :param starts: Start logits of the passage's tokens, [tokens].
    :param ends: End logits, [tokens].
    :returns: First token, last token (included), sum.
    """
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, dtype=bool)) & ~np.triu(np.ones_like(sums, dtype=bool), MAX_ANSWER_TOKENS)
    sums = np.where(allowed, sums, -np.inf)
    place = int(sums.argmax())
    first, last = divmod(place, sums.shape[1])
    return first, last, float(sums[first, last])


def _special(tokenizer: Tokenizer) -> tuple[int, int]:
    ids = tokenizer.encode("a", "a").ids
    return ids[0], ids[2]
