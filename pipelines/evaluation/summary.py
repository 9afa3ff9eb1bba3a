"""The figures of the official SQuAD 2.0 script."""

from collections.abc import Mapping, Sequence

from pipelines.evaluation.dataset import Question
from pipelines.evaluation.metrics import exact_match, f1


def summarise(questions: Sequence[Question], predictions: Mapping[str, str]) -> dict[str, float]:
    """Score the predictions, all together and apart for questions with and without an answer.

    :param questions: The questions that were asked.
    :param predictions: An answer for each question id; empty: none was given.
    :returns: `exact`, `f1` (0 to 100) and `total`, and the same after `HasAns_` and `NoAns_` where there are such.
    """
    figures: dict[str, float] = {}
    for prefix, group in by_answerability(questions).items():
        figures[f"{prefix}exact"] = 100 * sum(exact_match(predictions[q.id], q.texts) for q in group) / len(group)
        figures[f"{prefix}f1"] = 100 * sum(f1(predictions[q.id], q.texts) for q in group) / len(group)
        figures[f"{prefix}total"] = len(group)
    return figures


def by_answerability(questions: Sequence[Question]) -> dict[str, list[Question]]:
    """Part the questions as the official figures do.

    :param questions: The questions.
    :returns: All of them and, where there are such, those with and those without an answer, by the prefix of their
        figures' names: "", "HasAns_" and "NoAns_".
    """
    groups = {
        "": list(questions),
        "HasAns_": [one for one in questions if one.answers],
        "NoAns_": [one for one in questions if not one.answers],
    }
    return {prefix: group for prefix, group in groups.items() if group}
