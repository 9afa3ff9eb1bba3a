"""Passages of whole sentences cut from training texts, of any length wanted."""

import random

from pipelines.components.sentences import sentences
from pipelines.types import Span


def around(text: str, answer: Span, words: int, rng: random.Random) -> Span:
    """Cut a run of whole sentences about an answer, growing to a random side until it is long enough.

    :param text: The whole text.
    :param answer: What the run must hold.
    :param words: Stop growing at this many words.
    :param rng: Chooses the side, so that answers stand anywhere in a passage.
    """
    spans = sentences(text)
    inside = [i for i, span in enumerate(spans) if span.end > answer.start and span.start < answer.end]
    first, last = inside[0], inside[-1]
    while (first > 0 or last < len(spans) - 1) and len(text[spans[first].start : spans[last].end].split()) < words:
        if last == len(spans) - 1 or (first > 0 and rng.choice((True, False))):
            first -= 1
        else:
            last += 1
    return Span(spans[first].start, spans[last].end)


def cut(text: str, words: int) -> list[Span]:
    """Cut a whole text into passages of about `words` words, one sentence of overlap.

    :param text: The text.
    :param words: Words of a passage, at least one sentence.
    """
    spans = sentences(text)
    passages: list[Span] = []
    first = 0
    while first < len(spans):
        last = first
        while last < len(spans) - 1 and len(text[spans[first].start : spans[last + 1].end].split()) <= words:
            last += 1
        passages.append(Span(spans[first].start, spans[last].end))
        if last == len(spans) - 1:
            break
        first = max(first + 1, last)
    return passages
