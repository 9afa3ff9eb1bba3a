"""Which messages are questions to the bot, and what they ask. Pure functions."""

from telegram import Bot, Message, MessageEntity
from telegram.constants import ChatType

_COMMAND = "/ask"


def question_in(message: Message, bot: Bot) -> str | None:
    """Find the question that a message asks the bot.

    In a private chat that is any text; in a group only `/ask`, a mention of the bot or a reply to it. `/ask` or a
    mention without more, as a reply to someone's message, asks what that message says.

    :param message: The message.
    :param bot: The bot, which knows its own name and id.
    :returns: The question, "" if the bot is addressed without one, None if the message is not for it.
    """
    text = message.text or ""
    command, rest = [*text.split(maxsplit=1), "", ""][:2]
    if command.casefold() in {_COMMAND, f"{_COMMAND}@{bot.username}".casefold()}:
        return rest.strip() or _replied_text(message)
    if text.startswith("/"):
        return None
    mention = _mention_of(message, bot)
    if mention is not None:
        encoded = text.encode("utf-16-le")
        before, after = encoded[: 2 * mention.offset], encoded[2 * (mention.offset + mention.length) :]
        return (before + after).decode("utf-16-le").strip(" \n,:") or _replied_text(message)
    if message.chat.type == ChatType.PRIVATE or _replies_to(message, bot):
        return text.strip()
    return None


def _mention_of(message: Message, bot: Bot) -> MessageEntity | None:
    for entity, text in message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION]).items():
        if entity.user is not None and entity.user.id == bot.id:
            return entity
        if text.casefold() == f"@{bot.username}".casefold():
            return entity
    return None


def _replies_to(message: Message, bot: Bot) -> bool:
    replied = message.reply_to_message
    # In a forum every message of a topic "replies" to the one that opened it, which may be the bot's.
    return bool(
        replied and replied.forum_topic_created is None and replied.from_user and replied.from_user.id == bot.id
    )


def _replied_text(message: Message) -> str:
    replied = message.reply_to_message
    return (replied.text or replied.caption or "").strip() if replied else ""
