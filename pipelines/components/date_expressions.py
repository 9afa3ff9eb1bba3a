"""Date expressions of English news text: which words are one, and how precise it is."""

import re
from dataclasses import dataclass
from enum import StrEnum

from pipelines.types import Span


class Precision(StrEnum):
    """What an expression names."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Form(StrEnum):
    """How an expression has to be resolved."""

    COMPLETE = "complete"
    """It has a year: "Jan 3, 2020", "in 2019"."""
    YEARLESS = "yearless"
    """A day or month of a year that is not said: "June 12", "March"."""
    WEEKDAY = "weekday"
    """"Tuesday"."""
    RELATIVE = "relative"
    """Counted from the day of publication: "yesterday", "two weeks ago"."""


class Lead(StrEnum):
    """The word before an expression that says which one is meant."""

    LAST = "last"
    NEXT = "next"
    THIS = "this"
    NONE = ""


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date expression in a text.

    :param span: Where it stands, its lead included.
    :param core: Its words without the lead.
    :param lead: The lead.
    :param form: How it has to be resolved.
    :param precision: What it names.
    """

    span: Span
    core: str
    lead: Lead
    form: Form
    precision: Precision


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
_LEAD = r"(?:\b(?P<lead>[Ll]ast|[Nn]ext|[Tt]his|[Pp]ast|[Cc]oming) )?"
# Not one end of a range or a score, not the start of a larger number, not a clock's hours.
_NO_MORE = r"(?!\d|[-–/:]\d|,\d{3}|\.\d)\b"
_COUNT = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_VAGUE = re.compile(
    r"(?:more than|less than|over|under|nearly|almost|about|around|roughly|some|at least|and|or|up to"
    r"|approximately)\s+$",
    re.IGNORECASE,
)
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|till|during|early|late|mid|by|of|from|through|between)[ -]$", re.IGNORECASE
)
_BEFORE_MAY = re.compile(r"\b(?:in|since|until|till|during|early|late|mid)[ -]$", re.IGNORECASE)
_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|until|till|during|early|late|mid|by|of|from|through|between|before|after|year|to|and)[ -]$",
    re.IGNORECASE,
)
_NO_WEEKDAY_BEFORE = re.compile(
    r"\b(?:Good|Black|Easter|Ash|Bloody|Super|Cyber|Palm|Holy|Maundy|Shrove|Giving|[Ee]very|[Ee]ach) $"
)
_NAME_AFTER = re.compile(r" [A-Z][a-z]|['’]s [A-Z]|-[A-Za-z]")
# A number before one of these, or before a stop, counts nothing: it is a year.
_AFTER_YEAR = re.compile(
    r"$|[,.;:!?)\"”’'](?!\d)|\s*[-–—]\s|\s(?:and|or|to|as|the|was|is|will|when|but|by|a|for|with|on)\b"
)
_LONGEST_LOOK_BACK = 16

