"""What must outlive a restart: the answers that were shown, feedback on them, and example questions (SQLite)."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from pipelines.errors import ConfigurationError
from pipelines.types import Answer

_ANSWER = TypeAdapter(Answer)
_ID_BYTES = 9
_LATEST = 5
# Each entry brings the journal from one version to the next; entries are only ever added.
_MIGRATIONS = (
    """
    CREATE TABLE shown (
        id TEXT PRIMARY KEY,
        chat_id INTEGER NOT NULL,
        user_id INTEGER NOT NULL,
        question_message_id INTEGER,
        message_id INTEGER,
        answer TEXT NOT NULL,
        at REAL NOT NULL
    ) STRICT;
    CREATE INDEX shown_by_question ON shown (chat_id, question_message_id);
    CREATE INDEX shown_by_user ON shown (user_id);
    CREATE INDEX shown_by_time ON shown (at);
    CREATE TABLE feedback (
        shown_id TEXT NOT NULL REFERENCES shown (id) ON DELETE CASCADE,
        user_id INTEGER NOT NULL,
        helpful INTEGER NOT NULL,
        PRIMARY KEY (shown_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX feedback_by_user ON feedback (user_id);
    CREATE TABLE examples (
        id TEXT PRIMARY KEY,
        corpus TEXT NOT NULL,
        question TEXT NOT NULL
    ) STRICT;
    """,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was shown.

    :param id: Its id: random, in the buttons' data.
    :param chat_id: The chat it was shown in.
    :param question_message_id: The message that asked, or None if a button did.
    :param message_id: The message that shows it, or None if it was not sent after all.
    :param answer: The answer.
    """

    id: str
    chat_id: int
    question_message_id: int | None
    message_id: int | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Ratings:
    """The feedback on one answer.

    :param helpful: How many people found it helpful.
    :param unhelpful: How many did not.
    :param own: What the person who looks said, or None if they said nothing.
    """

    helpful: int = 0
    unhelpful: int = 0
    own: bool | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """An example question.

    :param id: Its id, in the button's data.
    :param question: The question.
    """

    id: str
    question: str


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """The bot's memory of what it showed; to be used from one thread.

    :param path: The database file; it and its folder are made if need be.
    :param keep: How long shown answers and their feedback are kept.
    :param now: The clock.
    :raises pipelines.errors.ConfigurationError: If the file is damaged or a newer version wrote it.
    """

    def __init__(self, path: Path, *, keep: timedelta, now: Callable[[], datetime] = _now) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._keep = keep
        self._now = now
        self._database = sqlite3.connect(path, isolation_level=None)
        try:
            self._database.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            )
            self._migrate(path)
        except (sqlite3.DatabaseError, ConfigurationError) as error:
            self.close()
            if isinstance(error, ConfigurationError):
                raise
            msg = f"The bot's journal {path} cannot be used ({error}). Move it away; a new one is made."
            raise ConfigurationError(msg) from error
        self.purge()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def remember(self, answer: Answer, *, chat_id: int, user_id: int, question_message_id: int | None) -> str:
        """Keep an answer that is about to be shown.

        :param answer: The answer.
        :param chat_id: The chat.
        :param user_id: Who asked.
        :param question_message_id: The message that asked, or None if a button did.
        :returns: The id for its buttons.
        """
        shown_id = secrets.token_urlsafe(_ID_BYTES)
        self._database.execute(
            "INSERT INTO shown (id, chat_id, user_id, question_message_id, answer, at) VALUES (?, ?, ?, ?, ?, ?)",
            (
                shown_id,
                chat_id,
                user_id,
                question_message_id,
                _ANSWER.dump_json(answer).decode(),
                self._now().timestamp(),
            ),
        )
        return shown_id

    def place(self, shown_id: str, message_id: int) -> None:
        """Note which message shows an answer.

        :param shown_id: The answer's id.
        :param message_id: The message.
        """
        self._database.execute("UPDATE shown SET message_id = ? WHERE id = ?", (message_id, shown_id))

    def replace(self, shown_id: str, answer: Answer) -> None:
        """Put another answer in the place of a shown one; feedback on the old one goes.

        :param shown_id: The id, which stays.
        :param answer: The new answer.
        """
        with self._transaction():
            self._database.execute(
                "UPDATE shown SET answer = ? WHERE id = ?", (_ANSWER.dump_json(answer).decode(), shown_id)
            )
            self._database.execute("DELETE FROM feedback WHERE shown_id = ?", (shown_id,))

    def shown(self, shown_id: str, *, chat_id: int) -> Shown | None:
        """Find a shown answer.

        :param shown_id: Its id, as a button gave it.
        :param chat_id: The chat the button was pressed in.
        :returns: The answer, or None if it is not kept any more or belongs to another chat.
        """
        return self._one("id = ? AND chat_id = ?", (shown_id, chat_id))

    def shown_for(self, question_message_id: int, *, chat_id: int) -> Shown | None:
        """Find the answer to a message.

        :param question_message_id: The message that asked.
        :param chat_id: Its chat.
        :returns: The answer, or None if that message was not answered.
        """
        return self._one("question_message_id = ? AND chat_id = ?", (question_message_id, chat_id))

    def shown_in(self, message_id: int, *, chat_id: int) -> Shown | None:
        """Find the answer that a message shows.

        :param message_id: The message of ours.
        :param chat_id: Its chat.
        :returns: The answer, or None if that message shows none.
        """
        return self._one("message_id = ? AND chat_id = ?", (message_id, chat_id))

    def lately_shown(self, *, chat_id: int, user_id: int, within: timedelta, before: int | None = None) -> list[Answer]:
        """List what was shown last to one person in one chat.

        :param chat_id: The chat.
        :param user_id: Who asked.
        :param within: How long ago at most.
        :param before: Leave out what a message with this id or a later one asked.
        :returns: The latest few answers, newest first.
        """
        rows = self._database.execute(
            "SELECT answer FROM shown WHERE chat_id = ? AND user_id = ? AND at >= ? "
            "AND (? IS NULL OR question_message_id IS NULL OR question_message_id < ?) "
            "ORDER BY at DESC, rowid DESC LIMIT ?",
            (chat_id, user_id, (self._now() - within).timestamp(), before, before, _LATEST),
        )
        return [_ANSWER.validate_json(answer) for (answer,) in rows]

    def rate(self, shown_id: str, *, user_id: int, helpful: bool) -> Ratings:
        """Keep what one person thinks of an answer; a later opinion replaces an earlier one.

        :param shown_id: The answer's id.
        :param user_id: Who.
        :param helpful: What they think.
        :returns: Everyone's ratings of it.
        """
        self._database.execute(
            "INSERT INTO feedback (shown_id, user_id, helpful) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET helpful = excluded.helpful",
            (shown_id, user_id, int(helpful)),
        )
        return self.ratings(shown_id, user_id=user_id)

    def ratings(self, shown_id: str, *, user_id: int) -> Ratings:
        """Count the feedback on an answer.

        :param shown_id: The answer's id.
        :param user_id: Who looks.
        :returns: The counts, and that person's own opinion.
        """
        opinions = dict(
            self._database.execute("SELECT user_id, helpful FROM feedback WHERE shown_id = ?", (shown_id,)).fetchall()
        )
        helpful = sum(opinions.values())
        own = opinions.get(user_id)
        return Ratings(helpful, len(opinions) - helpful, None if own is None else bool(own))

    def forget(self, user_id: int) -> int:
        """Delete everything that is kept of a person.

        :param user_id: The person.
        :returns: How many answers were deleted.
        """
        with self._transaction():
            self._database.execute("DELETE FROM feedback WHERE user_id = ?", (user_id,))
            deleted = self._database.execute("DELETE FROM shown WHERE user_id = ?", (user_id,)).rowcount
        # What was deleted must not linger in the write-ahead log.
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return deleted

    def purge(self) -> None:
        """Delete answers that are older than they are kept for, with their feedback."""
        self._database.execute("DELETE FROM shown WHERE at < ?", ((self._now() - self._keep).timestamp(),))

    def move_chat(self, old_chat_id: int, new_chat_id: int) -> None:
        """Follow a group that Telegram gave a new id.

        :param old_chat_id: The id it had.
        :param new_chat_id: The id it has now.
        """
        self._database.execute("UPDATE shown SET chat_id = ? WHERE chat_id = ?", (new_chat_id, old_chat_id))

    def examples(self, corpus: str) -> list[Example]:
        """Read the example questions for a state of the index.

        :param corpus: What identifies that state.
        :returns: The examples; none if none are kept for it.
        """
        rows = self._database.execute("SELECT id, question FROM examples WHERE corpus = ? ORDER BY rowid", (corpus,))
        return [Example(example_id, question) for example_id, question in rows]

    def save_examples(self, corpus: str, questions: Sequence[str]) -> list[Example]:
        """Keep the example questions for a state of the index, in place of those before.

        :param corpus: What identifies that state.
        :param questions: The questions.
        :returns: The examples.
        """
        saved = [Example(secrets.token_urlsafe(_ID_BYTES), question) for question in questions]
        with self._transaction():
            self._database.execute("DELETE FROM examples")
            self._database.executemany(
                "INSERT INTO examples (id, corpus, question) VALUES (?, ?, ?)",
                [(example.id, corpus, example.question) for example in saved],
            )
        return saved

    def example(self, example_id: str) -> str | None:
        """Find an example question.

        :param example_id: Its id, as a button gave it.
        :returns: The question, or None if it is not offered any more.
        """
        row = self._database.execute("SELECT question FROM examples WHERE id = ?", (example_id,)).fetchone()
        return row[0] if row else None

    def _one(self, where: str, values: tuple[str | int, ...]) -> Shown | None:
        row = self._database.execute(
            f"SELECT id, chat_id, question_message_id, message_id, answer FROM shown WHERE {where}",  # noqa: S608  `where` is ours
            values,
        ).fetchone()
        return Shown(row[0], row[1], row[2], row[3], _ANSWER.validate_json(row[4])) if row else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _migrate(self, path: Path) -> None:
        [(version,)] = self._database.execute("PRAGMA user_version")
        if version > len(_MIGRATIONS):
            msg = f"A newer version of Verbatim wrote {path}. Use that version, or move the file away."
            raise ConfigurationError(msg)
        for number, statements in enumerate(_MIGRATIONS[version:], start=version + 1):
            self._database.executescript(f"BEGIN; {statements} PRAGMA user_version = {number}; COMMIT;")
