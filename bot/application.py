"""Wires the bot: connection, gate and handlers."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, LinkPreviewOptions
from telegram.constants import UpdateType
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ApplicationBuilder, ContextTypes, Defaults
from telegram.request import BaseRequest, HTTPXRequest

from bot import pages
from bot.access import Gate
from bot.handlers import BotApplication
from bot.handlers.buttons import Buttons
from bot.handlers.errors import Errors
from bot.handlers.help import Help
from bot.handlers.library import Articles
from bot.handlers.questions import Questions
from bot.journal import Journal
from bot.services import Services

logger = logging.getLogger(__name__)

# Telegram keeps the last list it was given, so it is always given one.
ALLOWED_UPDATES = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY)
_MAX_RETRIES = 2
_PURGE_EVERY = timedelta(days=1)
_CONNECTIONS = 64
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
# Updates that are handled beside the questions that are answered or wait: buttons, commands, "busy" replies.
_OTHER_UPDATES = 32


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to the Bot API.

    :param base_url: Where it answers, to be followed by the token: "https://api.telegram.org/bot".
    :param requests: Sends what the bot says.
    :param updates: Waits for what people say, so that a long wait holds up nothing else.
    """

    base_url: str
    requests: BaseRequest
    updates: BaseRequest


def open_connection(api_url: str) -> Connection:
    """Prepare a connection over HTTP.

    :param api_url: The Bot API server: "https://api.telegram.org".
    :returns: The connection; nothing is sent yet.
    """
    # A proxy for the internet must not be asked for a server on this machine.
    options = {"trust_env": httpx.URL(api_url).host not in _THIS_MACHINE}
    return Connection(
        base_url=f"{api_url.rstrip('/')}/bot",
        requests=HTTPXRequest(connection_pool_size=_CONNECTIONS, httpx_kwargs=options),
        updates=HTTPXRequest(connection_pool_size=1, httpx_kwargs=options),
    )


def build_application(
    token: str, connection: Connection, services: Services, gate: Gate, *, questions_at_once: int
) -> BotApplication:
    """Put the bot together; nothing is sent yet.

    :param token: The bot token.
    :param connection: The way to the Bot API.
    :param services: What the handlers share.
    :param gate: Who may use the bot.
    :param questions_at_once: How many questions may be answered or wait at the same time.
    :returns: The application, not initialised.
    """
    application: BotApplication = (
        ApplicationBuilder()
        .token(token)
        .base_url(connection.base_url)
        .request(connection.requests)
        .get_updates_request(connection.updates)
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True), allow_sending_without_reply=True))
        .rate_limiter(AIORateLimiter(max_retries=_MAX_RETRIES))
        .concurrent_updates(questions_at_once + _OTHER_UPDATES)
        .build()
    )
    gate.register(application)
    questions = Questions(services)
    errors = Errors(services, gate)
    for part in (errors, Help(services), Articles(services), Buttons(services, questions), questions):
        part.register(application)
    if application.job_queue:
        application.job_queue.run_repeating(_purger(services.journal), interval=_PURGE_EVERY)
    return application


def _purger(journal: Journal) -> Callable[[ContextTypes.DEFAULT_TYPE], Coroutine[None, None, None]]:
    async def purge(_context: ContextTypes.DEFAULT_TYPE) -> None:
        journal.purge()

    return purge


async def register_commands(application: BotApplication) -> None:
    """Give Telegram the commands menus; without them the bot still works, so a failure is only logged.

    :param application: The bot, initialised.
    """
    try:
        await application.bot.set_my_commands(pages.PRIVATE_COMMANDS, scope=BotCommandScopeAllPrivateChats())
        await application.bot.set_my_commands(pages.GROUP_COMMANDS, scope=BotCommandScopeAllGroupChats())
    except TelegramError as error:
        logger.warning("The commands menu could not be set: %s", error)
