"""An answerer that gets ready in the background, while the bot already takes messages."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from bot.protocols import AnswersQuestions
from pipelines.types import Answer, Turn


class WarmingAnswerer:
    """Loads an answerer in a thread; questions that come early wait for it.

    :param load: Makes the answerer, ready to be asked.
    """

    def __init__(self, load: Callable[[], AnswersQuestions]) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-models")
        self._loaded: Future[AnswersQuestions] = self._executor.submit(load)
        self._executor.shutdown(wait=False)

    def ask(self, question: str, previous: Turn | None = None) -> Answer:
        """Answer a question as soon as that is possible.

        :param question: The question.
        :param previous: What was asked and answered before.
        :returns: The answer.
        :raises pipelines.errors.VerbatimError: If the answerer could not be loaded, or cannot search now.
        """
        return self._loaded.result().ask(question, previous)

    async def ready(self) -> None:
        """Wait until it is loaded.

        :raises pipelines.errors.VerbatimError: If it could not be loaded.
        """
        await asyncio.wrap_future(self._loaded)
