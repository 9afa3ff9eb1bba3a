"""What the date in a quote means: "last June 12" in an article of 5 January 2021 is 12 June 2020."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from haystack import component

from pipelines.components.date_expressions import DateExpression, Form, Lead, Precision, expression_in
from pipelines.components.stamps import full_date
from pipelines.types import Answer, Quote, ResolvedDate, Span

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = 7
_FORMATS = {Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m", Precision.YEAR: "%Y"}
# 29 February comes back after eight years at most.
_YEARS_TO_TRY = 8
# "will be held" and "to be held" are one marker: their participle tells nothing of the past.
_MARKERS = re.compile(
    r"\b(?:(?P<future>(?:will|shall|would|won['’]t|to be)\b(?: (?:not|also|then|only|now|be))*(?: \w+)?"
    r"|due|scheduled|slated|expected|upcoming|deadline|until|(?:set|plans?|hopes?) to|set for|planned for)"
    r"|(?P<past>was|were|had|did|been|said|told|began|held|went|took|came|won|lost|made|met|left|fell|rose|found|gave|got"
    r"|killed|struck|hit|led|sent|shot|cut|broke|saw|since|\w{2,}ed))\b|['’]ll\b",
    re.IGNORECASE,
)
_DAYS = {
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0, "tonight": 0, "tomorrow": 1,
    "the day after tomorrow": 2,
}  # fmt: skip
_COUNTS = dict.fromkeys(("a", "an", "one"), 1) | {
    word: number
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
}
_STEPS = {"last": -1, "this": 0, "next": 1}
_MONTHS_IN_YEAR = 12


@component
class QuoteDater:
    """Puts beside each quote that holds a date what that date means."""

    @component.output_types(answer=Answer)
    def run(self, answer: Answer) -> dict[str, Answer]:
        """Date the quotes of an answer.

        :param answer: The answer.
        :returns: `answer`, its quotes dated where that can be done without guessing.
        """
        return {"answer": replace(answer, quotes=tuple(replace(one, date=date_of(one)) for one in answer.quotes))}


def date_of(quote: Quote) -> ResolvedDate | None:
    """Resolve the date in a quote.

    :param quote: The quote; its sentence and its article's day of publication are what it is resolved with.
    :returns: None if the quote has no date, or more than one, or one that cannot be resolved without guessing.
    """
    start = quote.start - quote.sentence_start
    return resolve_date(quote.sentence, Span(start, start + len(quote.text)), quote.article.published)


def resolve_date(sentence: str, span: Span, published: date | None) -> ResolvedDate | None:
    """Resolve the date in a part of a sentence.

    :param sentence: The sentence: its tense tells whether a day without a year is to come.
    :param span: The part.
    :param published: The day the sentence was published, or None: then only complete dates are resolved.
    :returns: None if there is no date, more than one, or one that cannot be resolved without guessing.
    """
    expression = expression_in(sentence, span)
    if expression is None:
        return None
    try:
        meant = _meant(sentence, expression, published)
    except (OverflowError, ValueError):  # before the first year of the calendar, or after its last
        return None
    if meant is None:
        return None
    iso = f"{meant.year:04d}" if expression.precision is Precision.YEAR else meant.isoformat()
    if expression.precision is Precision.MONTH:
        iso = iso[: len("2020-06")]
    return ResolvedDate(sentence[expression.span.start : expression.span.end], iso)


def _meant(sentence: str, expression: DateExpression, published: date | None) -> date | None:
    if expression.form is Form.COMPLETE:
        return _complete(expression.core, expression.precision)
    if published is None:
        return None
    if expression.form is Form.RELATIVE:
        return _relative(expression.core, published)
    lead = expression.lead if expression.lead in (Lead.LAST, Lead.NEXT) else _tense(sentence, expression.span)
    if lead is None:
        return None
    said = expression.lead is not Lead.NONE and expression.lead is not Lead.THIS
    if expression.form is Form.WEEKDAY:
        return _weekday(expression.core, lead, published, said=said)
    return _yearless(expression, lead, published, said=said)


def _tense(sentence: str, span: Span) -> Lead | None:
    """Tell by the nearest verb whether a day is past or to come; the one before it counts first."""
    before = list(_MARKERS.finditer(sentence, 0, span.start))
    marker = before[-1] if before else _MARKERS.search(sentence, span.end)
    if marker is None:
        return None
    return Lead.LAST if marker["past"] else Lead.NEXT


def _complete(core: str, precision: Precision) -> date | None:
    if precision is Precision.YEAR:
        return date(int(core), 1, 1)
    return full_date(f"1 {core.replace(' of ', ' ')}" if precision is Precision.MONTH else core)


def _relative(core: str, published: date) -> date | None:
    words = core.lower()
    if words in _DAYS:
        return published + timedelta(days=_DAYS[words])
    count, unit, *_ = words.split()
    step = _STEPS[count] if count in _STEPS else -(_COUNTS.get(count) or int(count))
    unit = unit.removesuffix("s")
    if unit in ("day", "week"):
        return published + timedelta(days=step * (_WEEK if unit == "week" else 1))
    months = _MONTHS_IN_YEAR * published.year + published.month - 1
    year, month = divmod(months + step * (_MONTHS_IN_YEAR if unit == "year" else 1), _MONTHS_IN_YEAR)
    return date(year, month + 1, 1)


def _weekday(core: str, lead: Lead, published: date, *, said: bool) -> date | None:
    ahead = (_WEEKDAYS.index(core.lower()) - published.weekday()) % _WEEK
    if ahead == 0:
        # "on Tuesday" of a Tuesday's paper is that day if it is past; "last", "next" and "will" mean another.
        if not said:
            return published if lead is Lead.LAST else None
        ahead = _WEEK
    if lead is Lead.NEXT:
        return published + timedelta(days=ahead)
    return published - timedelta(days=_WEEK - ahead if ahead < _WEEK else _WEEK)


def _yearless(expression: DateExpression, lead: Lead, published: date, *, said: bool) -> date | None:
    """Find the nearest such day or month in the direction of the lead; "last" and "next" leave out the present one."""
    text_form = _FORMATS[expression.precision]
    now = published.strftime(text_form)
    direction = 1 if lead is Lead.NEXT else -1
    for candidate in _years_of(expression, published.year, direction):
        there = candidate.strftime(text_form)
        if (there == now and not said) or (there > now if direction > 0 else there < now):
            return candidate
    return None


def _years_of(expression: DateExpression, year: int, direction: int) -> Iterator[date]:
    for step in range(_YEARS_TO_TRY + 1):
        candidate = _complete(f"{expression.core} {year + direction * step}", expression.precision)
        if candidate is not None:
            yield candidate
