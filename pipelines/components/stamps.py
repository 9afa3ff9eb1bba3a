"""Datelines and date stamps: where and when an article says it was written."""

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
# Only dates that everyone reads alike: 03/04/2021 is March to some and April to others.
_FULL_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)(?!\d)",
        rf"\b{_MONTH.format('month')}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
        rf"\b(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH.format('month')},?\s+(?P<year>\d{{4}})\b",
    )
)
_STAMP_WORDS = 16
_STAMP_START = re.compile(
    r"(?:first\s+|last\s+)?(?:published|updated|posted|modified|issued|date)(?:\s+(?:on|at|time))?\b\s*:?",
    re.IGNORECASE,
)
# What may stand beside the date in a line that is nothing but a date.
_STAMP_REST = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|fri|sat|sun)\b|"
    r"\d\d?[:.]\d\d(?:[:.]\d\d)?|[ap]\.?m\b\.?|"
    r"at|on|gmt|utc|bst|cet|cest|es?d?t|[\s,|·•()T:+/-]|\d\d:?\d\d|z)*",
    re.IGNORECASE,
)
_CAPITALS = r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]+|[A-ZÀ-Þ]\.)(?:[ \-/](?:[A-ZÀ-Þ][A-ZÀ-Þ.'’]*|de|del|la|le|el|al|do|da))*"
_PLACE = r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,3}"
_DAY = r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?)(?:,? \d{4})?"
_AGENCY = r"\([A-ZÀ-Þ][\w .&/-]{1,40}\)"
_DATELINE = re.compile(
    rf"(?:{_CAPITALS}(?:, {_PLACE})?(?:[,;/] {_CAPITALS})?(?:, {_DAY})?(?:,? {_AGENCY})?"
    rf"|{_PLACE}(?:, {_PLACE})?(?:, {_DAY})? {_AGENCY}|{_AGENCY})"
    r"(?:\s+[-–—]{1,2}\s+|\s*[–—]\s*|\s*--\s*)(?=\S)"
)


def full_date(text: str) -> date | None:
    """Find the first date with day, month and year in a text.

    :param text: Any text.
    :returns: The date, or None if there is none that everyone reads alike.
    """
    found = [match for pattern in _FULL_DATES for match in pattern.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        month = match["month"].lower()
        try:
            return date(int(match["year"]), _MONTHS.get(month) or int(month), int(match["day"]))
        except ValueError:
            continue
    return None


def is_stamp(line: str) -> bool:
    """Tell whether a line only says when the article was published.

    :param line: A paragraph.
    :returns: True for "Published: 5 January 2021, 10:30 GMT" and "Tuesday, January 5, 2021".
    """
    if len(line.split()) > _STAMP_WORDS or full_date(line) is None:
        return False
    if _STAMP_START.match(line):
        return True
    rest = line
    for pattern in _FULL_DATES:
        rest = pattern.sub(" ", rest, count=1)
    return bool(_STAMP_REST.fullmatch(rest))


def without_dateline(paragraph: str) -> str:
    """Leave the dateline out of a paragraph.

    :param paragraph: A paragraph: "BAGHDAD - The army ...", "PARIS, June 4 (AFP) - The army ...".
    :returns: What follows the dateline; the paragraph itself if it has none.
    """
    match = _DATELINE.match(paragraph)
    return paragraph[match.end() :] if match else paragraph


def dateline_date(paragraph: str) -> date | None:
    """Read the full date of a dateline.

    :param paragraph: A paragraph: "BAGHDAD, Jan. 5, 2021 (Xinhua) -- ...".
    :returns: The date, or None if there is no dateline or no year in it.
    """
    match = _DATELINE.match(paragraph)
    return full_date(match.group()) if match else None
