"""How a reader fares in the right article and among many: on the eight passages that words and meaning rank first."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from pipelines.components.encoder import SentenceEncoder
from pipelines.components.splitter import PASSAGE_WORDS
from pipelines.evaluation.metrics import exact_match, f1
from pipelines.training.data import Example
from pipelines.training.negatives import Neighbours
from pipelines.training.passages import cut
from pipelines.training.predict import Forward, Prediction, read

PASSAGES_READ = 8
CANDIDATES = 50
"""Passages taken from each ranking."""

RANK_CONSTANT = 60
RIGHT_F1 = 0.5
"""A quote counts as right if it shares at least half its words with a gold answer."""

REFUSED = 0.8
"""Share of the unanswerable questions that the threshold of `at_80` turns away."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader said to one question.

    :param example: The question.
    :param own: The best span of its own text's passages.
    :param among: The best span of the eight nearest passages of all texts.
    """

    example: Example
    own: Prediction
    among: Prediction


def read_all(
    forward: Forward,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    encoder: SentenceEncoder,
    texts: Sequence[str] = (),
) -> list[Reading]:
    """Ask each question of its own text and of all texts.

    :param forward: The model.
    :param tokenizer: The model's.
    :param examples: The questions.
    :param encoder: Ranks passages by meaning.
    :param texts: Texts to search besides the questions' own.
    """
    contexts = dict.fromkeys([*(example.context for example in examples), *texts])
    passages = [(text, text[span.start : span.end]) for text in contexts for span in cut(text, PASSAGE_WORDS)]
    neighbours = Neighbours([passage for _, passage in passages])
    vectors = encoder.encode([passage for _, passage in passages])
    readings = []
    for example in examples:
        alike = np.argsort(-(vectors @ encoder.encode([example.question])[0]))
        near = _fused(neighbours.nearest(example.question)[:CANDIDATES], alike[:CANDIDATES].tolist())[:PASSAGES_READ]
        own = [place for place, (text, _) in enumerate(passages) if text == example.context]
        found = {place: read(forward, tokenizer, example.question, passages[place][1]) for place in {*near, *own}}
        readings.append(Reading(example, _best(found, own), _best(found, near)))
    return readings


def _fused(*rankings: list[int]) -> list[int]:
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, place in enumerate(ranking, 1):
            scores[place] += 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda place: -scores[place])


def _best(found: dict[int, Prediction], places: list[int]) -> Prediction:
    return max((found[place] for place in places), key=lambda one: one.margin, default=Prediction("", -100.0))


def figures(readings: Sequence[Reading]) -> dict[str, float]:
    """Sum up readings: exact match and F1 of the answerable, 0 to 100.

    :param readings: At least one of an answerable question.
    :returns: `own_*` for the own text and `open_*` for all texts, without abstaining; `at_80`, the F1 among all texts
        at the threshold that refuses 80% of the unanswerable; `auc`, how often a right quote among all texts has a
        greater margin than a wrong one, 0 to 1.
    """
    asked = [one for one in readings if one.example.answers]
    scores = np.array([f1(one.among.text, one.example.texts) for one in asked])
    margins = np.array([one.among.margin for one in asked])
    refused = sorted(one.among.margin for one in readings if not one.example.answers)
    threshold = refused[math.ceil(REFUSED * len(refused)) - 1] if refused else -math.inf
    right, wrong = margins[scores >= RIGHT_F1], [*margins[scores < RIGHT_F1], *refused]
    above = [(margin > np.array(wrong)).mean() for margin in right]
    return {
        "own_exact": 100 * _mean([exact_match(one.own.text, one.example.texts) for one in asked]),
        "own_f1": 100 * _mean([f1(one.own.text, one.example.texts) for one in asked]),
        "open_exact": 100 * _mean([exact_match(one.among.text, one.example.texts) for one in asked]),
        "open_f1": 100 * float(scores.mean()),
        "at_80": 100 * float((scores * (margins > threshold)).mean()),
        "auc": _mean(above) if above and wrong else 1.0,
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
