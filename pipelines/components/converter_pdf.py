"""PDF files, by Haystack's converter; the lines of a page become paragraphs again."""

import io
import re
from collections.abc import Sequence

from haystack.components.converters import PyPDFToDocument
from haystack.dataclasses import ByteStream
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from pipelines.components.extract import Extract
from pipelines.errors import SourceError
from pipelines.sources.metadata import ArticleMetadata, one_line
from pipelines.sources.raw import RawArticle

# A line that reaches this share of the widest lines was ended by the margin, not by the writer.
_FULL_LINE = 0.8
_FULL_LINE_WITH_STOP = 0.95
_TYPICAL_WIDEST = 0.9
_FEWEST_EMPTY_LINES = 2
_STOPS = ".!?:…"
_CLOSERS = "\"'”’»)]"
_HYPHENATED = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
_CUT_WORD = re.compile(r"[^\W\d_]+-[ \t]*\n\s*[^\W\d_]+")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
# Word processors put a file's name there, or nothing anyone would call a title.
_NO_TITLE = re.compile(r"untitled|microsoft word|.*\.(?:docx?|pdf|indd|odt|tex|qxd|txt|pages)$", re.IGNORECASE)
_FEWEST_TITLE_WORDS = 3


def convert_pdf(raw: RawArticle) -> Extract:
    """Convert a PDF file.

    :param raw: The file.
    :returns: Its text, one paragraph a line, and its title if it has a real one. The date a PDF carries is that of
        the file, not of the article: it is not used.
    :raises SourceError: If it is broken, needs a password or holds no text.
    """
    title = _title(raw)
    documents = PyPDFToDocument().run([ByteStream(raw.data)])["documents"]
    if not documents:
        raise SourceError(raw.name, "is a broken PDF")
    text = join_lines(documents[0].content or "")
    if not text:
        raise SourceError(raw.name, "holds no text; a scan has to go through text recognition first")
    return Extract(text, ArticleMetadata(title=title))


def _title(raw: RawArticle) -> str | None:
    try:
        reader = PdfReader(io.BytesIO(raw.data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError(raw.name, "needs a password; save it without one")
        title = one_line(str(reader.metadata.title or "")) if reader.metadata else ""
    except DependencyError as error:
        raise SourceError(raw.name, "is encrypted; save it without encryption") from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise SourceError(raw.name, "is a broken PDF") from error
    return title if len(title.split()) >= _FEWEST_TITLE_WORDS and not _NO_TITLE.match(title) else None


def join_lines(text: str) -> str:
    """Join the lines of pages into paragraphs.

    :param text: Lines, with a form feed between pages.
    :returns: Paragraphs, one a line. A word that was cut at the end of a line is whole again.
    """
    pages = [_without_number([line.strip() for line in page.splitlines()]) for page in text.split("\f")]
    lengths = sorted(len(line) for page in pages for line in page if line)
    widest = lengths[int(_TYPICAL_WIDEST * (len(lengths) - 1))] if lengths else 0
    known = frozenset(_FIRST_WORD.findall(_CUT_WORD.sub(" ", text).casefold()))
    paragraphs: list[str] = []
    last = ""
    for page in pages:
        # Where paragraphs are set apart by empty lines, those alone end one; but not at the end of a page.
        spaced = page.count("") >= _FEWEST_EMPTY_LINES
        for at, line in enumerate(page):
            goes_on = bool(last) and ((spaced and at > 0) or _goes_on(last, line, widest))
            if line and goes_on:
                paragraphs[-1] = _join(paragraphs[-1], line, known)
            elif line:
                paragraphs.append(line)
            last = line
    return "\n".join(paragraphs)


def _without_number(page: Sequence[str]) -> Sequence[str]:
    """Leave out empty lines and the page number at the top and at the bottom."""
    first, end = 0, len(page)
    while first < end and not page[first]:
        first += 1
    while first < end and not page[end - 1]:
        end -= 1
    if end - first > 1 and _PAGE_NUMBER.fullmatch(page[end - 1]):
        return _without_number(page[first : end - 1])
    if end - first > 1 and _PAGE_NUMBER.fullmatch(page[first]):
        return _without_number(page[first + 1 : end])
    return page[first:end]


def _goes_on(line: str, following: str, widest: int) -> bool:
    """Tell whether a line was ended by the margin: it is full, and fuller still if it ends with a stop."""
    if following[:1].islower():
        return True
    ended = line.rstrip(_CLOSERS)[-1:] in _STOPS
    return len(line) >= (_FULL_LINE_WITH_STOP if ended else _FULL_LINE) * widest


def _join(paragraph: str, line: str, known: frozenset[str]) -> str:
    cut = _HYPHENATED.search(paragraph)
    rest = _FIRST_WORD.match(line)
    if cut is None or rest is None or not rest.group()[0].islower():
        return f"{paragraph} {line}"
    whole = (cut["head"] + rest.group()).casefold()
    both_known = cut["head"].casefold() in known and rest.group().casefold() in known
    # "well-\nknown" keeps its hyphen if the text knows both halves as words and not the whole.
    return paragraph + line if both_known and whole not in known else paragraph[:-1] + line
