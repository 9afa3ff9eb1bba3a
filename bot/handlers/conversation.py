"""What a question may lean on: the answer it replies to, or the last one its asker got in that chat."""

from datetime import timedelta

from telegram import Message

from bot.journal import Journal
from pipelines.components.follow_up import turn_of
from pipelines.types import Turn

FOLLOW_UP_WITHIN = timedelta(minutes=30)
"""How long a conversation lasts: an answer given longer ago counts only for a reply to it."""


def turn_before(message: Message, journal: Journal, *, user_id: int) -> Turn | None:
    """Find the turn that a message may lean on.

    :param message: The message that asks.
    :param journal: What was shown.
    :param user_id: Who asks.
    :returns: The turn, or None if there is none, or if the last question found nothing.
    """
    replied = message.reply_to_message
    if replied is not None:
        shown = journal.shown_in(replied.message_id, chat_id=message.chat_id) or journal.shown_for(
            replied.message_id, chat_id=message.chat_id
        )
        if shown is not None:
            return turn_of(shown.answer)
    for answer in journal.lately_shown(
        chat_id=message.chat_id, user_id=user_id, within=FOLLOW_UP_WITHIN, before=message.message_id
    ):
        turn = turn_of(answer)
        # A follow-up that found nothing leaves the conversation where it was.
        if turn is not None or answer.follows is None:
            return turn
    return None
