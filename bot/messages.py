"""From an answer to a message: the one place that decides how an answer looks. Pure functions.

A quote is shown twice: in bold on its own line, then marked in bold in its sentence. Whatever is marked is compared
with the quote after the message is made, so that a mistake here can never show words that are not the article's.
Direction-changing characters inside a quote are kept: each quoted text is a paragraph of its own, where their effect
ends.
"""

from dataclasses import dataclass

from telegram import MessageEntity

from bot.richtext import MAX_LENGTH, Message, MessageBuilder, entity_text, utf16_length
from bot.wording import GAP, explained_date, first_units, label, last_units, link, published, source_line
from pipelines.components.sentences import sentences
from pipelines.types import Answer, Citation, Outcome, Quote

UNSURE = "I am not sure. This comes closest:"
NOT_FOUND = "I did not find an answer to this in the articles."
NEAREST = "Closest to your question:"
TRY_OTHER_WORDS = "Other words, or a name or a place, may help."
CHANGED_ARTICLE = "This article has changed since. Please ask again."

_BOLD, _ITALIC, _QUOTE = MessageEntity.BOLD, MessageEntity.ITALIC, MessageEntity.BLOCKQUOTE
_MAX_NOTICES = 3
_MAX_ALSO_IN = 3
_ALSO_UNITS = 100
_NOTICE_UNITS = 300
# A passage is read at once, with nothing to open or to scroll: it fills about one screen of a phone.
_PASSAGE_UNITS = 1200
# Room for the gaps on both sides of a shortened sentence and for line breaks.
_SLACK = 20


class VerbatimMismatchError(Exception):
    """A message would show, marked as a quote, words that are not the quote. It must never be sent."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of each part is shown, in UTF-16 units.

    :param headline: The longest quote that is also shown on a line of its own.
    :param context: The longest sentence; more of it is cut, but not the quote.
    :param title: The longest title.
    """

    headline: int
    context: int
    title: int


_MAIN = _Room(headline=600, context=1200, title=200)
# Four of these fit into one message.
_SHORT = _Room(headline=150, context=400, title=120)


@dataclass(frozen=True, slots=True)
class _Context:
    """A text with the quote in it, in three parts."""

    before: str
    quote: str
    after: str


def answer_message(answer: Answer, *, with_question: bool = False) -> Message:
    """Lay out an answer.

    :param answer: The answer.
    :param with_question: Whether the question stands above it: for one that was asked by a button.
    :returns: The message.
    :raises VerbatimMismatchError: If what would be marked is not the quote.
    """
    builder = MessageBuilder()
    if with_question:
        builder.add(label(answer.question, longest=_NOTICE_UNITS), _ITALIC).add("\n\n")
    for notice in answer.notices[:_MAX_NOTICES]:
        builder.add(label(notice, longest=_NOTICE_UNITS), _ITALIC).add("\n\n")
    if answer.outcome is Outcome.NOT_FOUND or not answer.quotes:
        _add_nearest(builder, answer.nearest)
        return builder.build()
    if answer.outcome is Outcome.UNSURE:
        builder.add(UNSURE).add("\n\n")
    best = answer.quotes[0]
    _add_quote(builder, best, _MAIN, reserved=_foot_units(best))
    _add_foot(builder, best)
    return _checked(builder.build(), (best,))


def more_message(answer: Answer) -> Message:
    """Lay out the answers after the first.

    :param answer: An answer with more than one quote.
    :returns: The message.
    :raises VerbatimMismatchError: If what would be marked is not the quotes.
    """
    others = answer.quotes[1:]
    builder = MessageBuilder().add("More answers")
    for quote in others:
        builder.add("\n\n")
        _add_quote(builder, quote, _SHORT, reserved=0)
        _add_citation(builder, quote.article, longest=_SHORT.title)
    return _checked(builder.build(), others)


def passage_message(quote: Quote, article_text: str) -> Message | None:
    """Lay out the passage a quote was read in.

    :param quote: The quote.
    :param article_text: The text of its article as it is stored now.
    :returns: The message, or None if the article has changed and the quote is not in its place any more.
    :raises VerbatimMismatchError: If what would be marked is not the quote.
    """
    if article_text[quote.start : quote.end] != quote.text:
        return None
    builder = MessageBuilder()
    free = MAX_LENGTH - _foot_units(quote) - _SLACK
    wanted = max(_PASSAGE_UNITS, utf16_length(quote.text)) + _SLACK
    _add_context(builder, _passage(quote, article_text), room=min(free, wanted), kind=_QUOTE)
    _add_foot(builder, quote)
    return _checked(builder.build(), (quote,))


def _add_nearest(builder: MessageBuilder, nearest: tuple[Citation, ...]) -> None:
    builder.add(NOT_FOUND).add("\n\n")
    if not nearest:
        builder.add(TRY_OTHER_WORDS)
        return
    builder.add(NEAREST)
    for citation in nearest:
        builder.add("\n• ").add(label(citation.title, longest=_MAIN.title), url=link(citation))
        builder.add(f" ({source_line(citation)})")


