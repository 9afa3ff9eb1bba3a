"""`python -m pipelines.training calibrate`: fit the selector's confidence to a reader, and write `calibration.json`."""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipelines.answering import Answerer, Reading
from pipelines.components.candidates import Candidate, candidates
from pipelines.components.confidence import Calibration, Provenance, save_calibration
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.features import Features, describe
from pipelines.components.reader import OnnxExtractiveReader
from pipelines.components.selector import CANDIDATES, AnswerSelector, merge
from pipelines.evaluation.calibration import expected_calibration_error, reliability
from pipelines.evaluation.metrics import f1
from pipelines.training.data import HELD_OUT_EVERY, Example, read_held_out, read_squad
from pipelines.training.groups import key_of, read_groups
from pipelines.training.library import index_texts

RIGHT_F1 = 0.5
"""A quote counts as right if it shares at least half its words with a gold answer, and is from the right article."""
RIDGE = 5.0
"""Strength of the penalty on the weights, in questions."""
REFUSED_UNSURE, REFUSED_ANSWERED = 0.8, 0.9
"""Shares of the unanswerable questions that must be below the thresholds *unsure* and *answered*."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """One question, what the reader marked for it, and what would have been right.

    :param found: The candidates.
    :param described: Their features.
    :param scores: Word F1 of each candidate, 0 if it is from another article.
    :param answerable: Whether the question has an answer.
    """

    found: Sequence[Candidate]
    described: Sequence[Features]
    scores: Sequence[float]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a calibration chooses.

    :param f1: F1 of the answerable questions, without abstaining, 0 to 100.
    :param f1_at_80: The same, at the threshold that refuses 80% of the unanswerable.
    :param auc: How often a right quote has the greater confidence than a wrong one, 0 to 1.
    :param error: Expected calibration error, 0 to 1.
    """

    f1: float
    f1_at_80: float
    auc: float
    error: float


def observe(articles: Sequence[Sequence[Example]], model: Path, limit: int, seed: int) -> list[Seen]:
    """Index articles as the product does and ask it their questions.

    :param articles: The examples, article by article.
    :param model: Folder of the ONNX reader.
    :param limit: Questions to ask, at most.
    :param seed: Draws them.
    """
    # A component belongs to one pipeline, so each set of articles is read by a reader of its own.
    encoder, reader = SentenceEncoder(), OnnxExtractiveReader(str(model))
    examples = [one for article in articles for one in article]
    with tempfile.TemporaryDirectory() as name:
        store, ids = index_texts(list(dict.fromkeys(one.context for one in examples)), Path(name), encoder)
        answerer = Answerer(store, encoder=encoder, reader=reader, selector=AnswerSelector(None))
        order = np.random.default_rng(seed).permutation(len(examples))[:limit]
        seen = []
        for count, example in enumerate((examples[index] for index in order), 1):
            seen.append(see(example, answerer.read(example.question), ids[example.context]))
            sys.stderr.write(f"\r{count} of {len(order)} questions")
        sys.stderr.write("\n")
        store.close()
    return seen


def see(example: Example, reading: Reading, article: str) -> Seen:
    """Describe what was read for a question, and judge it.

    :param example: The question.
    :param reading: What was read.
    :param article: The id of the question's own article.
    """
    found = candidates(reading.answers, CANDIDATES)
    scores = [f1(one.text, example.texts) if one.citation.id == article else 0.0 for one in found]
    scores = scores if example.answers else [0.0] * len(found)
    return Seen(found, describe(found, reading.retrieved.read), scores, bool(example.answers))


