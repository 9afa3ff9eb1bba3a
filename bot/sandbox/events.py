"""What the sandbox tells the chat page, and what the page asks of it."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.sandbox.types import Bot, Chat, Command, Message, Record, User


class Opened(Record):
    """The first thing a page is told: who it is, and everything that is in the chat."""

    kind: Literal["opened"] = "opened"
    me: User
    bot: Bot
    chat: Chat
    messages: tuple[Message, ...]
    commands: tuple[Command, ...]


class Said(Record):
    """A new message."""

    kind: Literal["said"] = "said"
    message: Message


class Changed(Record):
    """A message has another text or other buttons."""

    kind: Literal["changed"] = "changed"
    message: Message


class Cleared(Record):
    """The chat is empty now."""

    kind: Literal["cleared"] = "cleared"


class Typing(Record):
    """The bot is busy; this holds for five seconds."""

    kind: Literal["typing"] = "typing"


class Menu(Record):
    """The commands menu has changed."""

    kind: Literal["menu"] = "menu"
    commands: tuple[Command, ...]


class Answered(Record):
    """The bot has seen the press of a button."""

    kind: Literal["answered"] = "answered"
    message_id: int
    data: str
    text: str
    alert: bool


class Refused(Record):
    """What the page asked for is not possible."""

    kind: Literal["refused"] = "refused"
    reason: str


Event = Opened | Said | Changed | Cleared | Typing | Menu | Answered | Refused


class Say(Record):
    """Send a message."""

    kind: Literal["say"]
    text: str
    reply_to: int | None = None


class Rewrite(Record):
    """Change one's own message."""

    kind: Literal["rewrite"]
    message_id: int
    text: str


class Press(Record):
    """Press a button."""

    kind: Literal["press"]
    message_id: int
    data: str


class Clear(Record):
    """Forget what was said in this chat."""

    kind: Literal["clear"]


WISH: TypeAdapter[Say | Rewrite | Press | Clear] = TypeAdapter(
    Annotated[Say | Rewrite | Press | Clear, Field(discriminator="kind")]
)
