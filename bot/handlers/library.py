"""`/articles`: what is indexed, page by page."""

import asyncio
from bisect import bisect_left
from datetime import date

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes, filters

from bot.handlers import BotApplication
from bot.handlers.replies import reply
from bot.keyboards import page_buttons
from bot.pages import PAGE_SIZE, LibrarySummary, articles_page
from bot.protocols import Library
from bot.richtext import Message
from bot.services import Services


class Articles:
    """Lists the articles.

    :param services: What the handlers share.
    """

    def __init__(self, services: Services) -> None:
        self._library = services.library

    def register(self, application: BotApplication) -> None:
        """Add the handler.

        :param application: The bot.
        """
        application.add_handler(CommandHandler("articles", self.on_articles, filters=filters.UpdateType.MESSAGE))

    async def on_articles(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the first page.

        :param update: The update.
        :param _context: PTB's context.
        """
        if update.message:
            # A library may be far away: the bot goes on meanwhile.
            await reply(update.message, *await asyncio.to_thread(articles_reply, self._library, 0))


def articles_reply(library: Library, offset: int) -> tuple[Message, InlineKeyboardMarkup | None]:
    """Make one page of the list.

    :param library: The articles.
    :param offset: The first article to show; an impossible one is set right, as the list may have changed.
    :returns: The page and its buttons.
    """
    total = library.count_articles()
    offset = min(offset, max(0, total - 1)) // PAGE_SIZE * PAGE_SIZE
    articles = library.articles(offset=offset, limit=PAGE_SIZE)
    page = articles_page(articles, offset=offset, total=total)
    return page, page_buttons(offset=offset, size=PAGE_SIZE, total=total)


def summarise(library: Library) -> LibrarySummary:
    """Count the articles and find their first and last day.

    :param library: The articles, newest first and those without a date last.
    :returns: The summary.
    """

    def published(offset: int) -> date | None:
        return next((citation.published for citation in library.articles(offset=offset, limit=1)), None)

    count = library.count_articles()
    dated = bisect_left(range(count), True, key=lambda offset: published(offset) is None)
    return LibrarySummary(count, published(dated - 1) if dated else None, published(0) if dated else None)
