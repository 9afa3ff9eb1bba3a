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
    """

    key: str
    question: str
    passages: tuple[str, ...]
    answer: Span | None

    def trimmed(self, negatives: int, *, answered: bool, rng: random.Random) -> "Group":
        """Choose the passages to show: the one with the answer and some of the wrong ones.

        :param negatives: Wrong passages to draw, at most.
        :param answered: Whether to keep the passage with the answer; without it the question has none.
        :param rng: Draws.
        """
        first = 0 if self.answer is None else 1
        wrong = self.passages[first:]
        shown = tuple(rng.sample(wrong, min(len(wrong), negatives)))
        if first and answered:
            return Group(self.key, self.question, (self.passages[0], *shown), self.answer)
        return Group(self.key, self.question, shown, None)


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


def write_group(group: Group) -> str:
    """Make a line of JSON of a group.

    :param group: The group.
    """
    return json.dumps(asdict(group), ensure_ascii=False)


def read_groups(path: Path) -> list[Group]:
    """Read mined groups, one a line.

    :param path: The file.
    :raises SourceError: If it cannot be read, a line is not a group, or there is none.
    """
    try:
        groups = [*_groups(path.read_text(encoding="utf-8").splitlines())]
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise SourceError(str(path), f"not a file of mined groups ({error!r}); make it with `mine`") from error
    if not groups:
        raise SourceError(str(path), "holds no groups; make it with `mine`, of a file with questions")
    return groups


def _groups(lines: Iterable[str]) -> Iterable[Group]:
    for line in lines:
        found: _Line = json.loads(line)
        answer = None if found["answer"] is None else Span(**found["answer"])
        yield Group(found["key"], found["question"], tuple(found["passages"]), answer)
