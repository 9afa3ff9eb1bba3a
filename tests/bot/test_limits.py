"""How often one may ask, and how many questions wait."""

import asyncio
import threading

import pytest

from bot.limits import BusyError, QuestionLimiter, QuestionQueue, StoppingError, TooManyQuestionsError
from pipelines.types import Answer, Outcome, Turn


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class SlowAnswerer:
    """Answers when it is let go, and counts how many questions it had at the same time."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.at_once = 0
        self.most_at_once = 0
        self._lock = threading.Lock()

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.go.wait(timeout=5)
        with self._lock:
            self.at_once -= 1
        return Answer(question, Outcome.NOT_FOUND)


def test_a_person_may_ask_as_often_as_allowed_and_then_waits_for_the_time_that_is_said() -> None:
    clock = Clock()
    limiter = QuestionLimiter(6, now=clock)
    for _ in range(6):
        limiter.take(1)
    with pytest.raises(TooManyQuestionsError) as refused:
        limiter.take(1)
    assert refused.value.wait == 10
    clock.seconds += refused.value.wait
    limiter.take(1)
    with pytest.raises(TooManyQuestionsError):
        limiter.take(1)


def test_one_person_does_not_use_up_anothers_questions() -> None:
    limiter = QuestionLimiter(1, now=Clock())
    limiter.take(1)
    limiter.take(2)


def test_a_long_pause_saves_up_no_more_than_a_minutes_questions() -> None:
    clock = Clock()
    limiter = QuestionLimiter(2, now=clock)
    clock.seconds += 3600
    limiter.take(1)
    limiter.take(1)
    with pytest.raises(TooManyQuestionsError):
        limiter.take(1)


async def test_questions_wait_for_their_turn_and_too_many_are_turned_away() -> None:
    answerer = SlowAnswerer()
    queue = QuestionQueue(answerer, concurrent=2, waiting=3)
    asked = [asyncio.create_task(queue.ask(str(number))) for number in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await queue.ask("one too many")
    answerer.go.set()
    answers = await asyncio.gather(*asked)
    assert [answer.question for answer in answers] == ["0", "1", "2", "3", "4"]
    assert answerer.most_at_once <= 2
    assert (await queue.ask("afterwards")).question == "afterwards"


async def test_a_stop_lets_answers_finish_but_starts_none() -> None:
    answerer = SlowAnswerer()
    queue = QuestionQueue(answerer, concurrent=1, waiting=5)
    first, second = asyncio.create_task(queue.ask("first")), asyncio.create_task(queue.ask("second"))
    await asyncio.sleep(0)
    queue.stop()
    answerer.go.set()
    assert isinstance((await asyncio.gather(first, second, return_exceptions=True))[1], StoppingError)
    assert first.result().question == "first"
