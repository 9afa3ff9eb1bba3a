"""How the handlers reach a chat: typing, replies and edits, and which failures do not matter."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Chat, InlineKeyboardMarkup
from telegram import Message as ChatMessage
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, TelegramError

from bot.richtext import Message

logger = logging.getLogger(__name__)

# Telegram shows the action for five seconds.
_TYPING_EVERY = 4.5
_TYPING_PATIENCE = 1.0


@asynccontextmanager
async def typing(chat: Chat, thread_id: int | None = None) -> AsyncIterator[None]:
    """Show "typing" while the body runs; in private chats only, as groups have few messages a minute to spend.

    :param chat: The chat.
    :param thread_id: The topic in it, if any.
    """
    if chat.type != ChatType.PRIVATE:
        yield
        return
    first_sent = asyncio.Event()
    task = asyncio.create_task(_keep_typing(chat, thread_id, first_sent))
    try:
        yield
        # Sent after the answer, it would show "typing" under a finished answer.
        try:
            await asyncio.wait_for(first_sent.wait(), _TYPING_PATIENCE)
        except TimeoutError:
            logger.info("The typing action takes long to send.")
    finally:
        task.cancel()


async def _keep_typing(chat: Chat, thread_id: int | None, first_sent: asyncio.Event) -> None:
    try:
        while True:
            await chat.send_action(ChatAction.TYPING, message_thread_id=thread_id)
            first_sent.set()
            await asyncio.sleep(_TYPING_EVERY)
    except TelegramError as error:
        logger.info("The typing action could not be sent: %s", error)
    finally:
        first_sent.set()


async def reply(
    message: ChatMessage, content: Message | str, buttons: InlineKeyboardMarkup | None = None
) -> ChatMessage:
    """Reply to a message, in its topic.

    :param message: The message.
    :param content: What to say.
    :param buttons: Buttons under it.
    :returns: The reply as it was sent.
    """
    shown = content if isinstance(content, Message) else Message(content)
    return await message.reply_text(shown.text, entities=shown.entities, reply_markup=buttons, do_quote=True)


def is_unchanged(error: BadRequest) -> bool:
    """Recognise Telegram's complaint that an edit changes nothing, as when a button is pressed twice.

    :param error: What Telegram said.
    :returns: Whether there is nothing to do about it.
    """
    return "not modified" in str(error).casefold()