def _sentence(quote: Quote) -> _Context:
    offset = quote.start - quote.sentence_start
    context = _Context(quote.sentence[: max(offset, 0)], quote.text, quote.sentence[offset + len(quote.text) :])
    if offset < 0 or context.before + context.quote + context.after != quote.sentence:
        msg = f"the quote at {quote.start} is not in its sentence at {quote.sentence_start}"
        raise VerbatimMismatchError(msg)
    return context


def _passage(quote: Quote, text: str) -> _Context:
    """Take the passage a quote was read in, of a long one only the whole sentences nearest to the quote."""
    begin, end = min(quote.passage.start, quote.start), max(quote.passage.end, quote.end)
    found = [(begin + span.start, begin + span.end) for span in sentences(text[begin:end])]
    distances = {span: max(quote.start - span[1], span[0] - quote.end) for span in found}
    start, stop = quote.start, quote.end
    for span in sorted(found, key=distances.__getitem__):
        wider = min(start, span[0]), max(stop, span[1])
        if distances[span] > 0 and utf16_length(text[slice(*wider)]) > _PASSAGE_UNITS:
            break
        start, stop = wider
    before = f"{GAP} " if any(span[1] <= start for span in found) else ""
    after = f" {GAP}" if any(span[0] >= stop for span in found) else ""
    return _Context(before + text[start : quote.start], quote.text, text[quote.end : stop] + after)


def _add_quote(builder: MessageBuilder, quote: Quote, room: _Room, *, reserved: int) -> None:
    context = _sentence(quote)
    meaning = explained_date(quote.date, quote.text)
    is_sentence = not (context.before.strip() or context.after.strip())
    has_headline = not is_sentence and utf16_length(quote.text) <= room.headline
    if has_headline:
        builder.add(quote.text, _BOLD).add(f"\n{meaning}" if meaning else "").add("\n\n")
    below = "" if has_headline or not meaning else f"\n{meaning}"
    free = MAX_LENGTH - builder.length - reserved - utf16_length(below) - _SLACK
    wanted = max(room.context, utf16_length(quote.text)) if room is _MAIN else room.context
    _add_context(builder, context, room=min(free, wanted), kind=_QUOTE)
    builder.add(below)


def _add_context(builder: MessageBuilder, context: _Context, *, room: int, kind: str) -> None:
    shown = _shortened(context, room=room)
    with builder.inside(kind):
        builder.add(shown.before).add(shown.quote, _BOLD).add(shown.after)


def _shortened(context: _Context, *, room: int) -> _Context:
    """Cut the words round a quote; the quote itself only when nothing else is left to cut."""
    spare = room - utf16_length(context.quote)
    if spare < 0:
        return _Context("", first_units(context.quote, room), f" {GAP}")
    before, after = utf16_length(context.before), utf16_length(context.after)
    # Each side gets half, and what the other does not need.
    left = min(before, max(spare // 2, spare - after))
    right = min(after, spare - left)
    return _Context(
        context.before if before <= left else f"{GAP} {last_units(context.before, left)}",
        context.quote,
        context.after if after <= right else f"{first_units(context.after, right)} {GAP}",
    )


def _foot_units(quote: Quote) -> int:
    builder = MessageBuilder()
    _add_foot(builder, quote)
    return builder.length


def _add_foot(builder: MessageBuilder, quote: Quote) -> None:
    _add_citation(builder, quote.article, longest=_MAIN.title)
    for number, other in enumerate(quote.also_in[:_MAX_ALSO_IN]):
        builder.add("\nAlso in: " if number == 0 else "; ")
        builder.add(label(other.title, longest=_ALSO_UNITS), url=link(other))
        builder.add(f" ({label(other.source, longest=_ALSO_UNITS)}, {published(other.published)})")
    rest = len(quote.also_in) - _MAX_ALSO_IN
    builder.add(f"; and {rest} more" if rest > 0 else "")


def _add_citation(builder: MessageBuilder, citation: Citation, *, longest: int) -> None:
    builder.add("\n").add(label(citation.title, longest=longest), url=link(citation))
    builder.add(f"\n{source_line(citation)}")


def _checked(message: Message, quotes: tuple[Quote, ...]) -> Message:
    """Compare what the finished message marks with the quotes, as a Telegram client would show it."""
    marked = [entity_text(message, entity) for entity in message.entities if entity.type == _BOLD]
    for text in marked:
        if not any(text == quote.text or _is_cut(text, quote) for quote in quotes):
            msg = "a message would mark words that are not the quote"
            raise VerbatimMismatchError(msg)
    for quote in quotes:
        if not any(text == quote.text or _is_cut(text, quote) for text in marked):
            msg = f"a message would not show the quote at {quote.start}"
            raise VerbatimMismatchError(msg)
    return message


def _is_cut(text: str, quote: Quote) -> bool:
    return bool(text) and utf16_length(quote.text) > _SHORT.context and quote.text.startswith(text)
