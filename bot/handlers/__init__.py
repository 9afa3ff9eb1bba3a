"""The handlers, one file a conversation."""

from typing import Any

from telegram.ext import Application, ContextTypes, ExtBot, JobQueue

# The dictionaries are PTB's places for data of users, chats and the bot; this bot keeps its own in the journal.
BotApplication = Application[
    ExtBot[int],
    ContextTypes.DEFAULT_TYPE,
    dict[Any, Any],
    dict[Any, Any],
    dict[Any, Any],
    JobQueue[ContextTypes.DEFAULT_TYPE],
]
