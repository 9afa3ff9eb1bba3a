"""Everything that is measured of a run over a file of questions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pipelines.evaluation.abstention import Shares, Threshold, lowest_threshold, shares
from pipelines.evaluation.bootstrap import Comparison, Interval, compare, interval
from pipelines.evaluation.breakdown import Group, by_answer_length, by_question_word
from pipelines.evaluation.calibration import Bin, expected_calibration_error, reliability
from pipelines.evaluation.dataset import Question
from pipelines.evaluation.metrics import exact_match, f1
from pipelines.evaluation.predictions import Prediction, answers_given
from pipelines.evaluation.retrieval import percentile, recall_at
from pipelines.evaluation.summary import by_answerability, summarise

Mode = Literal["reader", "open"]
RIGHT_F1 = 0.5
"""From this F1 on a quote counts as right where its confidence is judged."""

_DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to. Scores are 0 to 100, confidences and shares 0 to 1, times milliseconds.

    :param mode: Whether each question was asked of its own paragraph (reader) or of all of them (open).
    :param abstain: Whether "nothing found" counted as an answer.
    :param figures: The official figures, by their official names.
    :param intervals: 95% bootstrap intervals of the figures, by the same names.
    :param question_words: Figures for each question word.
    :param answer_lengths: Figures for each length of the accepted answer; answerable questions only.
    :param shares: What became of answerable and unanswerable questions.
    :param threshold: The lowest threshold that refuses 80% of the unanswerable questions, and its figures.
    :param calibration_error: Expected calibration error of the best spans' confidences.
    :param reliability: The bins behind it.
    :param p50_ms: Median time of an answer.
    :param p95_ms: Time that 95% of the answers stay under.
    :param recall: Percentage of answerable questions whose paragraph is among the first k passages, by k; open only.
    """

    mode: Mode
    abstain: bool
    figures: Mapping[str, float]
    intervals: Mapping[str, Interval]
    question_words: tuple[Group, ...]
    answer_lengths: tuple[Group, ...]
    shares: Shares
    threshold: Threshold | None
    calibration_error: float
    reliability: tuple[Bin, ...]
    p50_ms: float
    p95_ms: float
    recall: Mapping[int, float] | None


def report(predictions: Sequence[Prediction], *, mode: Mode, abstain: bool) -> Report:
    """Measure a run.

    :param predictions: What was said to each question, at least one.
    :param mode: What the questions were asked of.
    :param abstain: Whether "nothing found" counts as an answer.
    :returns: The report.
    """
    questions = [one.question for one in predictions]
    answers = answers_given(predictions, abstain=abstain)
    times = [one.elapsed_ms for one in predictions]
    bins = reliability([one.confidence for one in predictions if one.text], [_right(o) for o in predictions if o.text])
    ranks = [one.rank for one in predictions if one.question.answers]
    return Report(
        mode=mode,
        abstain=abstain,
        figures=summarise(questions, answers),
        intervals=_intervals(questions, answers),
        question_words=by_question_word(questions, answers),
        answer_lengths=by_answer_length(questions, answers),
        shares=shares(predictions),
        threshold=lowest_threshold(predictions),
        calibration_error=expected_calibration_error(bins),
        reliability=bins,
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
        recall={depth: recall_at(ranks, depth) for depth in _DEPTHS} if mode == "open" else None,
    )


def compare_runs(
    questions: Sequence[Question], ours: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, Comparison]:
    """Test question by question whether two runs differ.

    :param questions: The questions, at least one.
    :param ours: This run's answer for each question id.
    :param theirs: The other run's.
    :returns: The comparison of `exact` and of `f1`, in points of 100.
    """
    scores = {"exact": exact_match, "f1": f1}
    return {
        name: compare(
            [100 * score(ours[one.id], one.texts) for one in questions],
            [100 * score(theirs[one.id], one.texts) for one in questions],
        )
        for name, score in scores.items()
    }


def as_json(run: Report, comparison: Mapping[str, Comparison] | None = None) -> dict[str, object]:
    """Lay a report out for machines.

    :param run: The report.
    :param comparison: A comparison with another run, if there is one.
    :returns: What `json.dumps` takes: the official figures at the top, the rest by name.
    """
    recall = {f"recall@{depth}": value for depth, value in (run.recall or {}).items()}
    compared = {"comparison": {name: asdict(one) for name, one in comparison.items()}} if comparison else {}
    return {
        "mode": run.mode,
        "abstain": run.abstain,
        **run.figures,
        **recall,
        "p50_ms": run.p50_ms,
        "p95_ms": run.p95_ms,
        "intervals": {name: [one.low, one.high] for name, one in run.intervals.items()},
        "question_words": [asdict(group) for group in run.question_words],
        "answer_lengths": [asdict(group) for group in run.answer_lengths],
        "abstention": asdict(run.shares),
        "threshold_for_80_refused": asdict(run.threshold) if run.threshold else None,
        "expected_calibration_error": run.calibration_error,
        "reliability": [asdict(one) for one in run.reliability],
        **compared,
    }


def _right(prediction: Prediction) -> bool:
    golds = prediction.question.texts
    return bool(golds) and f1(prediction.text, golds) >= RIGHT_F1


def _intervals(questions: Sequence[Question], answers: Mapping[str, str]) -> dict[str, Interval]:
    found = {}
    for prefix, group in by_answerability(questions).items():
        found[f"{prefix}exact"] = interval([100 * exact_match(answers[one.id], one.texts) for one in group])
        found[f"{prefix}f1"] = interval([100 * f1(answers[one.id], one.texts) for one in group])
    return found
