"""The chats and what was said in them; kept in a file, so that they outlive a restart (SQLite)."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.sandbox.events import Changed, Cleared, Event, Said
from bot.sandbox.formatting import FormattedText
from bot.sandbox.types import Chat, Keyboard, Message, User
from pipelines.errors import ConfigurationError

_KEPT = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS chats (id INTEGER PRIMARY KEY, chat TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chats (id),
    message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_chat ON messages (chat_id, id);
"""

Listener = Callable[[Event], None]


class Chats:
    """Keeps chats, and tells those who look at one what changes in it; to be used from one thread.

    :param record: The file they are kept in, or None to forget them at the end.
    :param now: The clock, in Unix seconds.
    :raises pipelines.errors.ConfigurationError: If the file is damaged.
    """

    def __init__(self, record: Path | None = None, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._listeners: dict[int, list[Listener]] = {}
        self._database = sqlite3.connect(record or ":memory:", isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA secure_delete = ON")
            self._database.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._database.close()
            msg = f"{record} cannot be read ({error}). It holds the sandbox's chats; move it away to start afresh."
            raise ConfigurationError(msg) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def open(self, chat: Chat) -> None:
        """Make a chat known, as somebody has opened it.

        :param chat: The chat.
        """
        self._database.execute(
            "INSERT INTO chats (id, chat) VALUES (?, ?) ON CONFLICT DO UPDATE SET chat = excluded.chat",
            (chat.id, chat.model_dump_json()),
        )

    def chat(self, chat_id: int) -> Chat | None:
        """Find a chat.

        :param chat_id: Its id.
        :returns: The chat, or None if nobody has opened it yet.
        """
        row = self._database.execute("SELECT chat FROM chats WHERE id = ?", (chat_id,)).fetchone()
        return Chat.model_validate_json(row[0]) if row else None

    def messages(self, chat_id: int) -> list[Message]:
        """Read a chat.

        :param chat_id: Its id.
        :returns: Its messages, oldest first.
        """
        rows = self._database.execute("SELECT message FROM messages WHERE chat_id = ? ORDER BY id", (chat_id,))
        return [_message(row[0]) for row in rows]

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """Find a message.

        :param chat_id: The chat.
        :param message_id: The message's id.
        :returns: The message, or None if it is not in this chat.
        """
        row = self._database.execute(
            "SELECT message FROM messages WHERE chat_id = ? AND id = ?", (chat_id, message_id)
        ).fetchone()
        return _message(row[0]) if row else None

    def add(
        self,
        chat: Chat,
        sender: User,
        content: FormattedText,
        *,
        reply_to: Message | None = None,
        keyboard: Keyboard | None = None,
    ) -> Message:
        """Append a message to a chat; the oldest ones are forgotten when there are too many.

        :param chat: The chat.
        :param sender: Who says it.
        :param content: What.
        :param reply_to: The message that it replies to.
        :param keyboard: Buttons under it.
        :returns: The message.
        """
        # The number is taken first, as the message holds it. A number is never used twice, even if messages are gone.
        cursor = self._database.execute("INSERT INTO messages (chat_id, message) VALUES (?, '')", (chat.id,))
        message = Message(
            message_id=cursor.lastrowid or 0,
            date=int(self._now()),
            chat=chat,
            sender=sender,
            text=content.text,
            entities=content.entities,
            reply_to_message=reply_to and reply_to.model_copy(update={"reply_to_message": None}),
            reply_markup=keyboard,
        )
        self._save(message)
        self._database.execute(
            "DELETE FROM messages WHERE chat_id = ? AND id <= "
            "(SELECT id FROM messages WHERE chat_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            (chat.id, chat.id, _KEPT),
        )
        self.tell(chat.id, Said(message=message))
        return message

    def rewrite(self, message: Message, content: FormattedText, keyboard: Keyboard | None) -> Message:
        """Put another text and other buttons in the place of a message's.

        :param message: The message.
        :param content: The new text.
        :param keyboard: The new buttons.
        :returns: The message as it is now.
        """
        changed = message.model_copy(
            update={
                "text": content.text,
                "entities": content.entities,
                "reply_markup": keyboard,
                "edit_date": int(self._now()),
            }
        )
        self._save(changed)
        self.tell(changed.chat.id, Changed(message=changed))
        return changed

    def clear(self, chat_id: int) -> None:
        """Forget everything that was said in a chat.

        :param chat_id: The chat.
        """
        self._database.execute("DELETE FROM messages WHERE chat_id = ?", (chat_id,))
        # What was deleted must not linger in the write-ahead log.
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.tell(chat_id, Cleared())

    @contextmanager
    def watched(self, chat_id: int, listener: Listener) -> Iterator[None]:
        """Be told what happens in a chat, while the body runs.

        :param chat_id: The chat.
        :param listener: Is called with each event.
        """
        listeners = self._listeners.setdefault(chat_id, [])
        listeners.append(listener)
        try:
            yield
        finally:
            listeners.remove(listener)

    def tell(self, chat_id: int, event: Event) -> None:
        """Tell those who look at a chat that something happened in it.

        :param chat_id: The chat.
        :param event: What happened.
        """
        for listener in tuple(self._listeners.get(chat_id, ())):
            listener(event)

    def tell_all(self, event: Callable[[int], Event]) -> None:
        """Tell everyone who looks at any chat that something happened.

        :param event: Says what that is for a chat, given its id.
        """
        for chat_id in self._listeners:
            self.tell(chat_id, event(chat_id))

    def _save(self, message: Message) -> None:
        self._database.execute(
            "UPDATE messages SET message = ? WHERE id = ?", (message.model_dump_json(), message.message_id)
        )


def _message(written: str) -> Message:
    return Message.model_validate_json(written)
