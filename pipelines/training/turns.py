"""Questions as follow-ups: behind another question on the same text and its answer, as a chat puts them."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipelines.components.follow_up import follow_up_text
from pipelines.components.words import FUNCTION_WORDS, words
from pipelines.training.data import Example

FOLLOW_UPS = 0.15
"""Share of the questions that fit many texts that are also trained on as follow-ups."""
NAMES_LITTLE = 3
"""Words with a meaning, up to which a question ("who is the new mayor") does not say which of many texts it asks."""


def names_little(question: str) -> bool:
    """Tell whether a question fits many texts.

    :param question: The question.
    """
    return len(set(words(question)) - FUNCTION_WORDS) <= NAMES_LITTLE


def follow_ups(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """Put some of the questions that fit many texts behind another question on their text.

    :param examples: The questions.
    :param share: Share of those questions to make follow-ups of, 0 to 1.
    :param rng: Draws.
    :returns: The follow-ups alone, their ids with a mark.
    """
    answered: dict[str, list[Example]] = defaultdict(list)
    for one in examples:
        if one.answers:
            answered[one.context].append(one)
    turns = []
    for one in examples:
        others = [other for other in answered[one.context] if other.question != one.question]
        if others and names_little(one.question) and rng.random() < share:
            before = rng.choice(others)
            asked = follow_up_text(before.texts[0], before.question.rstrip("?"), one.question)
            turns.append(replace(one, id=f"{one.id}:follow-up", question=asked))
    return turns
