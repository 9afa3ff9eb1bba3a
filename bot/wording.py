"""Small pieces of text: dates in plain words, and titles made safe to show."""

import re
import unicodedata
from datetime import date

from bot.richtext import utf16_length
from pipelines.types import Citation, ResolvedDate

GAP = "[…]"
# Not calendar.month_name, which follows the machine's locale: the bot speaks English.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u200b\u2028\u2029\u2060\ufeff]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_WORD_SHARE = 0.6
_LONGEST_DATE = 60


def plain_date(iso: str) -> str:
    """Write a date in plain words.

    :param iso: A day, month or year: "2020-06-12", "2020-06", "2020".
    :returns: "12 June 2020", "June 2020" or "2020".
    """
    year, *rest = iso.split("-")
    numbers = [int(part) for part in rest]
    month = f"{_MONTHS[numbers[0] - 1]} " if numbers else ""
    day = f"{numbers[1]} " if len(numbers) > 1 else ""
    return f"{day}{month}{year}"


def explained_date(resolved: ResolvedDate | None, quote: str) -> str | None:
    """Say what a date in a quote means.

    :param resolved: The date, if the quote has one.
    :param quote: The quote.
    :returns: "12 June 2020" if the whole quote is the date, "“last June 12” is 12 June 2020" if it is a part of it,
        None if there is nothing to explain.
    """
    if resolved is None:
        return None
    meaning = plain_date(resolved.iso)
    if meaning.casefold() in quote.casefold():
        return None
    is_whole = len(quote) <= len(resolved.text) + len("since ") or len(resolved.text) > _LONGEST_DATE
    return meaning if is_whole else f"“{resolved.text}” is {meaning}"


def label(text: str, *, longest: int) -> str:
    """Make a title or an outlet's name safe to stand in a line of ours.

    :param text: A text from an article's metadata, possibly hostile.
    :param longest: The longest result, in UTF-16 units.
    :returns: One line without control or direction-changing characters, isolated if it is written right to left.
    """
    shown = _INVISIBLE.sub("", _BIDI_CONTROLS.sub("", text))
    shown = "".join(" " if unicodedata.category(character) == "Cc" else character for character in shown)
    shown = " ".join(shown.split()) or "Untitled"
    if utf16_length(shown) > longest:
        shown = first_units(shown, longest - 1) + "…"
    if any(unicodedata.bidirectional(character) in {"R", "AL"} for character in shown):
        return f"{_ISOLATE}{shown}{_END_ISOLATE}"
    return shown


def source_line(citation: Citation) -> str:
    """Name an article's author, outlet and day.

    :param citation: The article.
    :returns: "by Ann Lee · Outlet · 5 January 2021"; without the author if nobody is known, and with "no date" if the
        day is not known.
    """
    author = f"by {label(citation.author, longest=100)} · " if citation.author else ""
    return f"{author}{label(citation.source, longest=100)} · {published(citation.published)}"


def published(day: date | None) -> str:
    """Write a day of publication.

    :param day: The day, or None if it is not known.
    :returns: "5 January 2021" or "no date".
    """
    return plain_date(day.isoformat()) if day else "no date"


def link(citation: Citation) -> str | None:
    """Pick the link to an article that is safe to offer.

    :param citation: The article.
    :returns: Its http or https address, or None.
    """
    url = citation.url or ""
    return url if re.match(r"https?://[^\s/]", url, re.IGNORECASE) else None


def first_units(text: str, units: int) -> str:
    """Keep the beginning of a text, cut between words where there are words.

    :param text: Any text.
    :param units: The longest result, in UTF-16 units.
    :returns: The beginning, without white space at its end.
    """
    if utf16_length(text) <= units:
        return text
    kept = text.encode("utf-16-le")[: 2 * max(units, 0)].decode("utf-16-le", errors="ignore")
    if not text[len(kept)].isspace():
        words = kept.rsplit(maxsplit=1)[0] if len(kept.split()) > 1 else ""
        kept = words if len(words) >= _WORD_SHARE * len(kept) else kept
    return kept.rstrip()


def last_units(text: str, units: int) -> str:
    """Keep the end of a text, cut between words where there are words.

    :param text: Any text.
    :param units: The longest result, in UTF-16 units.
    :returns: The end, without white space at its beginning.
    """
    if utf16_length(text) <= units:
        return text
    kept = text.encode("utf-16-le")[len(text.encode("utf-16-le")) - 2 * max(units, 0) :]
    shown = kept.decode("utf-16-le", errors="ignore")
    if not text[len(text) - len(shown) - 1].isspace():
        words = shown.split(maxsplit=1)[1] if len(shown.split()) > 1 else ""
        shown = words if len(words) >= _WORD_SHARE * len(shown) else shown
    return shown.lstrip()
