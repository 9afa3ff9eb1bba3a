"""What the reader is trained on: passages with answers, passages without, in chat style and as written."""

import random
from dataclasses import dataclass

from tokenizers import Tokenizer

from pipelines.training.augment import as_typed
from pipelines.training.data import Example
from pipelines.training.features import Feature, encode
from pipelines.training.negatives import Neighbours
from pipelines.training.passages import around, cut
from pipelines.types import Span

PASSAGE_WORDS = 120


@dataclass(frozen=True, slots=True)
class Mixture:
    """How often what is shown.

    :param long_share: Share of answerable questions shown with a long passage (230 words) instead of a short one.
    :param negative_share: Share of answerable questions that are shown once more with a wrong passage.
    :param negatives: How many of the nearest wrong passages to draw from.
    """

    long_share: float = 0.3
    negative_share: float = 0.35
    negatives: int = 4


def build(
    examples: list[Example], neighbours: Neighbours, tokenizer: Tokenizer, mixture: Mixture, rng: random.Random
) -> list[Feature]:
    """Make one epoch's features; another state of `rng` cuts other passages and draws other negatives.

    :param examples: What to show.
    :param neighbours: Where negatives come from.
    :param tokenizer: The model's.
    :param mixture: The shares.
    :param rng: Draws.
    """
    features: list[Feature | None] = []
    for example in examples:
        question = as_typed(example.question, rng)
        if not example.answers:
            passage = _closest(example, mixture, rng)
            features.append(encode(tokenizer, question, passage, None))
            continue
        answer = example.answers[0]
        words = 230 if rng.random() < mixture.long_share else rng.randint(50, PASSAGE_WORDS + 20)
        window = around(example.context, answer, words, rng)
        text = example.context[window.start : window.end]
        inside = Span(answer.start - window.start, answer.end - window.start)
        features.append(encode(tokenizer, question, text, inside))
        if rng.random() < mixture.negative_share:
            wrong = neighbours.without(example.question, example.texts, mixture.negatives)
            if wrong:
                features.append(encode(tokenizer, as_typed(example.question, rng), rng.choice(wrong), None))
    return [feature for feature in features if feature is not None]


def passages_of(examples: list[Example]) -> list[str]:
    """All passages of the examples' texts, each once: what negatives are drawn from.

    :param examples: The examples.
    """
    contexts = dict.fromkeys(example.context for example in examples)
    return [context[span.start : span.end] for context in contexts for span in cut(context, PASSAGE_WORDS)]


def _closest(example: Example, mixture: Mixture, rng: random.Random) -> str:
    # An unanswerable question is asked of the part of its text that looks most like an answer, or of a longer part.
    words = 230 if rng.random() < mixture.long_share else PASSAGE_WORDS
    parts = [example.context[span.start : span.end] for span in cut(example.context, words)]
    nearest = Neighbours(parts).without(example.question, (), 2)
    return rng.choice(nearest or parts)
