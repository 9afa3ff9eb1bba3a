"""What the methods of the sandbox take: parameters as a form, JSON or multipart, checked as Telegram checks them."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError
from telegram.constants import BotCommandLimit, CallbackQueryLimit, InlineKeyboardButtonLimit
from tornado.httputil import HTTPServerRequest

from bot.sandbox.errors import refuse
from bot.sandbox.formatting import units
from bot.sandbox.types import Button, Command, Entity, Keyboard

_MAX_DATA_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
_MAX_NOTICE_UNITS = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
_MAX_COMMANDS = int(BotCommandLimit.MAX_COMMAND_NUMBER)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MAX_DESCRIPTION = int(BotCommandLimit.MAX_DESCRIPTION)
_BUTTON_URL = re.compile(r"(?:https?|tg)://[^\s/]\S*", re.IGNORECASE)


def _unpacked(value: object) -> object:
    """Read a value that a form carries as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        # What is no JSON stays a string, which no field takes.
        return value


class Parameters(BaseModel):
    """Base of the parameters of a method; Telegram ignores those it does not know, and so does this."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ReplyParameters(Parameters):
    """Which message is replied to."""

    message_id: int
    allow_sending_without_reply: bool = False


class CommandScope(Parameters):
    """Where a commands menu is shown."""

    type: str = "default"


Entities = Annotated[tuple[Entity, ...], BeforeValidator(_unpacked)]
Markup = Annotated[Keyboard | None, BeforeValidator(_unpacked)]


class GetUpdates(Parameters):
    """Wait for updates."""

    offset: int = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    timeout: Annotated[float, Field(ge=0, le=50)] = 0
    allowed_updates: Annotated[tuple[str, ...] | None, BeforeValidator(_unpacked)] = None


class DeleteWebhook(Parameters):
    """Go back to fetching updates."""

    drop_pending_updates: bool = False


class SendMessage(Parameters):
    """Send a text."""

    chat_id: int
    text: str = ""
    entities: Entities = ()
    reply_parameters: Annotated[ReplyParameters | None, BeforeValidator(_unpacked)] = None
    reply_markup: Markup = None
    message_thread_id: int | None = None
    parse_mode: str | None = None


class EditMessageText(Parameters):
    """Put another text in the place of a message's."""

    chat_id: int
    message_id: int
    text: str = ""
    entities: Entities = ()
    reply_markup: Markup = None
    parse_mode: str | None = None


class EditMessageReplyMarkup(Parameters):
    """Put other buttons under a message."""

    chat_id: int
    message_id: int
    reply_markup: Markup = None


class AnswerCallbackQuery(Parameters):
    """Confirm that a press was seen."""

    callback_query_id: str
    text: str = ""
    show_alert: bool = False


class SendChatAction(Parameters):
    """Show that the bot does something."""

    chat_id: int
    action: str


class SetMyCommands(Parameters):
    """Set a commands menu."""

    commands: Annotated[tuple[Command, ...], BeforeValidator(_unpacked)]
    scope: Annotated[CommandScope, BeforeValidator(_unpacked)] = CommandScope()


class GetMyCommands(Parameters):
    """Read a commands menu."""

    scope: Annotated[CommandScope, BeforeValidator(_unpacked)] = CommandScope()


Given = TypeVar("Given", bound=Parameters)


def read_parameters(request: HTTPServerRequest) -> dict[str, JsonValue]:
    """Collect a request's parameters from wherever they are.

    :param request: The request; its body has been parsed if it was a form.
    :returns: The parameters by name.
    :raises bot.sandbox.errors.BotApiError: If the body is broken.
    """
    given: dict[str, JsonValue] = {}
    try:
        for name, values in request.arguments.items():
            given[name] = values[-1].decode()
        if request.headers.get("Content-Type", "").startswith("application/json"):
            body = json.loads(request.body)
            if not isinstance(body, dict):
                refuse("can't parse JSON object")
            given |= body
    except UnicodeDecodeError:
        refuse("strings must be encoded in UTF-8")
    except ValueError:
        refuse("can't parse JSON object")
    if request.files:
        refuse("the sandbox takes no files")
    return given


def parse(kind: type[Given], given: Mapping[str, JsonValue]) -> Given:
    """Check the parameters of a method.

    :param kind: The parameters that the method takes.
    :param given: The parameters that were given.
    :returns: The parameters.
    :raises bot.sandbox.errors.BotApiError: If one is missing or wrong.
    """
    if given.get("parse_mode"):
        refuse("the sandbox takes entities, not parse_mode")
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        name, *path = [str(part) for part in problem["loc"]]
        if problem["type"] == "missing" and not path:
            refuse(f"{name} is empty")
        where = f" at {'.'.join(path)}" if path else ""
        refuse(f"can't parse {name}{where}: {problem['msg']}")


def check_keyboard(keyboard: Keyboard | None) -> Keyboard | None:
    """Check the buttons under a message.

    :param keyboard: The buttons.
    :returns: The buttons, or None if there are none.
    :raises bot.sandbox.errors.BotApiError: If Telegram would refuse one.
    """
    rows = tuple(row for row in keyboard.inline_keyboard if row) if keyboard else ()
    for row in rows:
        for button in row:
            _check_button(button)
    return Keyboard(inline_keyboard=rows) if rows else None


def _check_button(button: Button) -> None:
    if not button.text.strip():
        refuse("can't parse inline keyboard button: button text must be non-empty")
    if button.url is not None:
        if not _BUTTON_URL.fullmatch(button.url):
            refuse(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
    elif button.callback_data is None:
        refuse(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            " (the sandbox has buttons with callback_data or url)"
        )
    elif not 1 <= len(button.callback_data.encode()) <= _MAX_DATA_BYTES:
        refuse("BUTTON_DATA_INVALID")


def check_notice(text: str) -> str:
    """Check what is shown to the one who pressed a button.

    :param text: The text; empty to show nothing.
    :returns: The text.
    :raises bot.sandbox.errors.BotApiError: If it is too long.
    """
    if units(text) > _MAX_NOTICE_UNITS:
        refuse("MESSAGE_TOO_LONG")
    return text


def check_commands(commands: tuple[Command, ...]) -> tuple[Command, ...]:
    """Check a commands menu.

    :param commands: Its entries.
    :returns: The entries.
    :raises bot.sandbox.errors.BotApiError: If Telegram would refuse one.
    """
    if len(commands) > _MAX_COMMANDS:
        refuse("BOT_COMMANDS_TOO_MUCH")
    for entry in commands:
        if not _COMMAND.fullmatch(entry.command):
            refuse("BOT_COMMAND_INVALID")
        if not 1 <= units(entry.description) <= _MAX_DESCRIPTION:
            refuse("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
