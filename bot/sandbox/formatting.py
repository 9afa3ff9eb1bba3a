"""The rules of formatted text: what Telegram refuses, trims and finds by itself. Pure functions.

Telegram mends some mistakes silently: it splits entities that cross, and drops those it has no room for. Here they are
errors, so that a mistake in the bot shows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from telegram.constants import MessageEntityType, MessageLimit

from bot.sandbox.errors import refuse
from bot.sandbox.types import Entity

MAX_TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
MAX_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)

_TYPES = frozenset(str(kind) for kind in MessageEntityType)
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_CODE = frozenset({"code", "pre"})
_LINKS = frozenset({"text_link", "text_mention", "mention", "url", "bot_command"})
_WEB_LINK = re.compile(r"(?:https?|tg)://[^\s/]", re.IGNORECASE)
# The high byte of U+DC00 to U+DFFF, which are the second halves of characters outside the basic plane.
_SECOND_HALVES = frozenset({b"\xdc", b"\xdd", b"\xde", b"\xdf"})
# Whatever a client makes tappable without being told: commands, @names and web addresses.
_FOUND_BY_ITSELF = (
    ("url", re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]\u2019']", re.IGNORECASE)),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w@/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
)


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text as Telegram keeps it.

    :param text: The text without white space at its ends.
    :param entities: Its entities, sorted by offset, the longer first.
    """

    text: str
    entities: tuple[Entity, ...]


def formatted(text: str, entities: Sequence[Entity] = ()) -> FormattedText:
    """Check a text that somebody sends, and bring it into the form in which it is kept.

    :param text: The text.
    :param entities: The entities that were given with it.
    :returns: The text and all its entities, with those that Telegram adds by itself.
    :raises bot.sandbox.errors.BotApiError: If Telegram would refuse it, or mend it silently.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        refuse("strings must be encoded in UTF-8")
    _check_entities(text, entities)
    kept = text.strip()
    if not kept:
        refuse("message text is empty")
    if units(kept) > MAX_TEXT:
        refuse("message is too long")
    moved = list(_moved(entities, by=units(text) - units(text.lstrip()), end=units(kept)))
    marked = moved + [
        found
        for found in _found(kept)
        if not any(_touch(found, entity) for entity in moved if entity.type in _LINKS | _CODE)
    ]
    return FormattedText(kept, tuple(sorted(marked, key=lambda entity: (entity.offset, -entity.length))))


def units(text: str) -> int:
    """Measure a text as Telegram does.

    :param text: Any text.
    :returns: Its length in UTF-16 units.
    """
    return len(text.encode("utf-16-le")) // 2


def _check_entities(text: str, entities: Sequence[Entity]) -> None:
    if len(entities) > MAX_ENTITIES:
        refuse(f"ENTITIES_TOO_LONG: {len(entities)} entities, and {MAX_ENTITIES} are allowed")
    encoded = text.encode("utf-16-le")
    for entity in entities:
        _check_entity(encoded, entity)
    ordered = sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    for number, outer in enumerate(ordered):
        for inner in ordered[number + 1 :]:
            if _touch(outer, inner):
                _check_nesting(outer, inner)


def _check_entity(encoded: bytes, entity: Entity) -> None:
    offset, end = entity.offset, entity.offset + entity.length
    if entity.type not in _TYPES:
        refuse(f"can't parse entities: unsupported type {entity.type!r} specified")
    if offset < 0 or entity.length < 1:
        refuse(f"can't parse entities: an entity has offset {offset} and length {entity.length}")
    if end > len(encoded) // 2:
        refuse(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}")
    if _splits_a_pair(encoded, offset):
        refuse(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if _splits_a_pair(encoded, end):
        refuse(f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at UTF-16 offset {end}")
    if entity.type == "text_link" and not _WEB_LINK.match(entity.url or ""):
        refuse(f"can't parse entities: {entity.url!r} is not the address of a web page")


def _check_nesting(outer: Entity, inner: Entity) -> None:
    where = f"entities beginning at UTF-16 offsets {outer.offset} and {inner.offset}"
    kinds = {outer.type, inner.type}
    if inner.offset + inner.length > outer.offset + outer.length:
        refuse(f"can't parse entities: the {where} cross")
    if kinds <= _QUOTES or kinds <= _LINKS or len(kinds) == 1:
        refuse(f"can't parse entities: the {where}, {outer.type} and {inner.type}, can't be nested")
    if kinds & _CODE and not kinds & _QUOTES:
        refuse(f"can't parse entities: the {where}: code can't hold or be part of other entities")


def _splits_a_pair(encoded: bytes, unit: int) -> bool:
    return encoded[2 * unit + 1 : 2 * unit + 2] in _SECOND_HALVES


def _moved(entities: Sequence[Entity], *, by: int, end: int) -> Iterator[Entity]:
    for entity in entities:
        start = max(entity.offset - by, 0)
        stop = min(entity.offset + entity.length - by, end)
        if start < stop:
            yield entity.model_copy(update={"offset": start, "length": stop - start})


def _found(text: str) -> list[Entity]:
    found: list[Entity] = []
    for kind, pattern in _FOUND_BY_ITSELF:
        for match in pattern.finditer(text):
            entity = Entity(type=kind, offset=units(text[: match.start()]), length=units(match[0]))
            if not any(_touch(entity, other) for other in found):
                found.append(entity)
    return found


def _touch(one: Entity, other: Entity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length