def fit(seen: Sequence[Seen], *, steps: int = 800) -> Calibration:
    """Fit the weights by maximum likelihood of "one of the right candidates, or none", with Adam.

    :param seen: Questions the reader was not trained on.
    :param steps: Steps, over all questions each.
    :returns: A calibration with the identity as its curve, and thresholds that let everything pass.
    """
    names = sorted({name for one in seen for features in one.described for name in features})
    column = {name: place for place, name in enumerate(names)}
    design = np.zeros((len(seen), CANDIDATES, len(names)))
    # The last column is "no answer"; it is right when no candidate is.
    there = np.zeros((len(seen), CANDIDATES + 1), dtype=np.bool_)
    right = np.zeros_like(there)
    there[:, -1] = True
    for row, one in enumerate(seen):
        for place, (features, score) in enumerate(zip(one.described, one.scores, strict=True)):
            there[row, place] = True
            right[row, place] = score >= RIGHT_F1
            for name, value in features.items():
                design[row, place, column[name]] = value
    right[:, -1] = ~right.any(axis=1)
    weights = _fit(design, there, right, steps)
    fitted = {name: round(float(weights[place]), 5) for name, place in column.items()}
    return Calibration(fitted, round(float(weights[-1]), 5), slope=1.0, intercept=0.0, answered=1.0, unsure=0.0)


def _fit(design: Numbers, there: npt.NDArray[np.bool_], right: npt.NDArray[np.bool_], steps: int) -> Numbers:
    questions, _, features = design.shape
    weights, mean, square = np.zeros(features + 1), np.zeros(features + 1), np.zeros(features + 1)
    for step in range(1, steps + 1):
        scores = np.concatenate([design @ weights[:-1], np.full((questions, 1), weights[-1])], axis=1)
        scores = np.where(there, scores, -np.inf)
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        wanted = np.where(right, np.maximum(chance, 1e-12), 0)
        wanted /= wanted.sum(axis=1, keepdims=True)
        apart = chance - wanted
        slope = np.append(np.einsum("qc,qcf->f", apart[:, :-1], design), apart[:, -1].sum()) / questions
        slope[:-1] += RIDGE / questions * weights[:-1]
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        rate = 0.05 if step < 0.7 * steps else 0.01
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def choose(calibration: Calibration, seen: Sequence[Seen]) -> tuple[Numbers, Numbers, npt.NDArray[np.bool_]]:
    """Give the top quote's confidence and score for each question, as the selector chooses it.

    :param calibration: The calibration.
    :param seen: The questions.
    :returns: Confidences, word F1 of the quotes, and whether the questions are answerable.
    """
    confidences, scores = [], []
    for one in seen:
        best, score = 0.0, 0.0
        place = {id(candidate): index for index, candidate in enumerate(one.found)}
        for group in merge(one.found, calibration.shares_of(one.described)):
            confidence = calibration.together(group.shares)
            if confidence > best:
                best, score = confidence, one.scores[place[id(group.members[0])]]
        confidences.append(best)
        scores.append(score)
    return np.array(confidences), np.array(scores), np.array([one.answerable for one in seen])


def with_curve(calibration: Calibration, seen: Sequence[Seen]) -> Calibration:
    """Fit the curve that makes shares probabilities (Platt), by Newton's method.

    :param calibration: Weights, with the identity as curve.
    :param seen: Questions like those that will be asked.
    """
    confidences, scores, _ = choose(replace(calibration, slope=1.0, intercept=0.0), seen)
    inside = np.clip(confidences, 1e-6, 1 - 1e-6)
    design = np.stack([np.log(inside / (1 - inside)), np.ones_like(inside)], axis=1)
    target = (scores >= RIGHT_F1).astype(np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(design @ weights)))
        # The small ridge keeps the step finite where right and wrong can be told apart without error.
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(curvature, design.T @ (chance - target) + 1e-3 * weights)
        # A whole step may leap over the optimum and away from it where the shares are extreme.
        while _surprise(design, target, weights - step) > _surprise(design, target, weights) + 1e-9:
            step = step / 2
        weights = weights - step
    return replace(calibration, slope=round(float(weights[0]), 5), intercept=round(float(weights[1]), 5))


