"""Puts the parts together and runs the bot until it is told to stop."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from bot.access import Gate
from bot.application import build_application, open_connection
from bot.endpoint import Endpoint, Say
from bot.examples import Examples
from bot.handlers import BotApplication
from bot.journal import Journal
from bot.lifecycle import connected, keep_receiving
from bot.limits import QuestionLimiter, QuestionQueue
from bot.protocols import AnswersQuestions, Library
from bot.services import Services
from bot.settings import Settings
from bot.warming import WarmingAnswerer

_JOURNAL_NAME = "journal.db"


async def serve(
    endpoint: Endpoint, settings: Settings, library: Library, answerer: WarmingAnswerer, *, say: Say
) -> None:
    """Serve the bot until this is cancelled.

    :param endpoint: Where.
    :param settings: The settings.
    :param library: The indexed articles.
    :param answerer: What answers; it may still be loading.
    :param say: Tells the operator one line.
    :raises pipelines.errors.VerbatimError: If the bot cannot start or go on.
    """
    limits = settings.limits
    async with AsyncExitStack() as stack:
        journal = stack.enter_context(
            Journal(settings.store.path / _JOURNAL_NAME, keep=timedelta(days=limits.keep_days))
        )
        services = _services(settings, library, answerer, journal)
        application = build_application(
            endpoint.token,
            open_connection(endpoint.api_url),
            services,
            Gate(endpoint.policy),
            questions_at_once=limits.concurrent_questions + limits.waiting_questions,
        )
        await stack.enter_async_context(connected(application, endpoint.api_url, endpoint.webhook))
        stack.callback(services.queue.stop)
        stack.callback(services.examples.stop)
        await answerer.ready()
        articles = await asyncio.to_thread(library.count_articles)
        if articles:
            await services.examples.prepare()
        _announce(application, endpoint, articles, say)
        await keep_receiving()


async def until_stopped(work: Coroutine[None, None, None]) -> None:
    """Run until the work ends or Ctrl-C or SIGTERM asks to stop; asking twice does not disturb the stopping.

    :param work: What to run; it is cancelled to stop it.
    """
    task = asyncio.create_task(work)

    def stop() -> None:
        if task.cancelling() == 0:
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task


def _services(settings: Settings, library: Library, answerer: AnswersQuestions, journal: Journal) -> Services:
    limits = settings.limits
    queue = QuestionQueue(answerer, concurrent=limits.concurrent_questions, waiting=limits.waiting_questions)
    return Services(
        library=library,
        journal=journal,
        queue=queue,
        limiter=QuestionLimiter(limits.questions_per_minute),
        examples=Examples(library, queue, journal),
        keep_days=limits.keep_days,
    )


def _announce(application: BotApplication, endpoint: Endpoint, articles: int, say: Say) -> None:
    policy = endpoint.policy
    if not policy.public and not policy.users and not policy.chats:
        say(
            "Nobody may ask yet. Write to the bot: it tells you your id, "
            "which belongs into VERBATIM_TELEGRAM__ALLOWED_USERS."
        )
    if not articles:
        say("There are no articles yet. Add some with: verbatim index FOLDER")
    counted = "1 article" if articles == 1 else f"{articles:,} articles"
    say(f"Ready: @{application.bot.username} answers from {counted}. Ctrl-C stops it.")
