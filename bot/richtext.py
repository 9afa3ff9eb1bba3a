"""Formatted text for Telegram: plain text and message entities, which hostile text cannot break out of.

Entities are used and not HTML, so nothing has to be escaped and a quote stays as it is.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

from telegram import MessageEntity
from telegram.constants import MessageLimit

MAX_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH)
MAX_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,}")


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: text and its entities, sorted by offset, the longer first.

    :param text: At most 4096 UTF-16 units.
    :param entities: At most 100; offsets and lengths in UTF-16 units.
    """

    text: str
    entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch of the text, in code points, that an entity will cover."""

    start: int
    end: int
    kind: str
    url: str | None = None


class MessageBuilder:
    """Puts a message together piece by piece; counts in code points and converts once, at the end."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._position = 0
        self._marks: list[_Mark] = []

    def add(self, text: str, *kinds: str, url: str | None = None) -> Self:
        """Append text.

        :param text: The text, taken as it is.
        :param kinds: Entity types that cover it, such as `MessageEntity.BOLD`.
        :param url: A link to put on it.
        :returns: The builder.
        """
        start = self._position
        self._parts.append(text)
        self._position += len(text)
        if text:
            self._marks += [_Mark(start, self._position, kind) for kind in kinds]
            if url:
                self._marks.append(_Mark(start, self._position, MessageEntity.TEXT_LINK, url))
        return self

    @contextmanager
    def inside(self, kind: str) -> Iterator[None]:
        """Cover everything that is added meanwhile with one entity.

        :param kind: The entity type.
        """
        start = self._position
        yield
        if self._position > start:
            self._marks.append(_Mark(start, self._position, kind))

    @property
    def length(self) -> int:
        """The length so far in UTF-16 units."""
        return sum(map(utf16_length, self._parts))

    def build(self) -> Message:
        """Finish the message.

        :returns: The message, with every @name shielded from becoming a mention.
        """
        text = "".join(self._parts)
        marks = self._marks + _shields(text, self._marks)
        units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
        entities = [
            MessageEntity(mark.kind, units[mark.start], units[mark.end] - units[mark.start], url=mark.url)
            for mark in marks
        ]
        return Message(text, tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length))))


def utf16_length(text: str) -> int:
    """Measure a text as Telegram does.

    :param text: Any text.
    :returns: Its length in UTF-16 code units.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def entity_text(message: Message, entity: MessageEntity) -> str:
    """Cut out of a message what an entity covers.

    :param message: The message.
    :param entity: One of its entities.
    :returns: The text, as a Telegram client would mark it.
    """
    encoded = message.text.encode("utf-16-le")
    return encoded[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def _shields(text: str, marks: Sequence[_Mark]) -> list[_Mark]:
    """Put a link on every @name of the text.

    Telegram turns a bare @name into a mention and notifies that person, wherever the words came from. It leaves
    alone what already is a link, so a link to the same name keeps the words as they are and notifies nobody.
    """
    linked = [mark for mark in marks if mark.kind == MessageEntity.TEXT_LINK]
    names = [
        found
        for found in _MENTION.finditer(text)
        if not any(mark.start < found.end() and found.start() < mark.end for mark in linked)
    ]
    # A link must not cross the edge of another entity; to cover the first part of the name is enough.
    edges = sorted({edge for mark in marks for edge in (mark.start, mark.end)} | {0, len(text)})
    shields = []
    for begin, end in pairwise(edges):
        inside = [found for found in names if begin <= found.start() < end]
        spans = [(found.start(), min(found.end(), end), found[0]) for found in inside]
        if len(marks) + len(names) > MAX_ENTITIES and spans:
            spans = [(spans[0][0], spans[-1][1], spans[0][2])]
        shields += [
            _Mark(start, stop, MessageEntity.TEXT_LINK, f"https://t.me/{name[1:]}") for start, stop, name in spans
        ]
    return shields
