"""What the reader is trained on: a question with the passages that compete for its answer."""

import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict

from pipelines.errors import SourceError
from pipelines.training.data import Example
from pipelines.types import Span


@dataclass(frozen=True, slots=True)
class Group:
    """A question and passages of which at most the first answers it.

    :param key: Made from the question and the text it was written for.
    :param question: The question, as it was written.
    :param passages: The passages; if there is an answer, the first holds it and no other does.
    :param answer: Where the answer stands in the first passage, or None.
    :param margins: The best span less the null answer of each passage, by the reader that mined the group, in logits.
    :param loss: That reader's loss on the group: the negative log of the probability it gave to what is right, when all
        spans of all passages and the null answer share one distribution.
    """

    key: str
    question: str
    passages: tuple[str, ...]
    answer: Span | None
    margins: tuple[float, ...]
    loss: float

    def trimmed(self, negatives: int, *, answered: bool, rng: random.Random) -> "Group":
        """Choose the passages to show: the one with the answer and the wrong ones that look most right.

        :param negatives: Wrong passages to keep, at most; one of them is drawn at random.
        :param answered: Whether to keep the passage with the answer; without it the question has none.
        :param rng: Draws.
        """
        first = 0 if self.answer is None else 1
        wrong = sorted(range(first, len(self.passages)), key=lambda place: -self.margins[place])
        kept = wrong[: max(0, negatives - 1)]
        rest = wrong[len(kept) :]
        kept += rng.sample(rest, min(len(rest), negatives - len(kept)))
        if first and answered:
            kept = [0, *kept]
        passages = tuple(self.passages[place] for place in kept)
        margins = tuple(self.margins[place] for place in kept)
        answer = self.answer if answered else None
        return Group(self.key, self.question, passages, answer, margins, self.loss)


def key_of(example: Example) -> str:
    """Name a question on a text.

    :param example: The question.
    """
    return hashlib.sha256(f"{example.question}\n{example.context}".encode()).hexdigest()[:20]


class _Line(TypedDict):
    key: str
    question: str
    passages: list[str]
    answer: dict[str, int] | None
    margins: list[float]
    loss: float


def write_group(group: Group) -> str:
    """Make a line of JSON of a group.

    :param group: The group.
    """
    return json.dumps(asdict(group), ensure_ascii=False)


def read_groups(path: Path) -> list[Group]:
    """Read mined groups, one a line.

    :param path: The file.
    :raises SourceError: If it cannot be read or a line is not a group.
    """
    try:
        return [*_groups(path.read_text(encoding="utf-8").splitlines())]
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError(str(path), f"not a file of mined groups ({error!r}); make it with `mine`") from error


def _groups(lines: Iterable[str]) -> Iterable[Group]:
    for line in lines:
        found: _Line = json.loads(line)
        answer = None if found["answer"] is None else Span(**found["answer"])
        passages, margins = tuple(found["passages"]), tuple(found["margins"])
        yield Group(found["key"], found["question"], passages, answer, margins, found["loss"])
