"""The gate: who may use the bot. Every update passes it before any handler."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, ContextTypes, TypeHandler

from bot.handlers import BotApplication

logger = logging.getLogger(__name__)

GATE_GROUP = -1
_SILENCE_SECONDS = 3600.0
_MAX_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """Who may use the bot.

    :param public: Whether everyone may.
    :param users: Ids of the people who may, wherever they write.
    :param chats: Ids of the groups whose members may, in that group.
    """

    public: bool
    users: frozenset[int] = frozenset()
    chats: frozenset[int] = frozenset()

    def allows(self, *, user_id: int | None, chat_id: int | None) -> bool:
        """Decide about one update.

        :param user_id: Who caused it, or None if it was nobody in particular.
        :param chat_id: Where, or None if it was in no chat.
        :returns: Whether it may pass.
        """
        return self.public or user_id in self.users or chat_id in self.chats


class Gate:
    """Stops every update of those who are not allowed, and tells them once which id the operator needs.

    :param policy: Who is allowed.
    :param now: A clock in seconds that never goes back.
    """

    def __init__(self, policy: AccessPolicy, *, now: Callable[[], float] = time.monotonic) -> None:
        self._policy = policy
        self._now = now
        self._told: OrderedDict[tuple[int, int], float] = OrderedDict()

    def register(self, application: BotApplication) -> None:
        """Put the gate before all handlers.

        :param application: The bot.
        """
        application.add_handler(TypeHandler(Update, self.check), group=GATE_GROUP)

    def follow_group(self, old_chat_id: int, new_chat_id: int) -> None:
        """Keep a group open that Telegram gave a new id.

        :param old_chat_id: The id it had.
        :param new_chat_id: The id it has now.
        """
        policy = self._policy
        if old_chat_id in policy.chats:
            self._policy = AccessPolicy(policy.public, policy.users, policy.chats | {new_chat_id})
            logger.warning(
                "Group %d has the new id %d: put it into VERBATIM_TELEGRAM__ALLOWED_CHATS.", old_chat_id, new_chat_id
            )

    async def check(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let an update pass or stop it.

        :param update: The update.
        :param context: PTB's context.
        :raises telegram.ext.ApplicationHandlerStop: If it must not pass.
        """
        user, chat = update.effective_user, update.effective_chat
        user_id, chat_id = user.id if user else None, chat.id if chat else None
        if self._policy.allows(user_id=user_id, chat_id=chat_id):
            return
        try:
            await self._refuse(update, context)
        except TelegramError as error:
            logger.info("A refusal could not be delivered: %s", error)
        raise ApplicationHandlerStop

    async def _refuse(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query:
            await update.callback_query.answer("This bot is not open to you yet.", show_alert=True)
        elif update.inline_query:
            await update.inline_query.answer([], is_personal=True, cache_time=0)
        elif update.message and update.message.from_user:
            private = update.message.chat.type == ChatType.PRIVATE
            if (private or _asks_directly(update.message, context.bot.username)) and self._may_tell(update.message):
                await update.message.reply_text(_refusal(update.message))

    def _may_tell(self, message: Message) -> bool:
        key = (message.chat_id, message.from_user.id if message.from_user else 0)
        last = self._told.get(key)
        if last is not None and self._now() - last < _SILENCE_SECONDS:
            return False
        self._told[key] = self._now()
        self._told.move_to_end(key)
        if len(self._told) > _MAX_REMEMBERED:
            self._told.popitem(last=False)
        return True


def _asks_directly(message: Message, username: str) -> bool:
    command = (message.text or "").split(maxsplit=1)[:1]
    return [word.casefold() for word in command] in (["/ask"], [f"/ask@{username}".casefold()])


def _refusal(message: Message) -> str:
    if message.chat.type == ChatType.PRIVATE:
        return (
            "This bot answers only people its operator has let in.\n"
            f"To be let in, give the operator your id: {message.chat_id}"
        )
    return (
        "This bot answers only in groups its operator has let in.\n"
        f"To have this group let in, give the operator its id: {message.chat_id}"
    )
