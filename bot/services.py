"""What the handlers share."""

from dataclasses import dataclass

from bot.examples import Examples
from bot.journal import Journal
from bot.limits import QuestionLimiter, QuestionQueue
from bot.protocols import Library


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the handlers work with.

    :param library: The indexed articles.
    :param journal: What is kept of what was shown.
    :param queue: Answers questions.
    :param limiter: Counts how often each person asks.
    :param examples: The example questions.
    :param keep_days: Days that shown answers are kept.
    """

    library: Library
    journal: Journal
    queue: QuestionQueue
    limiter: QuestionLimiter
    examples: Examples
    keep_days: int
