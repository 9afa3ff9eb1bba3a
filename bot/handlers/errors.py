"""What happens when a handler fails: a short id for the person and the log, never a traceback in the chat."""

import logging
import secrets

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError
from telegram.ext import ContextTypes, MessageHandler, filters

from bot import pages
from bot.access import Gate
from bot.handlers import BotApplication
from bot.services import Services
from pipelines.errors import SearchUnavailableError

logger = logging.getLogger(__name__)

_ID_BYTES = 3


class Errors:
    """Handles failures and groups that get a new id.

    :param services: What the handlers share.
    :param gate: The gate, which knows groups by their ids.
    """

    def __init__(self, services: Services, gate: Gate) -> None:
        self._journal = services.journal
        self._gate = gate

    def register(self, application: BotApplication) -> None:
        """Add the handlers.

        :param application: The bot.
        """
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self.on_migration))
        application.add_error_handler(self.on_error)

    async def on_migration(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow a group to its new id.

        :param update: The update.
        :param _context: PTB's context.
        """
        message = update.effective_message
        if message and message.migrate_to_chat_id:
            self._follow(message.chat_id, message.migrate_to_chat_id)

    async def on_error(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Sort out what a handler raised.

        :param update: The update, if it was one.
        :param context: PTB's context, with the error.
        """
        error = context.error
        chat = update.effective_chat if isinstance(update, Update) else None
        if isinstance(error, Forbidden):
            logger.info("A chat does not take the bot's messages any more: %s", error)
        elif isinstance(error, ChatMigrated):
            if chat:
                self._follow(chat.id, error.new_chat_id)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            logger.warning("Telegram could not be reached, so one message was not sent: %s", error)
        elif isinstance(error, SearchUnavailableError):
            # The store has logged why; it is tried again with the next message.
            await _tell(update, str(error))
        elif error is not None:
            error_id = secrets.token_hex(_ID_BYTES)
            logger.error("Error %s: an update could not be handled.", error_id, exc_info=error)
            await _tell(update, pages.failure(error_id))

    def _follow(self, old_chat_id: int, new_chat_id: int) -> None:
        self._journal.move_chat(old_chat_id, new_chat_id)
        self._gate.follow_group(old_chat_id, new_chat_id)


async def _tell(update: object, text: str) -> None:
    if not isinstance(update, Update):
        return
    try:
        if update.callback_query:
            await update.callback_query.answer(text, show_alert=True)
        elif update.message:
            await update.message.reply_text(text, do_quote=True)
    except TelegramError as error:
        logger.info("The person could not be told what failed: %s", error)
