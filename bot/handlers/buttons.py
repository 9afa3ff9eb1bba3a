"""What the buttons under an answer and under the greeting do. Their data may be old, foreign or made up."""

import asyncio

from telegram import CallbackQuery, InlineKeyboardMarkup, Update
from telegram.constants import CallbackQueryLimit, ChatType
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, ContextTypes

from bot import pages
from bot.handlers import BotApplication
from bot.handlers.library import articles_reply
from bot.handlers.questions import CannotAnswerError, Questions
from bot.handlers.replies import is_unchanged
from bot.journal import Ratings, Shown
from bot.keyboards import ButtonData, Press, answer_buttons, back_button, parse_button
from bot.messages import CHANGED_ARTICLE, answer_message, more_message, passage_message
from bot.richtext import Message
from bot.services import Services
from bot.wording import first_units

_ALERT_UNITS = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)


class Buttons:
    """Answers button presses.

    :param services: What the handlers share.
    :param questions: Answers the example questions.
    """

    def __init__(self, services: Services, questions: Questions) -> None:
        self._services = services
        self._questions = questions

    def register(self, application: BotApplication) -> None:
        """Add the handler.

        :param application: The bot.
        """
        application.add_handler(CallbackQueryHandler(self.on_press))

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what a button asks for, and always tell Telegram that the press was seen.

        :param update: The update.
        :param _context: PTB's context.
        """
        query = update.callback_query
        if query is None:
            return
        data = parse_button(query.data)
        if data is None or query.message is None:
            await query.answer(pages.STALE, show_alert=True)
        elif data.press is Press.EXAMPLE:
            await self._ask_example(query, data.value)
        elif data.press is Press.ARTICLES:
            page = await asyncio.to_thread(articles_reply, self._services.library, _offset(data.value))
            await query.answer()
            await _edit(query, *page)
        else:
            shown = self._services.journal.shown(data.value, chat_id=query.message.chat.id)
            if shown is None:
                await query.answer(pages.STALE, show_alert=True)
            else:
                await self._press_answer(query, data, shown)

    async def _press_answer(self, query: CallbackQuery, data: ButtonData, shown: Shown) -> None:
        user_id = query.from_user.id
        if data.press is Press.MORE and len(shown.answer.quotes) > 1:
            await query.answer()
            await _edit(query, more_message(shown.answer), back_button(shown.id))
        elif data.press is Press.PASSAGE and shown.answer.quotes:
            await self._show_passage(query, shown)
        elif data.press in {Press.HELPFUL, Press.UNHELPFUL}:
            ratings = self._services.journal.rate(shown.id, user_id=user_id, helpful=data.press is Press.HELPFUL)
            await query.answer(pages.NOTED)
            await _edit_buttons(query, _buttons(query, shown, ratings))
        else:
            await query.answer()
            ratings = self._services.journal.ratings(shown.id, user_id=user_id)
            content = answer_message(shown.answer, with_question=shown.question_message_id is None)
            await _edit(query, content, _buttons(query, shown, ratings))

    async def _show_passage(self, query: CallbackQuery, shown: Shown) -> None:
        quote = shown.answer.quotes[0]
        article = await asyncio.to_thread(self._services.library.article, quote.article.id)
        content = passage_message(quote, article.text) if article else None
        if content is None:
            await query.answer(CHANGED_ARTICLE, show_alert=True)
            return
        await query.answer()
        await _edit(query, content, back_button(shown.id))

    async def _ask_example(self, query: CallbackQuery, example_id: str) -> None:
        question = self._services.journal.example(example_id)
        message = query.message
        if question is None or message is None:
            await query.answer(pages.STALE_EXAMPLE, show_alert=True)
            return
        user_id = query.from_user.id
        try:
            answer = await self._questions.ask(question, user_id=user_id, chat=message.chat)
        except CannotAnswerError as error:
            await query.answer(first_units(str(error), _ALERT_UNITS), show_alert=True)
            return
        await query.answer()
        content = answer_message(answer, with_question=True)
        journal = self._services.journal
        shown_id = journal.remember(answer, chat_id=message.chat.id, user_id=user_id, question_message_id=None)
        in_group = message.chat.type != ChatType.PRIVATE
        sent = await message.chat.send_message(
            content.text,
            entities=content.entities,
            reply_markup=answer_buttons(shown_id, answer, Ratings(), in_group=in_group),
            message_thread_id=getattr(message, "message_thread_id", None),
        )
        journal.place(shown_id, sent.message_id)


def _buttons(query: CallbackQuery, shown: Shown, ratings: Ratings) -> InlineKeyboardMarkup | None:
    in_group = query.message is not None and query.message.chat.type != ChatType.PRIVATE
    return answer_buttons(shown.id, shown.answer, ratings, in_group=in_group)


def _offset(value: str) -> int:
    return int(value) if value.isdecimal() else 0


async def _edit(query: CallbackQuery, content: Message, buttons: InlineKeyboardMarkup | None) -> None:
    try:
        await query.edit_message_text(content.text, entities=content.entities, reply_markup=buttons)
    except BadRequest as error:
        if not is_unchanged(error):
            raise


async def _edit_buttons(query: CallbackQuery, buttons: InlineKeyboardMarkup | None) -> None:
    try:
        await query.edit_message_reply_markup(buttons)
    except BadRequest as error:
        if not is_unchanged(error):
            raise
