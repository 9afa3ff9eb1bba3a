"""Paragraphs: the lines of a text, or several lines where a text was wrapped at a fixed width."""

import re
from collections.abc import Iterator, Sequence

from pipelines.types import Span

# What str.splitlines() breaks at; a run of anything else is a line.
_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")
# Wider lines are paragraphs of their own, whatever their lengths; fewer lines are too few to see a pattern in.
_WIDEST_WRAP = 110
_NARROWEST_WRAP = 40
_FEWEST_WRAPPED_LINES = 3


def paragraphs(text: str) -> list[Span]:
    """Find the paragraphs of a text.

    A line break ends a paragraph, except in a block of lines that were plainly wrapped at a fixed width: there, each
    line ends because the next word would not have fitted, and only an empty line ends the paragraph.

    :param text: Any text.
    :returns: Spans in order, without the white space around them, none of them empty.
    """
    found: list[Span] = []
    for block in _blocks(text):
        found += [Span(block[0].start, block[-1].end)] if _is_wrapped(text, block) else block
    return found


def _blocks(text: str) -> Iterator[list[Span]]:
    """Group the lines that stand directly under one another."""
    block: list[Span] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        line = _trim(text, match.start(), match.end())
        if line is None:
            continue
        if block and len(_BREAK.findall(text, previous_end, line.start)) > 1:
            yield block
            block = []
        block.append(line)
        previous_end = line.end
    if block:
        yield block


def _trim(text: str, start: int, end: int) -> Span | None:
    line = text[start:end]
    left = len(line) - len(line.lstrip())
    right = len(line.rstrip())
    return Span(start + left, start + right) if left < right else None


def _is_wrapped(text: str, block: Sequence[Span]) -> bool:
    if len(block) < _FEWEST_WRAPPED_LINES:
        return False
    lengths = [line.end - line.start for line in block]
    width = max(lengths)
    if not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return False
    first_words = [text[line.start : line.end].split(maxsplit=1)[0] for line in block[1:]]
    return all(length + 1 + len(word) > width for length, word in zip(lengths, first_words, strict=False))
