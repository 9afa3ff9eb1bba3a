"""`/start`, `/help`, `/privacy` and `/forget`."""

import asyncio

from telegram import Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot import pages
from bot.handlers import BotApplication
from bot.handlers.library import summarise
from bot.handlers.replies import reply, typing
from bot.keyboards import example_buttons
from bot.services import Services

_EXAMPLES_PATIENCE = 3.0


class Help:
    """Greets, explains, and forgets on request.

    :param services: What the handlers share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def register(self, application: BotApplication) -> None:
        """Add the handlers.

        :param application: The bot.
        """
        commands = {
            "start": self.on_start,
            "help": self.on_help,
            "privacy": self.on_privacy,
            "forget": self.on_forget,
        }
        for name, callback in commands.items():
            application.add_handler(CommandHandler(name, callback, filters=filters.UpdateType.MESSAGE))

    async def on_start(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what is indexed and offer example questions.

        :param update: The update.
        :param _context: PTB's context.
        """
        if update.message is None:
            return
        summary = await asyncio.to_thread(summarise, self._services.library)
        examples = []
        if summary.count:
            async with typing(update.message.chat):
                examples = await self._services.examples.get(patience=_EXAMPLES_PATIENCE)
        page = pages.start_page(summary, has_examples=bool(examples))
        await reply(update.message, page, example_buttons(examples))

    async def on_help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot does.

        :param update: The update.
        :param context: PTB's context.
        """
        if update.message:
            await reply(update.message, pages.help_page(context.bot.username))

    async def on_privacy(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what is kept.

        :param update: The update.
        :param _context: PTB's context.
        """
        if update.message:
            await reply(update.message, pages.privacy_page(self._services.keep_days))

    async def on_forget(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Delete what is kept of the one who asks for it.

        :param update: The update.
        :param _context: PTB's context.
        """
        if update.message and update.message.from_user:
            count = self._services.journal.forget(update.message.from_user.id)
            await reply(update.message, pages.forgotten(count) if count else pages.FORGOTTEN_NOTHING)
