"""`python -m pipelines.training calibrate`: from a span's margin to the probability that it is right."""

import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from pipelines.training.data import Example
from pipelines.training.mixture import passages_of
from pipelines.training.negatives import Neighbours
from pipelines.training.predict import Forward, Prediction, read
from pipelines.training.scoring import f1

PASSAGES_READ = 8
RIGHT_F1 = 0.5
"""A quote counts as right if it shares at least half its words with a gold answer."""

_BINS = 10
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the reader said to a set of questions, and whether it was right.

    :param margins: Margin of each question's best span, [questions].
    :param right: Whether that span is right, [questions].
    :param answerable: Whether the question has an answer, [questions].
    """

    margins: Numbers
    right: Flags
    answerable: Flags


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a margin becomes a confidence, and what is said at which confidence.

    `confidence = 1 / (1 + exp(-(slope * margin + intercept)))`; margin in logits, null answer subtracted.

    :param slope: Positive.
    :param intercept: Any number.
    :param answered: At this confidence or above: *answered*; 0 to 1.
    :param unsure: At this confidence or above, but below `answered`: *unsure*; below it: *not found*.
    """

    slope: float
    intercept: float
    answered: float
    unsure: float

    def confidence(self, margins: Numbers) -> Numbers:
        """Give the probability that spans are right.

        :param margins: Span minus null, in logits.
        """
        return np.asarray(1 / (1 + np.exp(-(self.slope * margins + self.intercept))))


def ask_all(forward: Forward, tokenizer: Tokenizer, examples: list[Example]) -> dict[str, Prediction]:
    """Ask each question of the eight nearest passages of all the examples' texts, as the product does.

    :param forward: The model.
    :param tokenizer: The model's.
    :param examples: The questions.
    :returns: The best span of the eight for each question id.
    """
    neighbours = Neighbours(passages_of(examples))
    found: dict[str, Prediction] = {}
    for one in examples:
        passages = neighbours.without(one.question, (), PASSAGES_READ)
        best = [read(forward, tokenizer, one.question, passage) for passage in passages]
        found[one.id] = max(best, key=lambda prediction: prediction.margin, default=Prediction("", -100.0))
    return found


def outcomes(examples: list[Example], predicted: dict[str, Prediction]) -> Outcomes:
    """Compare predictions with the gold answers.

    :param examples: The questions.
    :param predicted: A prediction for each question id.
    """
    margins = np.array([predicted[one.id].margin for one in examples], dtype=np.float64)
    right = [any(f1(predicted[one.id].text, gold) >= RIGHT_F1 for gold in one.texts) for one in examples]
    answerable = [bool(one.answers) for one in examples]
    return Outcomes(margins, np.array(right, dtype=np.bool_), np.array(answerable, dtype=np.bool_))


def fit(seen: Outcomes) -> Calibration:
    """Fit Platt's curve by Newton's method.

    :param seen: Outcomes on questions that were not trained on.
    :returns: The curve, with thresholds that let everything pass as *unsure*.
    """
    design = np.stack([seen.margins, np.ones_like(seen.margins)], axis=1)
    target = seen.right.astype(np.float64)
    weights = np.zeros(2)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(design @ weights)))
        # The small ridge keeps the step finite where right and wrong can be told apart without error.
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        weights = weights - np.linalg.solve(curvature, design.T @ (chance - target) + 1e-3 * weights)
    return Calibration(float(weights[0]), float(weights[1]), answered=1.0, unsure=0.0)


def choose(curve: Calibration, seen: Outcomes, *, refuse_unsure: float, refuse_answered: float) -> Calibration:
    """Choose the thresholds by the unanswerable questions they must turn away.

    :param curve: A fitted curve.
    :param seen: Outcomes that hold unanswerable questions.
    :param refuse_unsure: Share of the unanswerable that must be *not found*, 0 to 1.
    :param refuse_answered: Share of them that must not be *answered*, at least `refuse_unsure`.
    """
    refused = np.sort(curve.confidence(seen.margins[~seen.answerable]))
    return replace(curve, answered=_above(refused, refuse_answered), unsure=_above(refused, refuse_unsure))


def _above(ordered: Numbers, share: float) -> float:
    # Half-way between the last refused and the first kept, so that neither stands on the edge.
    if len(ordered) == 0:
        return 0.5
    place = math.ceil(share * len(ordered)) - 1
    following = ordered[place + 1] if place + 1 < len(ordered) else 1.0
    return round(float((ordered[place] + following) / 2), 4)


def expected_error(confidence: Numbers, right: Flags) -> float:
    """Measure the expected calibration error over ten bins of equal width.

    :param confidence: Of each quote, 0 to 1.
    :param right: Whether each is right.
    """
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def refusals(calibration: Calibration, seen: Outcomes) -> dict[str, float]:
    """Count how the thresholds part the questions, in per cent.

    :param calibration: Curve and thresholds.
    :param seen: The questions.
    """
    confidence = calibration.confidence(seen.margins)
    kept = confidence >= calibration.unsure
    firm = confidence >= calibration.answered
    return {
        "answerable_kept": 100 * float(kept[seen.answerable].mean()),
        "answerable_kept_and_right": 100 * float((kept & seen.right)[seen.answerable].mean()),
        "unanswerable_refused": 100 * float(1 - kept[~seen.answerable].mean()),
        "answered_of_answerable": 100 * float(firm[seen.answerable].mean()),
        "answered_right": 100 * float(seen.right[firm].mean()),
        "unanswerable_not_answered": 100 * float(1 - firm[~seen.answerable].mean()),
    }


def write(
    path: Path, calibration: Calibration, *, model_sha256: str, fitted_on: str, figures: dict[str, float]
) -> None:
    """Write `calibration.json`.

    :param path: The file.
    :param calibration: Curve and thresholds.
    :param model_sha256: Of the graph it belongs to: another graph needs another calibration.
    :param fitted_on: What the data were, in words.
    :param figures: What was measured with it.
    """
    rounded = {name: round(value, 4) for name, value in figures.items()}
    content = {**asdict(calibration), "model_sha256": model_sha256, "fitted_on": fitted_on, "figures": rounded}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
