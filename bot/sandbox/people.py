"""What people do in the sandbox: open a chat, write, correct themselves, press buttons."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.chats import Chats
from bot.sandbox.errors import refuse
from bot.sandbox.events import Answered, Clear, Press, Rewrite, Say
from bot.sandbox.formatting import formatted
from bot.sandbox.types import CallbackQuery, Chat, User
from bot.sandbox.updates import Updates

MAX_PEOPLE = 999
_NAMES = ("Alice", "Bob", "Carol", "David", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy")
_GROUP = Chat(id=-1_001_000_000_001, type="supergroup", title="Readers")
_KEPT_PRESSES = 1000


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a chat.

    :param me: The person.
    :param chat: The chat.
    """

    me: User
    chat: Chat


class People:
    """Turns what people do into messages and updates for the bot.

    :param chats: Where it is kept.
    :param updates: Where the bot fetches it.
    """

    def __init__(self, chats: Chats, updates: Updates) -> None:
        self._chats = chats
        self._updates = updates
        self._presses: dict[str, tuple[Press, Callable[[Answered], None]]] = {}

    def enter(self, user_id: int, *, in_group: bool) -> Seat:
        """Open a chat.

        :param user_id: Who does, 1 to 999; everyone who is on this machine may be anyone.
        :param in_group: The group, and not the private chat with the bot.
        :returns: The person and the chat.
        :raises bot.sandbox.errors.BotApiError: If there is no such person.
        """
        if not 1 <= user_id <= MAX_PEOPLE:
            refuse(f"people have the numbers 1 to {MAX_PEOPLE}")
        name = _NAMES[user_id - 1] if user_id <= len(_NAMES) else f"Reader {user_id}"
        chat = _GROUP if in_group else Chat(id=user_id, type="private", first_name=name)
        self._chats.open(chat)
        return Seat(User(id=user_id, is_bot=False, first_name=name), chat)

    def say(self, seat: Seat, wish: Say) -> None:
        """Send a message to a chat.

        :param seat: Who and where.
        :param wish: What.
        :raises bot.sandbox.errors.BotApiError: If it is empty or too long.
        """
        reply_to = self._chats.message(seat.chat.id, wish.reply_to) if wish.reply_to else None
        self._updates.put(message=self._chats.add(seat.chat, seat.me, formatted(wish.text), reply_to=reply_to))

    def rewrite(self, seat: Seat, wish: Rewrite) -> None:
        """Change a message of one's own.

        :param seat: Who and where.
        :param wish: The message and its new text.
        :raises bot.sandbox.errors.BotApiError: If it is somebody else's or not there, or the text is empty or too long.
        """
        message = self._chats.message(seat.chat.id, wish.message_id)
        if message is None or message.sender.id != seat.me.id:
            refuse("message can't be edited")
        content = formatted(wish.text)
        if content.text != message.text:
            self._updates.put(edited_message=self._chats.rewrite(message, content, None))

    def press(self, seat: Seat, wish: Press, answer: Callable[[Answered], None]) -> None:
        """Press a button.

        :param seat: Who and where.
        :param wish: The message and the button's data.
        :param answer: Is called when the bot has seen it.
        :raises bot.sandbox.errors.BotApiError: If the message has no such button.
        """
        message = self._chats.message(seat.chat.id, wish.message_id)
        rows = message.reply_markup.inline_keyboard if message and message.reply_markup else ()
        if message is None or wish.data not in {button.callback_data for row in rows for button in row}:
            refuse("the message has no such button")
        query_id = secrets.token_hex(8)
        self._presses[query_id] = (wish, answer)
        if len(self._presses) > _KEPT_PRESSES:
            del self._presses[next(iter(self._presses))]
        query = CallbackQuery(
            id=query_id, sender=seat.me, message=message, chat_instance=str(seat.chat.id), data=wish.data
        )
        self._updates.put(callback_query=query)

    def clear(self, seat: Seat, _wish: Clear) -> None:
        """Forget what was said in a chat.

        :param seat: Who and where.
        :param _wish: The wish to do so.
        """
        self._chats.clear(seat.chat.id)

    def answer_press(self, query_id: str, *, text: str, alert: bool) -> None:
        """Tell a person that the bot has seen the button they pressed.

        :param query_id: The press.
        :param text: What to show; empty for nothing.
        :param alert: Whether it must be confirmed.
        :raises bot.sandbox.errors.BotApiError: If there is no such press, or it was answered.
        """
        if query_id not in self._presses:
            refuse("query is too old and response timeout expired or query ID is invalid")
        wish, answer = self._presses.pop(query_id)
        answer(Answered(message_id=wish.message_id, data=wish.data, text=text, alert=alert))
