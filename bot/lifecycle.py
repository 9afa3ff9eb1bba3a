"""Starts the bot's connection to Telegram, keeps it, and ends it cleanly."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Updater

from bot.application import ALLOWED_UPDATES, register_commands
from bot.handlers import BotApplication
from pipelines.errors import ConfigurationError, VerbatimError

logger = logging.getLogger(__name__)

_RETRY_AFTER = (1.0, 2.0)
_STOP_SECONDS = 2.0
_QUIET_SECONDS = 60.0
_POLLING_TASK = "Updater:start_polling:polling_task"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers messages, instead of the bot fetching them.

    :param url: The public address.
    :param secret: What Telegram sends along with each message.
    :param host: The address to listen on.
    :param port: The port to listen on.
    """

    url: str
    secret: str
    host: str
    port: int


class TelegramUnreachableError(VerbatimError):
    """The Bot API does not answer: check the network, then start again."""


@asynccontextmanager
async def connected(application: BotApplication, api_url: str, webhook: Webhook | None = None) -> AsyncIterator[None]:
    """Take messages while the body runs, then stop.

    :param application: The bot, not initialised.
    :param api_url: The address of the Bot API, for messages to the operator.
    :param webhook: Where messages are delivered, or None to fetch them.
    :raises pipelines.errors.ConfigurationError: If Telegram does not accept the token.
    :raises TelegramUnreachableError: If Telegram does not answer.
    """
    try:
        await _initialize(application, api_url)
        if application.updater is None:
            msg = "the application was built without an updater"
            raise TypeError(msg)
        await application.start()
        await _receive(application.updater, api_url, webhook)
        menu = asyncio.create_task(register_commands(application), name="commands menu")
        try:
            yield
        finally:
            menu.cancel()
    finally:
        await _stop(application)


async def keep_receiving() -> None:
    """Wait for as long as messages come in: until this is cancelled, or Telegram withdraws the token.

    :raises pipelines.errors.ConfigurationError: If Telegram does not accept the token any more.
    """
    polling = [task for task in asyncio.all_tasks() if task.get_name() == _POLLING_TASK]
    if not polling:
        await asyncio.Event().wait()
    await asyncio.wait(polling)
    msg = "Telegram does not accept the bot token any more. Ask @BotFather for a new one and start again."
    raise ConfigurationError(msg)


class PollingReporter:
    """Says in plain words why no messages come in, at most once a minute for each reason.

    :param api_url: The address of the Bot API.
    :param now: A clock in seconds that never goes back.
    """

    def __init__(self, api_url: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._api_url = api_url
        self._now = now
        self._said: dict[str, float] = {}

    def __call__(self, error: TelegramError) -> None:
        """Report an error.

        :param error: What went wrong; the library tries again by itself.
        """
        if isinstance(error, Conflict):
            text = (
                "Another program takes this bot's messages with the same token. "
                "Stop it, or ask @BotFather for a second bot."
            )
        elif isinstance(error, NetworkError):
            text = f"{self._api_url} does not answer. The bot keeps trying."
        else:
            text = f"Telegram reports: {error}. The bot keeps trying."
        last = self._said.get(text)
        if last is None or self._now() - last >= _QUIET_SECONDS:
            self._said[text] = self._now()
            logger.warning(text)


async def _initialize(application: BotApplication, api_url: str) -> None:
    for wait in (*_RETRY_AFTER, None):
        try:
            await application.initialize()
        except InvalidToken:
            # The library's own message holds the token, so it is not passed on.
            msg = (
                f"{api_url} does not accept the bot token. Check TELEGRAM_BOT_TOKEN; @BotFather can show it again "
                "or make a new one."
            )
            raise ConfigurationError(msg) from None
        except NetworkError as error:
            if wait is None:
                msg = (
                    f"{api_url} does not answer. Check the network (and VERBATIM_TELEGRAM__API_URL), then start again."
                )
                raise TelegramUnreachableError(msg) from error
            logger.warning("%s does not answer; trying again in %d s.", api_url, wait)
            await asyncio.sleep(wait)
        else:
            return


async def _receive(updater: Updater, api_url: str, webhook: Webhook | None) -> None:
    retries = len(_RETRY_AFTER)
    if webhook is None:
        await updater.start_polling(
            allowed_updates=ALLOWED_UPDATES, bootstrap_retries=retries, error_callback=PollingReporter(api_url)
        )
        return
    try:
        await updater.start_webhook(
            listen=webhook.host,
            port=webhook.port,
            url_path=urlsplit(webhook.url).path,
            webhook_url=webhook.url,
            secret_token=webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=retries,
        )
    except OSError as error:
        msg = f"The webhook cannot listen on {webhook.host}:{webhook.port} ({error}). Choose another port or address."
        raise ConfigurationError(msg) from error
    except BadRequest as error:
        msg = f"Telegram does not take the webhook {webhook.url}: {error}. Check VERBATIM_TELEGRAM__WEBHOOK_URL."
        raise ConfigurationError(msg) from error


async def _stop(application: BotApplication) -> None:
    if application.updater and application.updater.running:
        await _end(application.updater.stop(), "stop polling")
    if application.running:
        await _end(application.stop(), "finish what is being answered")
    await _end(application.shutdown(), "close the connections")


async def _end(step: Awaitable[None], what: str) -> None:
    # Telegram may be away, or the token withdrawn; a stop neither waits for that nor fails because of it.
    try:
        await asyncio.wait_for(step, _STOP_SECONDS)
    except (TimeoutError, TelegramError, RuntimeError) as error:
        logger.info("While stopping, it was not possible to %s: %s", what, error)
