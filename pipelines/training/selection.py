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
from pipelines.training.data import Example, read_held_out, read_squad
from pipelines.training.library import index_texts

RIGHT_F1 = 0.5
"""A quote counts as right if it shares at least half its words with a gold answer, and is from the right article."""
RIDGE = 5.0
"""Strength of the penalty on the weights, in questions."""
FOLDS = 5
REFUSED = 0.8
"""Share of the unanswerable questions that must be below the threshold *unsure*."""
ANSWERED = 0.5
"""The threshold *answered*: more likely right than wrong."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """One question, what the reader marked for it, and what would have been right.

    :param found: The candidates.
    :param described: Their features.
    :param scores: Word F1 of each candidate, 0 if it is from another article.
    :param answerable: Whether the question has an answer.
    :param article: The text it was written for.
    """

    found: Sequence[Candidate]
    described: Sequence[Features]
    scores: Sequence[float]
    answerable: bool
    article: str


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


def observe(articles: Sequence[Sequence[Example]], model: Path) -> list[Seen]:
    """Index articles as the product does and ask it their questions.

    :param articles: The examples, article by article; the reader was not trained on them.
    :param model: Folder of the ONNX reader.
    """
    # A component belongs to one pipeline, so each set of articles is read by a reader of its own.
    encoder, reader = SentenceEncoder(), OnnxExtractiveReader(str(model))
    examples = [one for article in articles for one in article]
    with tempfile.TemporaryDirectory() as name:
        store, ids = index_texts({one.context: one.title for one in examples}, Path(name), encoder)
        answerer = Answerer(store, encoder=encoder, reader=reader, selector=AnswerSelector(None))
        seen = []
        for count, example in enumerate(examples, 1):
            seen.append(see(example, answerer.read(example.question), ids[example.context]))
            sys.stderr.write(f"\r{count} of {len(examples)} questions")
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
    return Seen(found, describe(found, reading.retrieved.read), scores, bool(example.answers), example.context)


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
    """Choose the thresholds: *unsure* by the unanswerable questions it must turn away, *answered* by what it says.

    :param calibration: Weights and curve.
    :param seen: Questions, unanswerable ones among them.
    """
    confidences, _, answerable = choose(calibration, seen)
    unsure = round(float(np.quantile(confidences[~answerable], REFUSED)) + 5e-5, 4)
    return replace(calibration, unsure=unsure, answered=max(unsure, ANSWERED))


def measure(calibration: Calibration, seen: Sequence[Seen]) -> Figures:
    """Measure a calibration.

    :param calibration: Weights and curve.
    :param seen: Questions it was not fitted on.
    """
    return figures(*choose(calibration, seen))


def figures(confidences: Numbers, scores: Numbers, answerable: npt.NDArray[np.bool_]) -> Figures:
    """Sum up the top quotes of questions.

    :param confidences: Their confidences, [questions].
    :param scores: Their word F1, [questions].
    :param answerable: Whether the questions are answerable, [questions].
    """
    right = scores >= RIGHT_F1
    bound = np.quantile(confidences[~answerable], REFUSED)
    order = np.argsort(np.argsort(confidences))
    auc = (order[right].mean() - (right.sum() - 1) / 2) / max(1, (~right).sum())
    error = expected_calibration_error(reliability([*map(float, confidences)], [*map(bool, right)]))
    kept = np.where(confidences > bound, scores, 0)
    return Figures(100 * float(scores[answerable].mean()), 100 * float(kept[answerable].mean()), float(auc), error)


def cross_validated(seen: Sequence[Seen]) -> tuple[Numbers, Numbers, npt.NDArray[np.bool_]]:
    """Choose for each question with a calibration that was fitted on the questions of other articles.

    :param seen: The questions.
    :returns: What `choose` gives, fold by fold.
    """
    articles = sorted({one.article for one in seen}, key=lambda name: hashlib.sha256(name.encode()).digest())
    fold = {article: place % FOLDS for place, article in enumerate(articles)}
    chosen = []
    for number in range(min(FOLDS, len(articles))):
        others = [one for one in seen if fold[one.article] != number]
        chosen.append(choose(with_curve(fit(others), others), [one for one in seen if fold[one.article] == number]))
    confidences, scores, answerable = (np.concatenate(parts) for parts in zip(*chosen, strict=True))
    return confidences, scores, answerable


def calibrate(options: argparse.Namespace) -> None:
    """Fit, choose thresholds, measure and write.

    :param options: The command line of `calibrate`.
    """
    sets = [(path.name, read_squad(path)) for path in options.files]
    if options.held_out:
        sets.append(("held-out articles", [read_held_out(tuple(options.held_out))]))
    seen = {name: observe(articles, options.reader) for name, articles in sets}
    everything = [one for found in seen.values() for one in found]
    fitted = with_curve(fit(everything), everything)
    calibration = with_thresholds(fitted, everything)
    for name, found in seen.items():
        sys.stdout.write(f"{name}, in sample: {measure(calibration, found)}\n")
    for path in options.apart:
        figured = measure(calibration, observe(read_squad(path), options.reader))
        sys.stdout.write(f"{path.name}, not fitted on: {figured}\n")
    chosen = cross_validated(everything)
    final = figures(*chosen)
    sys.stdout.write(f"all, cross-validated by article: {final}\n")
    confidences, scores, answerable = chosen
    for bound in (calibration.unsure, calibration.answered):
        above = confidences >= bound
        sys.stdout.write(
            f"from {bound}: {1 - above[~answerable].mean():.1%} of the unanswerable refused, "
            f"{above[answerable].mean():.1%} of the answerable kept, {(scores[above] >= RIGHT_F1).mean():.1%} right\n"
        )
    provenance = Provenance(
        model_sha256=hashlib.sha256((options.reader / "model.onnx").read_bytes()).hexdigest(),
        fitted_on=f"{len(everything)} questions of {', '.join(seen)}",
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

        plots.reliability(reliability(confidences.tolist(), (scores >= RIGHT_F1).tolist()), options.plot)
