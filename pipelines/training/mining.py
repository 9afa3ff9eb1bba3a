"""`python -m pipelines.training mine`: find, for each question, the wrong passages that look most right."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tqdm import tqdm

from pipelines.components.encoder import SentenceEncoder
from pipelines.training.data import Example
from pipelines.training.features import PASSAGE, encode
from pipelines.training.groups import Group, key_of, read_groups, write_group
from pipelines.training.negatives import Neighbours, without_answer
from pipelines.training.passages import around, cut
from pipelines.training.predict import Forward, best_span
from pipelines.types import Span

SHORTEST_PASSAGE = 60
LONGEST_PASSAGE = 130


@dataclass(frozen=True, slots=True)
class Plan:
    """How many wrong passages are looked at for each question.

    :param own: Passages of the question's own text, the nearest by words.
    :param near: Passages of all other texts, the nearest by words.
    :param alike: Passages of all other texts, the nearest by meaning.
    :param seed: Of everything random.
    :param threads: Questions mined at a time.
    """

    own: int = 2
    near: int = 2
    alike: int = 1
    seed: int = 7
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader that judges passages.

    :param forward: The model, usable from several threads.
    :param tokenizer: Its tokenizer.
    """

    forward: Forward
    tokenizer: Tokenizer


class Pool:
    """All passages that negatives come from.

    :param contexts: The texts.
    :param encoder: Tells which passages are alike.
    :param rng: Cuts the texts: one random length a text, so that a passage's length tells nothing.
    """

    def __init__(self, contexts: Sequence[str], encoder: SentenceEncoder, rng: random.Random) -> None:
        self._encoder = encoder
        self.cuts = {text: random_cut(text, rng) for text in contexts}
        self.passages = [(passage, text) for text, passages in self.cuts.items() for passage in passages]
        self._words = Neighbours([passage for passage, _ in self.passages])
        self._vectors = encoder.encode([passage for passage, _ in tqdm(self.passages, desc="encoding", mininterval=10)])

    def wrong(self, example: Example, plan: Plan) -> list[str]:
        """Find passages that look right and hold no accepted answer.

        :param example: The question.
        :param plan: How many of each kind.
        """
        own = self.cuts[example.context]
        ranked = [own[place] for place in Neighbours(own).nearest(example.question)] or own
        found = without_answer(ranked, example.texts)[: plan.own]
        for order, wanted in (
            (self._words.nearest(example.question)[:50], plan.near),
            (np.argsort(-(self._vectors @ self._encoder.encode([example.question])[0]))[:50], plan.alike),
        ):
            others = [self.passages[place][0] for place in order if self.passages[place][1] != example.context]
            others = [one for one in without_answer(others, example.texts) if one not in found]
            found += others[:wanted]
        return found


def random_cut(text: str, rng: random.Random) -> list[str]:
    """Cut a text into passages of one random length.

    :param text: The text.
    :param rng: Draws the length.
    """
    return [text[span.start : span.end] for span in cut(text, rng.randint(SHORTEST_PASSAGE, LONGEST_PASSAGE))]


def mine(examples: Sequence[Example], pool: Pool, reader: Reader, plan: Plan, path: Path) -> None:
    """Write a group for each question; a second call goes on where the first was stopped.

    :param examples: The questions, in the order to mine them in.
    :param pool: Where wrong passages come from.
    :param reader: Judges how right they look.
    :param plan: How many passages.
    :param path: The file of groups.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    done = {group.key for group in read_groups(path)} if path.exists() else set()
    left = [one for one in examples if key_of(one) not in done]

    def group(example: Example) -> Group | None:
        return _group(example, pool.wrong(example, plan), reader, plan.seed)

    with path.open("a", encoding="utf-8") as stream, ThreadPoolExecutor(plan.threads) as workers:
        for found in tqdm(workers.map(group, left), total=len(left), desc="mining", mininterval=10):
            if found is not None:
                stream.write(write_group(found) + "\n")
                stream.flush()


def _group(example: Example, wrong: list[str], reader: Reader, seed: int) -> Group | None:
    key = key_of(example)
    passages, inside = wrong, None
    if example.answers:
        rng = random.Random(f"{seed} {key}")
        window = around(example.context, example.answers[0], rng.randint(SHORTEST_PASSAGE, LONGEST_PASSAGE) - 15, rng)
        inside = Span(example.answers[0].start - window.start, example.answers[0].end - window.start)
        passages = [example.context[window.start : window.end], *wrong]
    margins: list[float] = []
    sums: list[float] = [0.0]
    right = 0.0
    for place, passage in enumerate(passages):
        feature = encode(reader.tokenizer, example.question, passage, inside if place == 0 else None)
        if feature is None:
            return None
        ids, types = np.array([feature.ids]), np.array([feature.types])
        starts, ends = (logits[0] - logits[0, 0] for logits in reader.forward(ids, np.ones_like(ids), types))
        first = feature.types.index(PASSAGE)
        margins.append(round(best_span(starts[first:-1], ends[first:-1])[2], 3))
        sums.append(float(np.logaddexp.reduce(starts[first:-1]) + np.logaddexp.reduce(ends[first:-1])))
        if feature.start:
            right = float(starts[feature.start] + ends[feature.end])
    loss = round(float(np.logaddexp.reduce(sums)) - right, 4)
    return Group(key, example.question, tuple(passages), inside, tuple(margins), loss)