_PATTERNS: tuple[tuple[re.Pattern[str], Form, Precision], ...] = (
    (
        re.compile(rf"\b(?P<core>{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])){_NO_MORE}"),
        Form.COMPLETE,
        Precision.DAY,
    ),
    (
        re.compile(
            rf"(?:\b{_WEEKDAY},? )?\b(?P<core>{_MONTH} {_DAY},? {_YEAR}|{_DAY} (?:of )?{_MONTH},? {_YEAR}){_NO_MORE}"
        ),
        Form.COMPLETE,
        Precision.DAY,
    ),
    (
        re.compile(rf"(?:\b{_WEEKDAY},? )?{_LEAD}\b(?P<core>{_MONTH} {_DAY}|{_DAY} (?:of )?{_MONTH}){_NO_MORE}"),
        Form.YEARLESS,
        Precision.DAY,
    ),
    (re.compile(rf"\b(?P<core>{_MONTH},? (?:of )?{_YEAR}){_NO_MORE}"), Form.COMPLETE, Precision.MONTH),
    (re.compile(rf"{_LEAD}\b(?P<core>{_MONTH})(?!\w|[-–/]?\d)"), Form.YEARLESS, Precision.MONTH),
    (re.compile(rf"{_LEAD}\b(?P<core>{_WEEKDAY})\b"), Form.WEEKDAY, Precision.DAY),
    (
        re.compile(
            r"\b(?P<core>[Tt]he day before yesterday|[Tt]he day after tomorrow|yesterday|today|tomorrow"
            r"|tonight|last night|(?<![A-Za-z] )(?:Yesterday|Today|Tomorrow|Tonight|Last night))\b"
        ),
        Form.RELATIVE,
        Precision.DAY,
    ),
    (re.compile(rf"\b(?P<core>{_COUNT} (?:days?|weeks?) ago)\b", re.IGNORECASE), Form.RELATIVE, Precision.DAY),
    (re.compile(rf"\b(?P<core>{_COUNT} months? ago)\b", re.IGNORECASE), Form.RELATIVE, Precision.MONTH),
    (re.compile(rf"\b(?P<core>{_COUNT} years? ago)\b", re.IGNORECASE), Form.RELATIVE, Precision.YEAR),
    (re.compile(r"(?<!the )\b(?P<core>(?:last|this|next) month)\b", re.IGNORECASE), Form.RELATIVE, Precision.MONTH),
    (re.compile(r"(?<!the )\b(?P<core>(?:last|this|next) year)\b", re.IGNORECASE), Form.RELATIVE, Precision.YEAR),
    (
        re.compile(rf"(?<![\d.,$£€¥/-])\b(?P<core>{_YEAR})(?!\d|[-–/]\d|,\d|\.\d|s\b|['’]|%)\b"),
        Form.COMPLETE,
        Precision.YEAR,
    ),
)


def find_date_expressions(text: str) -> list[DateExpression]:
    """Find the date expressions of a text.

    :param text: The text, the sentence at least: what stands around tells a month from a name.
    :returns: In the order they stand in, none of them overlapping.
    """
    found: list[DateExpression] = []
    for pattern, form, precision in _PATTERNS:
        for match in pattern.finditer(text):
            span = Span(match.start(), match.end())
            if any(one.span.start < span.end and span.start < one.span.end for one in found):
                continue
            lead = _lead(match)
            if _is_date(text, match, form, precision, lead):
                found.append(DateExpression(span, match["core"], lead, form, precision))
    return sorted(found, key=lambda one: one.span.start)


def _lead(match: re.Match[str]) -> Lead:
    word = (match.groupdict().get("lead") or "").lower()
    return Lead({"past": "last", "coming": "next"}.get(word, word))


def _is_date(text: str, match: re.Match[str], form: Form, precision: Precision, lead: Lead) -> bool:
    before = text[max(0, match.start() - _LONGEST_LOOK_BACK) : match.start()]
    if form is Form.RELATIVE:
        return not _VAGUE.search(before)
    if form is Form.WEEKDAY:
        return not _NO_WEEKDAY_BEFORE.search(before) and not _NAME_AFTER.match(text, match.end())
    if form is Form.YEARLESS and precision is Precision.MONTH:
        said = (_BEFORE_MAY if match["core"] == "May" else _BEFORE_MONTH).search(before)
        return (lead is not Lead.NONE or bool(said)) and not _NAME_AFTER.match(text, match.end())
    if precision is Precision.YEAR:
        alone = text == match["core"] or bool(_BEFORE_YEAR.search(before))
        return alone and bool(_AFTER_YEAR.match(text, match.end()))
    return True


def expression_in(text: str, span: Span) -> DateExpression | None:
    """Find the one date expression that a part of a text has.

    :param text: The text.
    :param span: The part.
    :returns: The expression, or None if there is none or more than one: then it is not clear which is meant.
    """
    inside = [one for one in find_date_expressions(text) if span.start <= one.span.start and one.span.end <= span.end]
    return inside[0] if len(inside) == 1 else None
