"""Where a quote may begin and end: at whole words, without stray punctuation."""

import re
import unicodedata

from pipelines.types import Span

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", '"': '"'}
_OPENERS = {closing: opening for opening, closing in _PAIRS.items()}
_ABBREVIATION = re.compile(
    r"\b(?:(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Sgt|Capt|Col|Gov|Sen|Rep|St|Jr|Sr|Inc|Ltd|Co|Corp|No|Bros"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
_JOINED = re.compile(r"[^\W\d_][-'’&][^\W\d_]|\d[.,:/-]\d")
_POSSESSIVE = re.compile(r"['’]s\b")
_JOINED_LENGTH = 3


def tidy(text: str, span: Span) -> Span | None:
    """Move the ends of a span to whole words and off stray punctuation and halves of pairs.

    :param text: The text.
    :param span: A span of it.
    :returns: The tidied span, or None if no word is left.
    """
    start, end = span.start, span.end
    while 0 < start < len(text) and _inside_word(text, start):
        start -= 1
    while 0 < end < len(text) and _inside_word(text, end) and not _POSSESSIVE.match(text, end):
        end += 1
    while start < end:
        inner = text[start:end]
        if not _may_begin(inner):
            start += 1
        elif not _may_end(inner):
            end -= 1
        else:
            break
    return Span(start, end) if any(char.isalnum() for char in text[start:end]) else None


def _inside_word(text: str, place: int) -> bool:
    """Whether a cut at `place` would part a word or a number: "al-|Kadhimi", "2|,000", "ro|om"."""
    if text[place - 1].isalnum() and text[place].isalnum():
        return True
    begins = (begin for begin in (place - 1, place - 2) if begin >= 0)
    return any(_JOINED.match(text, begin, begin + _JOINED_LENGTH) for begin in begins)


def _may_begin(inner: str) -> bool:
    first = inner[0]
    if first in _PAIRS:
        # A pair about the whole, or half a pair, goes: the words alone are the answer.
        return 0 < inner.find(_PAIRS[first], 1) < len(inner) - 1
    if first in "+-\N{MINUS SIGN}.":
        return inner[1:2].isdigit()
    return first.isalnum() or first in "#@" or unicodedata.category(first) == "Sc"


def _may_end(inner: str) -> bool:
    last = inner[-1]
    if last in _OPENERS:
        return inner.rfind(_OPENERS[last], 0, len(inner) - 1) > 0
    if last == ".":
        return bool(_ABBREVIATION.search(inner))
    return last.isalnum() or last in "%‰°" or unicodedata.category(last) == "Sc"
