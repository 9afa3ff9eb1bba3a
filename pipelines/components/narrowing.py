"""Questions narrowed to some articles: `since:2026-01`, `until:2026-06`, `source:reuters`, `in:"title words"`."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Protocol

from pipelines.errors import QuestionError

_TERM = re.compile(r"(?<!\S)(?P<name>since|until|source|in):(?P<value>\"[^\"]*\"|“[^”]*”|\S*)", re.IGNORECASE)
_LIKE_A_TERM = re.compile(r"(?<!\S)(?P<name>[a-z]+):\S", re.IGNORECASE)
_ALIKE = 0.8
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")
_MOST_VALUES = 1000
_MOST_NAMED = 3
_DECEMBER = 12
# Not calendar.month_name, which follows the machine's locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class KnowsValues(Protocol):
    """What narrowing needs of a store: which outlets and titles there are."""

    def get_metadata_field_unique_values(
        self, metadata_field: str, search_term: str | None = None, from_: int = 0, size: int = 10
    ) -> tuple[list[Any], int]:
        """List the different values of a field that contain a term, in any case."""
        ...


@dataclass(frozen=True, slots=True)
class NarrowedQuestion:
    """A question without its terms, and what they mean.

    :param text: The question alone.
    :param filters: Haystack filters, or None if it is asked of all articles.
    :param notices: What was understood, for the asker.
    """

    text: str
    filters: dict[str, Any] | None = None
    notices: tuple[str, ...] = ()


def narrow(question: str, store: KnowsValues) -> NarrowedQuestion:
    """Take the terms out of a question.

    :param question: The question, as it was asked.
    :param store: What is searched.
    :returns: The question and its filters.
    :raises QuestionError: If a term is misspelt, or its value is wrong or fits no article; with what is allowed.
    """
    _refuse_misspelt(question)
    conditions: list[dict[str, Any]] = []
    said: list[str] = []
    for match in _TERM.finditer(question):
        name, value = match["name"].lower(), match["value"].strip('"“”').strip()
        if not value:
            msg = f"{name}: needs a value right after the colon, like {_EXAMPLES[name]}."
            raise QuestionError(msg)
        if name in ("since", "until"):
            day = _day(name, value)
            conditions.append(_condition("published", ">=" if name == "since" else "<=", day.isoformat()))
            written = f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
            said.append(f"a date on or {'after' if name == 'since' else 'before'} {written}")
        else:
            field = "source" if name == "source" else "title"
            values = _values(store, field, value)
            conditions.append(_condition(field, "in", values))
            said.append(f"the {field} {_named(values)}")
    if not conditions:
        return NarrowedQuestion(question)
    text, _ = split_terms(question)
    if not text:
        msg = "There is no question beside the filter: write what you want to know as well."
        raise QuestionError(msg)
    filters = {"operator": "AND", "conditions": conditions}
    return NarrowedQuestion(text, filters, (f"Only articles with {' and '.join(said)} were searched.",))


def split_terms(question: str) -> tuple[str, tuple[str, ...]]:
    """Part a question from its terms, without looking whether they are right.

    :param question: The question, as it was asked.
    :returns: The question alone, and the terms as they were written.
    """
    terms = tuple(match[0] for match in _TERM.finditer(question))
    return (" ".join(_TERM.sub(" ", question).split()), terms) if terms else (question, ())


def narrowed_like(question: str, previous: str) -> str:
    """Narrow a question as an earlier one was, where it does not say otherwise.

    :param question: The question, as it was asked.
    :param previous: The earlier question, as it was asked.
    :returns: The question with the earlier one's terms after its own.
    """
    own = {term.partition(":")[0].lower() for term in split_terms(question)[1]}
    kept = [term for term in split_terms(previous)[1] if term.partition(":")[0].lower() not in own]
    return " ".join([question, *kept])


_EXAMPLES = {
    "since": "since:2026, since:2026-01 or since:2026-01-31",
    "until": "until:2026, until:2026-01 or until:2026-01-31",
    "source": 'source:reuters or source:"the times"',
    "in": 'in:budget or in:"budget vote"',
}


def _refuse_misspelt(question: str) -> None:
    """Refuse "sorce:reuters", which would be looked for as words and never found."""
    for match in _LIKE_A_TERM.finditer(question):
        name = match["name"].lower()
        meant = get_close_matches(name, ("since", "until", "source"), n=1, cutoff=_ALIKE)
        if meant and name not in meant:
            msg = f"{match['name']}: is no filter. Write {_EXAMPLES[meant[0]]}."
            raise QuestionError(msg)


def _condition(field: str, operator: str, value: str | Sequence[str]) -> dict[str, Any]:
    return {"field": f"meta.{field}", "operator": operator, "value": value}


def _day(name: str, value: str) -> date:
    """Read a day; of a year or month, `since` means the first and `until` the last day."""
    last = name == "until"
    try:
        year, month, day = _numbers(value)
        if month is None:
            month = _DECEMBER if last else 1
        if day is None:
            day = calendar.monthrange(year, month)[1] if last else 1
        return date(year, month, day)
    except ValueError as error:
        msg = f"{name}:{value} is no day, month or year. Write {_EXAMPLES[name]}."
        raise QuestionError(msg) from error


def _numbers(value: str) -> tuple[int, int | None, int | None]:
    """Read year, month and day, None for what is not said.

    :raises ValueError: If it is not written like that.
    """
    match = _DAY.fullmatch(value)
    if match is None:
        msg = "not YYYY, YYYY-MM or YYYY-MM-DD"
        raise ValueError(msg)
    month, day = (int(match[name]) if match[name] else None for name in ("month", "day"))
    return int(match["year"]), month, day


def _values(store: KnowsValues, field: str, wanted: str) -> list[str]:
    words = wanted.lower().split()
    found, _ = store.get_metadata_field_unique_values(field, max(words, key=len), 0, _MOST_VALUES)
    values = [value for value in found if all(word in value.lower() for word in words)]
    if not values:
        msg = f"No article has “{wanted}” in its {field}. Look at the list of articles, or leave the filter out."
        raise QuestionError(msg)
    return values


def _named(values: Sequence[str]) -> str:
    more = f" and {len(values) - _MOST_NAMED} more" if len(values) > _MOST_NAMED else ""
    return ", ".join(f"“{value}”" for value in values[:_MOST_NAMED]) + more
