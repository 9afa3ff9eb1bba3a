"""The buttons under messages and what they carry. A button's data is `v1:<kind>:<value>`, at most 64 bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.journal import Example, Ratings
from pipelines.types import Answer

PATTERN = re.compile(r"v1:([a-z]+):([A-Za-z0-9_-]{1,40})")


class Press(StrEnum):
    """What a button asks for."""

    MORE = "more"
    PASSAGE = "passage"
    BACK = "back"
    HELPFUL = "up"
    UNHELPFUL = "down"
    EXAMPLE = "ask"
    ARTICLES = "list"


@dataclass(frozen=True, slots=True)
class ButtonData:
    """What a button carries.

    :param press: What it asks for.
    :param value: The id of an answer or an example, or an offset in the list of articles.
    """

    press: Press
    value: str

    def __str__(self) -> str:
        return f"v1:{self.press}:{self.value}"


def parse_button(data: str | None) -> ButtonData | None:
    """Read a button's data, which anyone could have made up.

    :param data: The data as Telegram gave it.
    :returns: What it means, or None if it means nothing here.
    """
    match = PATTERN.fullmatch(data or "")
    if match is None or match[1] not in {str(press) for press in Press}:
        return None
    return ButtonData(Press(match[1]), match[2])


def answer_buttons(shown_id: str, answer: Answer, ratings: Ratings, *, in_group: bool) -> InlineKeyboardMarkup | None:
    """Make the buttons under an answer.

    :param shown_id: The answer's id in the journal.
    :param answer: The answer.
    :param ratings: Everyone's feedback on it.
    :param in_group: Whether several people see the buttons, so that feedback is counted and not ticked.
    :returns: The buttons, or None if there is nothing to press.
    """
    if not answer.quotes:
        return None
    views = []
    if len(answer.quotes) > 1:
        views.append(_button(f"More answers ({len(answer.quotes) - 1})", Press.MORE, shown_id))
    best = answer.quotes[0]
    if best.passage.end - best.passage.start > len(best.sentence):
        views.append(_button("Show passage", Press.PASSAGE, shown_id))
    return InlineKeyboardMarkup([row for row in (views, _feedback(shown_id, ratings, in_group=in_group)) if row])


def back_button(shown_id: str) -> InlineKeyboardMarkup:
    """Make the button that leads back to the answer.

    :param shown_id: The answer's id in the journal.
    :returns: The button.
    """
    return InlineKeyboardMarkup([[_button("Back to the answer", Press.BACK, shown_id)]])


def example_buttons(examples: Sequence[Example]) -> InlineKeyboardMarkup | None:
    """Make the buttons that ask an example question, one a row.

    :param examples: The questions.
    :returns: The buttons, or None if there are no questions.
    """
    rows = [[_button(example.question, Press.EXAMPLE, example.id)] for example in examples]
    return InlineKeyboardMarkup(rows) if rows else None


def page_buttons(*, offset: int, size: int, total: int) -> InlineKeyboardMarkup | None:
    """Make the buttons that turn the pages of the list of articles.

    :param offset: The first article on this page, from 0.
    :param size: Articles on a page.
    :param total: Articles in all.
    :returns: The buttons, or None if all are on one page.
    """
    row = []
    if offset > 0:
        row.append(_button("Newer", Press.ARTICLES, str(max(0, offset - size))))
    if offset + size < total:
        row.append(_button("Older", Press.ARTICLES, str(offset + size)))
    return InlineKeyboardMarkup([row]) if row else None


def _feedback(shown_id: str, ratings: Ratings, *, in_group: bool) -> list[InlineKeyboardButton]:
    helpful, unhelpful = "👍 Helpful", "👎 Not helpful"
    if in_group:
        helpful += f" ({ratings.helpful})" if ratings.helpful else ""
        unhelpful += f" ({ratings.unhelpful})" if ratings.unhelpful else ""
    elif ratings.own is not None:
        helpful, unhelpful = ("✅ Helpful", unhelpful) if ratings.own else (helpful, "✅ Not helpful")
    return [_button(helpful, Press.HELPFUL, shown_id), _button(unhelpful, Press.UNHELPFUL, shown_id)]


def _button(text: str, press: Press, value: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=str(ButtonData(press, value)))
