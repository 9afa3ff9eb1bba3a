"""How often a person may ask, and how many questions are answered at a time."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from bot.protocols import AnswersQuestions
from pipelines.types import Answer, Turn

_SECONDS_PER_MINUTE = 60.0
_MAX_PEOPLE = 10_000


class TooManyQuestionsError(Exception):
    """One person asked too often.

    :param wait: Seconds until the next question is welcome, at least 1.
    """

    def __init__(self, wait: int) -> None:
        super().__init__(f"too many questions; welcome again in {wait} s")
        self.wait = wait


class BusyError(Exception):
    """Too many questions wait for their turn already."""


class StoppingError(Exception):
    """The bot stops: what still waits is not answered."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class QuestionLimiter:
    """A token bucket for each person: short bursts pass, a steady stream is held to a rate.

    :param per_minute: Questions a minute; as many may come at once after a pause.
    :param now: A clock in seconds that never goes back.
    """

    def __init__(self, per_minute: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._rate = per_minute / _SECONDS_PER_MINUTE
        self._now = now
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def take(self, user_id: int) -> None:
        """Count one question.

        :param user_id: Who asks.
        :raises TooManyQuestionsError: If they have asked too often.
        """
        now = self._now()
        bucket = self._buckets.setdefault(user_id, _Bucket(self._capacity, now))
        self._buckets.move_to_end(user_id)
        if len(self._buckets) > _MAX_PEOPLE:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self._capacity, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1.0:
            raise TooManyQuestionsError(max(1, ceil((1.0 - bucket.tokens) / self._rate)))
        bucket.tokens -= 1.0


class QuestionQueue:
    """Answers questions in threads, a few at a time, and lets a bounded number wait.

    :param answerer: What answers them.
    :param concurrent: Questions answered at the same time, at least 1.
    :param waiting: Questions that may wait, at least 1.
    """

    def __init__(self, answerer: AnswersQuestions, *, concurrent: int, waiting: int) -> None:
        self._answerer = answerer
        self._free = asyncio.Semaphore(concurrent)
        self._capacity = concurrent + waiting
        self._inside = 0
        self._stopping = False

    async def ask(self, question: str, previous: Turn | None = None) -> Answer:
        """Answer a question when its turn comes.

        :param question: The question.
        :param previous: What was asked and answered before.
        :returns: The answer.
        :raises BusyError: If too many wait already.
        :raises StoppingError: If the bot stops before its turn comes.
        """
        if self._inside >= self._capacity:
            raise BusyError
        self._inside += 1
        try:
            async with self._free:
                if self._stopping:
                    raise StoppingError
                return await asyncio.to_thread(self._answerer.ask, question, previous)
        finally:
            self._inside -= 1

    def stop(self) -> None:
        """Answer what is being answered, and nothing that still waits."""
        self._stopping = True
