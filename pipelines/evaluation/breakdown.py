"""Figures apart for each kind of question: by question word and by length of the answer."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.evaluation.dataset import Question
from pipelines.evaluation.metrics import exact_match, f1, normalise

_WORD = re.compile(
    r"\b(how\s+(?:many|much|long|old|far|often)|how|who|whom|whose|what|when|where|which|why)\b", re.IGNORECASE
)
_SAME = {"whom": "who"}
_LENGTHS = ((1, "1 word"), (3, "2-3 words"), (6, "4-6 words"), (12, "7-12 words"))
_LONGER = "13+ words"


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one kind.

    :param name: The kind.
    :param total: How many questions, 1 or more.
    :param exact: Exact match, 0 to 100.
    :param f1: Word F1, 0 to 100.
    """

    name: str
    total: int
    exact: float
    f1: float


def by_question_word(questions: Sequence[Question], answers: Mapping[str, str]) -> tuple[Group, ...]:
    """Group the questions by what they ask for.

    :param questions: The questions.
    :param answers: An answer for each question id; empty: none was given.
    :returns: The groups, the largest first.
    """
    return tuple(sorted(_grouped(questions, answers, question_word), key=lambda group: (-group.total, group.name)))


def by_answer_length(questions: Sequence[Question], answers: Mapping[str, str]) -> tuple[Group, ...]:
    """Group the answerable questions by the words of their shortest accepted answer.

    :param questions: The questions.
    :param answers: An answer for each question id; empty: none was given.
    :returns: The groups, the shortest answers first.
    """
    order = [*(name for _, name in _LENGTHS), _LONGER]
    groups = _grouped([one for one in questions if one.answers], answers, _answer_length)
    return tuple(sorted(groups, key=lambda group: order.index(group.name)))


def question_word(question: Question) -> str:
    """Find the word that tells what a question asks for.

    :param question: The question.
    :returns: The first of the question words, in lower case: "who", "how many"; "other" if it has none.
    """
    found = _WORD.search(question.question)
    word = " ".join(found[1].lower().split()) if found else "other"
    return _SAME.get(word, word)


def _answer_length(question: Question) -> str:
    words = min(len(normalise(text)) for text in question.texts)
    return next((name for longest, name in _LENGTHS if words <= longest), _LONGER)


def _grouped(questions: Iterable[Question], answers: Mapping[str, str], kind: Callable[[Question], str]) -> list[Group]:
    members: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        members[kind(question)].append(question)
    return [_group(name, group, answers) for name, group in members.items()]


def _group(name: str, questions: Sequence[Question], answers: Mapping[str, str]) -> Group:
    exact = sum(exact_match(answers[one.id], one.texts) for one in questions)
    overlap = sum(f1(answers[one.id], one.texts) for one in questions)
    return Group(name, len(questions), 100 * exact / len(questions), 100 * overlap / len(questions))
