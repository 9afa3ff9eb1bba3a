"""What kind of thing a quote is: an amount, a day, a name."""

import re
from enum import StrEnum


class QuoteKind(StrEnum):
    """What a quote is, by its words."""

    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    NAME = "name"
    NAMING = "naming"
    PHRASE = "phrase"
    CLAUSE = "clause"


_COUNT = (
    r"(?:\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    r"|billions?|dozens?|half|several)\b)"
)
_SPAN_OF_TIME = rf"(?:{_COUNT}|an?\b|few\b|couple of\b)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies))\b"
_DATE = re.compile(
    rf"\b{_MONTH} ?\d|\d(?:st|nd|rd|th)? (?:of )?{_MONTH}|\b{_DAY}|^(?:in |last |next |early |late |mid-)*{_MONTH}"
    r"|\b(?:1[5-9]|20)\d\d\b|\b(?:yesterday|today|tomorrow|tonight|noon|midnight|a\.m\.?|p\.m\.?)"
    rf"|\b(?:last|next|this|previous|following|coming) (?:{_UNIT}|spring|summer|autumn|fall|winter|morning|evening"
    r"|night)"
    rf"|\b{_UNIT} (?:ago|earlier|later)\b|\b\d\d?:\d\d\b|\b\d\d?(?:am|pm)\b"
)
_DURATION = re.compile(rf"\b{_SPAN_OF_TIME}[- ](?:\w+[- ])?{_UNIT}|^(?:\w+ ){{0,2}}{_UNIT}$")
_MONEY = re.compile(
    r"[$£€¥₹]|\b(?:dollars?|euros?|pounds?|rupees?|yen|yuan|francs?|crowns?|pesos?|kron[ae]r?|cents?)\b"
)
_PERCENT = re.compile(r"%|\bper ?cent\b|\bpercentage\b")
_NUMBER = re.compile(rf"^(?:\w+ ){{0,3}}{_COUNT}|\d")
_PARTICLES = frozenset("al an and bin da de del der di du el for in la le of on the van von".split())  # noqa: SIM905
_SHORT = 6
_LONG = 9


def quote_kind(quote: str) -> QuoteKind:
    """Tell what a quote is.

    :param quote: The words.
    :returns: The kind.
    """
    words = quote.split()
    lower = quote.lower()
    if len(words) <= _LONG:
        patterns = (
            (QuoteKind.MONEY, _MONEY),
            (QuoteKind.PERCENT, _PERCENT),
            (QuoteKind.DATE, _DATE),
            (QuoteKind.DURATION, _DURATION),
            (QuoteKind.NUMBER, _NUMBER),
        )
        for kind, pattern in patterns:
            if pattern.search(lower):
                return kind
    capitals = sum(any(part[:1].isupper() for part in word.split("-")) for word in words)
    if capitals and len(words) <= _SHORT:
        plain = sum(word not in _PARTICLES for word in words)
        return QuoteKind.NAME if capitals >= plain else QuoteKind.NAMING
    return QuoteKind.PHRASE if len(words) <= _SHORT else QuoteKind.CLAUSE