def _surprise(design: Numbers, target: Numbers, weights: Numbers) -> float:
    scores = design @ weights
    return float((np.logaddexp(0, scores) - target * scores).sum() + 5e-4 * (weights @ weights))


def with_thresholds(calibration: Calibration, seen: Sequence[Seen]) -> Calibration:
    """Choose the thresholds by the unanswerable questions they must turn away.

    :param calibration: Weights and curve.
    :param seen: Questions, unanswerable ones among them.
    """
    confidences, _, answerable = choose(calibration, seen)
    refused = np.sort(confidences[~answerable])
    bounds = [round(float(np.quantile(refused, share)) + 5e-5, 4) for share in (REFUSED_UNSURE, REFUSED_ANSWERED)]
    return replace(calibration, unsure=bounds[0], answered=bounds[1])


def measure(calibration: Calibration, seen: Sequence[Seen]) -> Figures:
    """Measure a calibration.

    :param calibration: Weights and curve.
    :param seen: Questions it was not fitted on.
    """
    confidences, scores, answerable = choose(calibration, seen)
    right = scores >= RIGHT_F1
    bound = np.quantile(confidences[~answerable], REFUSED_UNSURE)
    order = np.argsort(np.argsort(confidences))
    auc = (order[right].mean() - (right.sum() - 1) / 2) / max(1, (~right).sum())
    error = expected_calibration_error(reliability([*map(float, confidences)], [*map(bool, right)]))
    kept = np.where(confidences > bound, scores, 0)
    return Figures(100 * scores[answerable].mean(), 100 * kept[answerable].mean(), float(auc), error)


def calibrate(options: argparse.Namespace) -> None:
    """Fit, choose thresholds, measure and write.

    :param options: The command line of `calibrate`.
    """
    articles = [article for path in options.fit for article in _articles(path, options.held_out)]
    if options.trained is not None:
        shown = {group.key for group in read_groups(options.trained)}
        articles = [[one for one in article if key_of(one) not in shown] for article in articles]
    fitted_on = observe(articles, options.reader, options.questions, options.seed)
    dev = observe(read_squad(options.dev), options.reader, 10**6, options.seed)
    for_curve = [*dev]
    if options.held_out:
        for_curve += observe([read_held_out(tuple(options.held_out))], options.reader, 10**6, options.seed)
    calibration = with_thresholds(with_curve(fit(fitted_on), for_curve), for_curve)
    halves = fitted_on[::2], fitted_on[1::2]
    for name, figures in (
        ("fitted on one half, measured on the other", measure(fit(halves[0]), halves[1])),
        ("development set", measure(calibration, dev)),
    ):
        sys.stdout.write(f"{name}: {figures}\n")
    final = measure(calibration, for_curve)
    asked = sum(map(bool, articles))
    files = ", ".join(path.name for path in options.fit)
    provenance = Provenance(
        model_sha256=hashlib.sha256((options.reader / "model.onnx").read_bytes()).hexdigest(),
        fitted_on=f"{len(fitted_on)} questions of {asked} articles of {files}",
        thresholds_on=f"{len(for_curve)} questions of {options.dev.name} and the held-out articles",
        figures={
            "f1": round(final.f1, 1),
            "f1_at_80_refused": round(final.f1_at_80, 1),
            "auc": round(final.auc, 3),
            "expected_calibration_error": round(final.error, 3),
        },
    )
    save_calibration(options.out, calibration, provenance)
    if options.plot is not None:
        from pipelines.training import plots

        confidences, scores, _ = choose(calibration, for_curve)
        plots.reliability(reliability(confidences.tolist(), (scores >= RIGHT_F1).tolist()), options.plot)


def _articles(path: Path, held_out: Sequence[Path]) -> list[list[Example]]:
    """Read articles to fit on: not those that curve and thresholds are chosen on."""
    kept_out = path in held_out
    return [one for number, one in enumerate(read_squad(path), 1) if not kept_out or number % HELD_OUT_EVERY]
