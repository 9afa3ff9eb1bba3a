"""Wires the bot: connection, gate and handlers."""

import logging

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, LinkPreviewOptions
from telegram.constants import UpdateType
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ApplicationBuilder, Defaults

from bot import pages
from bot.access import Gate
from bot.handlers import BotApplication
from bot.handlers.buttons import Buttons
from bot.handlers.errors import Errors
from bot.handlers.help import Help
from bot.handlers.library import Articles
from bot.handlers.questions import Questions
from bot.services import Services

logger = logging.getLogger(__name__)

# Telegram keeps the last list it was given, so it is always given one.
ALLOWED_UPDATES = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY)
_MAX_RETRIES = 2
# Updates that are handled beside the questions that are answered or wait: buttons, commands, "busy" replies.
_OTHER_UPDATES = 32


def build_application(
    token: str, base_url: str, services: Services, gate: Gate, *, questions_at_once: int
) -> BotApplication:
    """Put the bot together; nothing is sent yet.

    :param token: The bot token.
    :param base_url: Where the Bot API answers, to be followed by the token: "https://api.telegram.org/bot".
    :param services: What the handlers share.
    :param gate: Who may use the bot.
    :param questions_at_once: How many questions may be answered or wait at the same time.
    :returns: The application, not initialised.
    """
    application: BotApplication = (
        ApplicationBuilder()
        .token(token)
        .base_url(base_url)
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True), allow_sending_without_reply=True))
        .rate_limiter(AIORateLimiter(max_retries=_MAX_RETRIES))
        .concurrent_updates(questions_at_once + _OTHER_UPDATES)
        .job_queue(None)
        .build()
    )
    gate.register(application)
    questions = Questions(services)
    errors = Errors(services, gate)
    for part in (errors, Help(services), Articles(services), Buttons(services, questions), questions):
        part.register(application)
    return application


async def register_commands(application: BotApplication) -> None:
    """Give Telegram the commands menus; without them the bot still works, so a failure is only logged.

    :param application: The bot, initialised.
    """
    try:
        await application.bot.set_my_commands(pages.PRIVATE_COMMANDS, scope=BotCommandScopeAllPrivateChats())
        await application.bot.set_my_commands(pages.GROUP_COMMANDS, scope=BotCommandScopeAllGroupChats())
    except TelegramError as error:
        logger.warning("The commands menu could not be set: %s", error)
