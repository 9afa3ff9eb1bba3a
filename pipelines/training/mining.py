"""`python -m pipelines.training mine`: find, for each question, the wrong passages that look most right."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from pipelines.components.encoder import SentenceEncoder
from pipelines.training.data import Example
from pipelines.training.groups import Group, key_of, write_group
from pipelines.training.negatives import Neighbours, holds
from pipelines.training.passages import around, cut
from pipelines.training.turns import names_little
from pipelines.types import Span

SHORTEST_PASSAGE = 50
LONGEST_PASSAGE = 120
WHOLE_TEXT, WHOLE_SHARE = 240, 0.15
"""Words of a whole short article, and the share of answers that are shown in a passage of up to that length."""

_LOOKED_AT = 50
"""Passages of a ranking that may become negatives."""
_ENCODED_AT_ONCE = 64
"""Passages between two steps of the progress bar."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many wrong passages go with each question.

    :param own: Passages of the question's own text, the nearest by words.
    :param near: Passages of all other texts, the nearest by words.
    :param alike: Passages of all other texts, the nearest by meaning.
    :param seed: Of everything random.
    """

    own: int = 3
    near: int = 2
    alike: int = 1
    seed: int = 7


class Pool:
    """All passages that negatives come from.

    :param texts: The texts, each once.
    :param encoder: Tells which passages are alike.
    :param rng: Cuts the texts: one random length a text, so that a passage's length tells nothing.
    """

    def __init__(self, texts: Iterable[str], encoder: SentenceEncoder, rng: random.Random) -> None:
        self._encoder = encoder
        self._passages: list[str] = []
        self._texts: list[str] = []
        self._own: dict[str, list[str]] = {}
        for text in texts:
            length = rng.randint(SHORTEST_PASSAGE, LONGEST_PASSAGE)
            self._own[text] = [text[span.start : span.end] for span in cut(text, length)]
            self._passages += self._own[text]
            self._texts += [text] * len(self._own[text])
        self._words = Neighbours(self._passages)
        # `encode` gives nothing back before its last text, so a bar can only count calls.
        starts = range(0, max(1, len(self._passages)), _ENCODED_AT_ONCE)
        self._vectors = np.concatenate(
            [
                encoder.encode(self._passages[start : start + _ENCODED_AT_ONCE])
                for start in tqdm(starts, desc="encoding", mininterval=10)
            ]
        )

    def wrong(self, example: Example, plan: Plan) -> list[str]:
        """Find passages that look right and hold no accepted answer.

        :param example: The question.
        :param plan: How many of each kind.
        """
        own = self._own[example.context]
        ranked = [own[place] for place in Neighbours(own).nearest(example.question)] or own
        found = [one for one in ranked if not holds(one, example.texts)][: plan.own]
        for order, wanted in self._elsewhere(example, plan):
            others = [self._passages[place] for place in order if self._texts[place] != example.context]
            found += [one for one in others if one not in found and not holds(one, example.texts)][:wanted]
        return found

    def _elsewhere(self, example: Example, plan: Plan) -> Iterator[tuple[Sequence[int], int]]:
        """Rank the passages of all texts in ways that each give some of the wrong ones.

        :returns: Rankings, and how many passages to take of each.
        """
        # What is near a question that fits many texts may well answer it, so one passage comes from anywhere.
        if names_little(example.question):
            rng = random.Random(f"{plan.seed} {example.question}")
            yield rng.sample(range(len(self._passages)), min(_LOOKED_AT, len(self._passages))), 1
            return
        yield self._words.nearest(example.question)[:_LOOKED_AT], plan.near
        likeness = self._vectors @ self._encoder.encode([example.question])[0]
        yield [int(place) for place in np.argsort(-likeness)[:_LOOKED_AT]], plan.alike


def mine(examples: Sequence[Example], pool: Pool, plan: Plan, path: Path) -> None:
    """Write a group for each question.

    :param examples: The questions.
    :param pool: Where wrong passages come from.
    :param plan: How many passages.
    :param path: The file of groups.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        for example in tqdm(examples, desc="mining", mininterval=10):
            stream.write(write_group(_group(example, pool.wrong(example, plan), plan.seed)) + "\n")


def _group(example: Example, wrong: list[str], seed: int) -> Group:
    key = key_of(example)
    if not example.answers:
        return Group(key, example.question, tuple(wrong), None)
    rng = random.Random(f"{seed} {key}")
    longest = WHOLE_TEXT if rng.random() < WHOLE_SHARE else LONGEST_PASSAGE
    window = around(example.context, example.answers[0], rng.randint(SHORTEST_PASSAGE, longest) - 15, rng)
    inside = Span(example.answers[0].start - window.start, example.answers[0].end - window.start)
    right = example.context[window.start : window.end]
    return Group(key, example.question, (right, *wrong), inside)
