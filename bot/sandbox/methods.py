"""The methods of the Bot API that the sandbox has."""

from collections.abc import Awaitable, Callable, Mapping

from pydantic import JsonValue
from telegram.constants import ChatAction

from bot.sandbox import requests
from bot.sandbox.chats import Chats
from bot.sandbox.errors import refuse
from bot.sandbox.events import Menu, Typing
from bot.sandbox.formatting import FormattedText, formatted
from bot.sandbox.people import People
from bot.sandbox.requests import check_commands, check_keyboard, check_notice, parse
from bot.sandbox.types import Bot, Chat, Command, Keyboard, Message
from bot.sandbox.updates import Updates

_Given = Mapping[str, JsonValue]
_ACTIONS = frozenset(str(action) for action in ChatAction)


class Methods:
    """Does what the bot asks for.

    :param bot: The bot.
    :param chats: The chats.
    :param updates: What the bot has not fetched yet.
    :param people: Those who press buttons.
    """

    def __init__(self, bot: Bot, chats: Chats, updates: Updates, people: People) -> None:
        self._bot = bot
        self._chats = chats
        self._updates = updates
        self._people = people
        self._menus: dict[str, tuple[Command, ...]] = {}
        self._methods: dict[str, Callable[[_Given], Awaitable[JsonValue]]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "deletewebhook": self._delete_webhook,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message_text,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": self._send_chat_action,
            "setmycommands": self._set_my_commands,
            "getmycommands": self._get_my_commands,
        }

    async def call(self, name: str, given: _Given) -> JsonValue:
        """Call a method.

        :param name: Its name, in any case.
        :param given: Its parameters.
        :returns: Its result.
        :raises bot.sandbox.errors.BotApiError: If Telegram would refuse it, or the sandbox does not have it.
        """
        method = self._methods.get(name.lower())
        if method is None:
            refuse(f"the sandbox does not have the method {name}")
        return await method(given)

    def menu(self, chat_id: int) -> tuple[Command, ...]:
        """Find the commands menu of a chat.

        :param chat_id: The chat; groups have negative ids.
        :returns: Its entries.
        """
        scope = "all_private_chats" if chat_id > 0 else "all_group_chats"
        return self._menus.get(scope, self._menus.get("default", ()))

    async def _get_me(self, _given: _Given) -> JsonValue:
        return self._bot.as_json()

    async def _get_updates(self, given: _Given) -> JsonValue:
        wanted = parse(requests.GetUpdates, given)
        updates = await self._updates.get(
            offset=wanted.offset, limit=wanted.limit, timeout=wanted.timeout, allowed=wanted.allowed_updates
        )
        return [update.as_json() for update in updates]

    async def _delete_webhook(self, given: _Given) -> JsonValue:
        if parse(requests.DeleteWebhook, given).drop_pending_updates:
            self._updates.drop()
        return True

    async def _send_message(self, given: _Given) -> JsonValue:
        wanted = parse(requests.SendMessage, given)
        chat = self._chat(wanted.chat_id)
        content = formatted(wanted.text, wanted.entities)
        keyboard = check_keyboard(wanted.reply_markup)
        if wanted.message_thread_id is not None:
            refuse("message thread not found")
        reply_to = None
        if wanted.reply_parameters:
            reply_to = self._chats.message(chat.id, wanted.reply_parameters.message_id)
            if reply_to is None and not wanted.reply_parameters.allow_sending_without_reply:
                refuse("message to be replied not found")
        return self._chats.add(chat, self._bot, content, reply_to=reply_to, keyboard=keyboard).as_json()

    async def _edit_message_text(self, given: _Given) -> JsonValue:
        wanted = parse(requests.EditMessageText, given)
        message = self._own_message(wanted.chat_id, wanted.message_id)
        content = formatted(wanted.text, wanted.entities)
        keyboard = check_keyboard(wanted.reply_markup)
        return self._change(message, content, keyboard)

    async def _edit_message_reply_markup(self, given: _Given) -> JsonValue:
        wanted = parse(requests.EditMessageReplyMarkup, given)
        message = self._own_message(wanted.chat_id, wanted.message_id)
        content = FormattedText(message.text, message.entities)
        return self._change(message, content, check_keyboard(wanted.reply_markup))

    async def _answer_callback_query(self, given: _Given) -> JsonValue:
        wanted = parse(requests.AnswerCallbackQuery, given)
        text = check_notice(wanted.text)
        self._people.answer_press(wanted.callback_query_id, text=text, alert=wanted.show_alert)
        return True

    async def _send_chat_action(self, given: _Given) -> JsonValue:
        wanted = parse(requests.SendChatAction, given)
        chat = self._chat(wanted.chat_id)
        if wanted.action not in _ACTIONS:
            refuse("wrong parameter action in request")
        self._chats.tell(chat.id, Typing())
        return True

    async def _set_my_commands(self, given: _Given) -> JsonValue:
        wanted = parse(requests.SetMyCommands, given)
        self._menus[wanted.scope.type] = check_commands(wanted.commands)
        self._chats.tell_all(lambda chat_id: Menu(commands=self.menu(chat_id)))
        return True

    async def _get_my_commands(self, given: _Given) -> JsonValue:
        scope = parse(requests.GetMyCommands, given).scope
        return [command.as_json() for command in self._menus.get(scope.type, ())]

    def _change(self, message: Message, content: FormattedText, keyboard: Keyboard | None) -> JsonValue:
        if (content.text, content.entities, keyboard) == (message.text, message.entities, message.reply_markup):
            refuse(
                "message is not modified: specified new message content and reply markup are exactly the same "
                "as a current content and reply markup of the message"
            )
        return self._chats.rewrite(message, content, keyboard).as_json()

    def _chat(self, chat_id: int) -> Chat:
        chat = self._chats.chat(chat_id)
        if chat is None:
            refuse("chat not found")
        return chat

    def _own_message(self, chat_id: int, message_id: int) -> Message:
        chat = self._chat(chat_id)
        message = self._chats.message(chat.id, message_id)
        if message is None:
            refuse("message to edit not found")
        if message.sender.id != self._bot.id:
            refuse("message can't be edited")
        return message
