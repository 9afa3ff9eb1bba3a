"""Questions and their answers: private messages, `/ask`, and what groups address to the bot."""

import asyncio

from telegram import Chat, Update
from telegram import Message as ChatMessage
from telegram.constants import ChatType
from telegram.error import BadRequest
from telegram.ext import ContextTypes, MessageHandler, filters

from bot import pages
from bot.handlers import BotApplication
from bot.handlers.addressing import question_in
from bot.handlers.conversation import turn_before
from bot.handlers.replies import is_unchanged, reply, typing
from bot.handlers.small_talk import reply_to_small_talk
from bot.journal import Ratings
from bot.keyboards import answer_buttons
from bot.limits import BusyError, StoppingError, TooManyQuestionsError
from bot.messages import answer_message
from bot.services import Services
from pipelines.errors import QuestionError, SearchUnavailableError
from pipelines.types import Answer, Outcome, Turn

_TYPED = filters.TEXT & (filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE)
_NOT_TYPED = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.TEXT & ~filters.StatusUpdate.ALL


class CannotAnswerError(Exception):
    """There is no answer to show, and its text says why, for the one who asked; empty if nothing is to be said."""


class Questions:
    """Answers questions.

    :param services: What the handlers share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._last_album: str | None = None

    def register(self, application: BotApplication) -> None:
        """Add the handlers; to be called last, as they take every text.

        :param application: The bot.
        """
        application.add_handler(MessageHandler(_TYPED, self.on_text))
        application.add_handler(MessageHandler(_NOT_TYPED, self.on_other))

    async def on_text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text if it is a question to the bot.

        :param update: The update.
        :param context: PTB's context.
        """
        message = update.effective_message
        if message is None or _is_from_a_bot(message):
            return
        question = question_in(message, context.bot)
        if update.edited_message:
            if question:
                await self._answer_edited(message, question)
        elif question and (said := reply_to_small_talk(question)):
            await reply(message, said)
        elif question:
            await self._answer(message, question)
        elif question is not None:
            await reply(message, pages.ASK_USAGE)
        elif message.chat.type == ChatType.PRIVATE:
            await reply(message, pages.UNKNOWN_COMMAND)

    async def on_other(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say, once an album, that only text is understood.

        :param update: The update.
        :param _context: PTB's context.
        """
        message = update.message
        if message is None:
            return
        if message.media_group_id is None or message.media_group_id != self._last_album:
            self._last_album = message.media_group_id
            await reply(message, pages.TEXT_ONLY)

    async def ask(
        self, question: str, *, user_id: int, chat: Chat, thread_id: int | None = None, previous: Turn | None = None
    ) -> Answer:
        """Ask for one person, within their limits, showing that the bot is busy with it.

        :param question: The question.
        :param user_id: Who asks.
        :param chat: Where.
        :param thread_id: The topic, if any.
        :param previous: What the question may lean on.
        :returns: The answer.
        :raises CannotAnswerError: If there is none; with what to say.
        """
        try:
            self._services.limiter.take(user_id)
            async with typing(chat, thread_id):
                answer = await self._services.queue.ask(question, previous)
        except TooManyQuestionsError as error:
            raise CannotAnswerError(pages.too_many(error.wait)) from error
        except BusyError as error:
            raise CannotAnswerError(pages.BUSY) from error
        except StoppingError as error:
            raise CannotAnswerError from error
        except (QuestionError, SearchUnavailableError) as error:
            raise CannotAnswerError(str(error)) from error
        if answer.outcome is Outcome.NOT_FOUND and not answer.nearest and await self._nothing_indexed():
            raise CannotAnswerError(pages.EMPTY)
        return answer

    async def _nothing_indexed(self) -> bool:
        return await asyncio.to_thread(self._services.library.count_articles) == 0

    async def _answer(self, message: ChatMessage, question: str) -> None:
        user_id = _asker(message)
        thread_id = message.message_thread_id if message.is_topic_message else None
        previous = turn_before(message, self._services.journal, user_id=user_id)
        try:
            answer = await self.ask(
                question, user_id=user_id, chat=message.chat, thread_id=thread_id, previous=previous
            )
        except CannotAnswerError as error:
            if str(error):
                await reply(message, str(error))
            return
        journal = self._services.journal
        content = answer_message(answer)
        shown_id = journal.remember(
            answer, chat_id=message.chat_id, user_id=user_id, question_message_id=message.message_id
        )
        buttons = answer_buttons(shown_id, answer, Ratings(), in_group=message.chat.type != ChatType.PRIVATE)
        sent = await reply(message, content, buttons)
        journal.place(shown_id, sent.message_id)

    async def _answer_edited(self, message: ChatMessage, question: str) -> None:
        """Put the new answer in the place of the old one; a message that was not answered stays so."""
        journal = self._services.journal
        shown = journal.shown_for(message.message_id, chat_id=message.chat_id)
        if shown is None or shown.message_id is None or shown.answer.question == question:
            return
        user_id = _asker(message)
        previous = turn_before(message, journal, user_id=user_id)
        try:
            answer = await self.ask(question, user_id=user_id, chat=message.chat, previous=previous)
        except CannotAnswerError:
            return
        content = answer_message(answer)
        journal.replace(shown.id, answer)
        buttons = answer_buttons(shown.id, answer, Ratings(), in_group=message.chat.type != ChatType.PRIVATE)
        try:
            await message.get_bot().edit_message_text(
                content.text,
                chat_id=message.chat_id,
                message_id=shown.message_id,
                entities=content.entities,
                reply_markup=buttons,
            )
        except BadRequest as error:
            if not is_unchanged(error):
                raise


def _asker(message: ChatMessage) -> int:
    # Someone who writes as a group or a channel is counted as that chat.
    sender = message.from_user or message.sender_chat
    return sender.id if sender else message.chat_id


def _is_from_a_bot(message: ChatMessage) -> bool:
    # Two bots that answer each other would never stop. Who writes as a group or a channel comes as a bot as well.
    return message.sender_chat is None and (message.from_user is None or message.from_user.is_bot)
