"""Plain text in whatever encoding it was saved.

Haystack's TextFileToDocument needs to be told the encoding; finding it is all the work there is.
"""

import codecs
import re

from pipelines.components.extract import Extract
from pipelines.errors import SourceError
from pipelines.sources.metadata import split_front_matter
from pipelines.sources.raw import RawArticle

# The longer mark first: the one of UTF-32 begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 4096
# In UTF-16 without a mark, English text has a zero in every other byte.
_MANY_ZEROS = 0.4
# English in a single-byte encoding is nearly all ASCII; with fewer the guess that it is Western would be a gamble.
_FEWEST_ASCII = 0.85
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.01
_LINE_BREAK = re.compile(r"\r\n?")


def convert_text(raw: RawArticle) -> Extract:
    """Convert a text file; front matter is taken off.

    :param raw: The file.
    :returns: Its text.
    :raises SourceError: If it is not text, or not in an encoding that can be told.
    """
    try:
        metadata, text = split_front_matter(decode(raw))
    except ValueError as error:
        raise SourceError(raw.name, f"its front matter {error}") from error
    return Extract(text, metadata)


def decode(raw: RawArticle) -> str:
    """Decode a text file: UTF-8, UTF-16 and UTF-32 with or without a mark, else Windows Western or Latin-1.

    :param raw: The file.
    :returns: Its text, with line feeds for carriage returns.
    :raises SourceError: If it is not text, or not in an encoding that can be told.
    """
    for encoding in (raw.encoding, _marked(raw.data), "utf-8", _unmarked_utf16(raw.data), "cp1252", "latin-1"):
        if encoding is None:
            continue
        try:
            text = raw.data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        _check_is_text(raw.name, text, guessed=encoding in ("cp1252", "latin-1"))
        return _LINE_BREAK.sub("\n", text.removeprefix("\ufeff"))
    raise SourceError(raw.name, "is not text")


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _unmarked_utf16(data: bytes) -> str | None:
    sample = data[:_SAMPLE]
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if len(data) % 2 == 0 and zeros.count(0) > _MANY_ZEROS * len(zeros):
            return encoding
    return None


def _check_is_text(name: str, text: str, *, guessed: bool) -> None:
    if "\0" in text or len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise SourceError(name, "is binary, not text")
    if guessed and sum(char.isascii() for char in text) < _FEWEST_ASCII * len(text):
        raise SourceError(name, "has an encoding that cannot be told; save it as UTF-8")
