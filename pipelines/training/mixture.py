"""Mined groups as the model takes them: in chat style and as written, some without their answer."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from pipelines.training.augment import as_typed
from pipelines.training.features import Feature, encode
from pipelines.training.groups import Group


@dataclass(frozen=True, slots=True)
class Mixture:
    """How often what is shown.

    :param negatives: Wrong passages beside the one with the answer.
    :param answer_withheld: Share of answerable questions shown without the passage that answers them.
    """

    negatives: int = 2
    answer_withheld: float = 0.12


@dataclass(frozen=True, slots=True)
class Bundle:
    """A question's passages, tokenised; the first may hold the answer, and no other does.

    :param features: One a passage, at least one.
    """

    features: tuple[Feature, ...]

    @property
    def longest(self) -> int:
        """Tokens of the longest."""
        return max(len(feature.ids) for feature in self.features)


def build(groups: Sequence[Group], tokenizer: Tokenizer, mixture: Mixture, rng: random.Random) -> list[Bundle]:
    """Make one epoch, in random order; another state of `rng` draws other passages.

    :param groups: The mined groups.
    :param tokenizer: The model's.
    :param mixture: The shares.
    :param rng: Draws.
    """
    bundles = []
    for group in rng.sample(groups, len(groups)):
        answered = group.answer is not None and rng.random() >= mixture.answer_withheld
        shown = group.trimmed(mixture.negatives if answered else mixture.negatives + 1, answered=answered, rng=rng)
        question = as_typed(shown.question, rng)
        features = [
            encode(tokenizer, question, passage, shown.answer if place == 0 else None)
            for place, passage in enumerate(shown.passages)
        ]
        kept = tuple(feature for feature in features if feature is not None)
        if kept and len(kept) == len(features):
            bundles.append(Bundle(kept))
    return bundles
