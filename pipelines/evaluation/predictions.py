"""What was said to each question of a file, kept in SQuAD's own format."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipelines.errors import SourceError
from pipelines.evaluation.dataset import Question
from pipelines.evaluation.files import write_text
from pipelines.types import Outcome, Span

_FORMAT = TypeAdapter(dict[str, str])


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span for one question, and what the thresholds make of it.

    :param question: The question.
    :param text: The span's words; empty: no text was read.
    :param confidence: Calibrated probability that it is right, 0 to 1.
    :param outcome: What a person who asks would be told.
    :param span: Where it stands in the question's own paragraph; None: in another text, or nowhere.
    :param sentence: The sentence it stands in.
    :param elapsed_ms: Milliseconds from question to answer.
    :param rank: Place of the question's own paragraph among the passages found, from 1; None: not among them, or not
        searched for.
    """

    question: Question
    text: str
    confidence: float
    outcome: Outcome
    span: Span | None
    sentence: str
    elapsed_ms: float
    rank: int | None = None

    def given(self, *, abstain: bool) -> str:
        """Tell which words count as the answer.

        :param abstain: Whether a span below the threshold counts as no answer.
        :returns: The words; empty: no answer.
        """
        return "" if abstain and self.outcome is Outcome.NOT_FOUND else self.text


def answers_given(predictions: Iterable[Prediction], *, abstain: bool) -> dict[str, str]:
    """Collect the answers in the official format.

    :param predictions: What was said.
    :param abstain: Whether a span below the threshold counts as no answer.
    :returns: An answer for each question id; empty: none was given.
    """
    return {one.question.id: one.given(abstain=abstain) for one in predictions}


def write_predictions(path: Path, answers: Mapping[str, str]) -> None:
    """Write answers as the official scripts read them.

    :param path: The file.
    :param answers: An answer for each question id.
    :raises SourceError: If the file cannot be written.
    """
    write_text(path, json.dumps(answers, ensure_ascii=False, indent=1) + "\n")


def read_predictions(path: Path, questions: Iterable[Question]) -> dict[str, str]:
    """Read another run's answers to the same questions.

    :param path: A file in the official format.
    :param questions: The questions it must answer.
    :returns: An answer for each question id.
    :raises SourceError: If it cannot be read, is of another format or lacks a question.
    """
    try:
        answers = _FORMAT.validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise SourceError(str(path), (error.strerror or "cannot be read").lower()) from error
    except ValidationError as error:
        reason = "is not a file of predictions ({question id: answer}); --predictions writes one"
        raise SourceError(str(path), reason) from error
    missing = [one.id for one in questions if one.id not in answers]
    if missing:
        reason = f"has no answer to {len(missing)} of the questions, among them {missing[0]}; it is of another file"
        raise SourceError(str(path), reason)
    return answers
