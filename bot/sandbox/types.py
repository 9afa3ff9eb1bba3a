"""What the sandbox keeps and sends, in the words of the Bot API: people, chats, messages, updates."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Record(BaseModel):
    """Base of all of them: never changed, only replaced; what is unknown is left out, as Telegram does."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def as_json(self) -> dict[str, JsonValue]:
        """Write it as the Bot API would.

        :returns: A JSON object without empty fields.
        """
        written: dict[str, JsonValue] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return written


class User(Record):
    """A person or the bot."""

    id: int
    is_bot: bool
    first_name: str
    username: str | None = None


class Bot(User):
    """The bot as it sees itself."""

    can_join_groups: bool = True
    can_read_all_group_messages: bool = True
    supports_inline_queries: bool = False


class Chat(Record):
    """A private chat, whose id is the person's, or a group."""

    id: int
    type: str
    first_name: str | None = None
    title: str | None = None


class Entity(Record):
    """A marked stretch of a text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


class Button(Record):
    """A button under a message: it either sends its data to the bot or opens an address."""

    text: str
    callback_data: str | None = None
    url: str | None = None


class Keyboard(Record):
    """The buttons under a message, row by row."""

    inline_keyboard: tuple[tuple[Button, ...], ...]


class Message(Record):
    """A message; its id is unique in the whole sandbox. Dates are in Unix seconds."""

    message_id: int
    date: int
    chat: Chat
    sender: Annotated[User, Field(serialization_alias="from")]
    text: str
    entities: tuple[Entity, ...] = ()
    reply_to_message: "Message | None" = None
    reply_markup: Keyboard | None = None
    edit_date: int | None = None


class CallbackQuery(Record):
    """A pressed button."""

    id: str
    sender: Annotated[User, Field(serialization_alias="from")]
    message: Message
    chat_instance: str
    data: str


class Update(Record):
    """Something that happened, for the bot: exactly one of its fields is filled."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None

    @property
    def kind(self) -> str:
        """The name of the field that is filled."""
        return "message" if self.message else "edited_message" if self.edited_message else "callback_query"


class Command(Record):
    """An entry of the commands menu."""

    command: str
    description: str
