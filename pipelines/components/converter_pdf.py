"""PDF files, by Haystack's converter; the lines of a page become paragraphs again."""

import io
import re
from collections.abc import Iterator, Sequence

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
_TYPICAL_WIDEST = 0.9
_STOPS = ".!?:…"
_CLOSERS = "\"'”’»)]"
_HYPHENATED = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
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
    pages = [[line.strip() for line in page.splitlines()] for page in text.split("\f")]
    lines = [line for page in pages for line in _without_number(page)]
    lengths = sorted(len(line) for line in lines if line)
    full = _FULL_LINE * lengths[int(_TYPICAL_WIDEST * (len(lengths) - 1))] if lengths else 0
    known = frozenset(_FIRST_WORD.findall(text.casefold()))
    return "\n".join(_paragraphs(lines, full, known))


def _without_number(page: Sequence[str]) -> Sequence[str]:
    """Leave out the page number at the top or the bottom."""
    lines = [line for line in page if line]
    if lines and _PAGE_NUMBER.fullmatch(lines[-1]):
        lines = lines[:-1]
    if lines and _PAGE_NUMBER.fullmatch(lines[0]):
        lines = lines[1:]
    # An empty line inside a page ends a paragraph; between pages a paragraph may go on.
    inside = list(page)
    while inside and (not inside[0] or inside[0] not in lines):
        inside.pop(0)
    while inside and (not inside[-1] or inside[-1] not in lines):
        inside.pop()
    return inside


def _paragraphs(lines: Sequence[str], full: float, known: frozenset[str]) -> Iterator[str]:
    paragraph = ""
    last = ""
    for line in lines:
        if paragraph and (not line or not _goes_on(last, line, full)):
            yield paragraph
            paragraph = ""
        if line:
            paragraph = _join(paragraph, line, known) if paragraph else line
        last = line
    if paragraph:
        yield paragraph


def _goes_on(line: str, following: str, full: float) -> bool:
    if following[:1].islower():
        return True
    ended = line.rstrip(_CLOSERS)[-1:] in _STOPS
    return len(line) >= full and not (ended and len(line) < full / _FULL_LINE * 0.95)


def _join(paragraph: str, line: str, known: frozenset[str]) -> str:
    cut = _HYPHENATED.search(paragraph)
    rest = _FIRST_WORD.match(line)
    if cut is None or rest is None or not rest.group()[0].islower():
        return f"{paragraph} {line}"
    whole = (cut["head"] + rest.group()).casefold()
    both_known = cut["head"].casefold() in known and rest.group().casefold() in known
    # "well-\nknown" keeps its hyphen if the text knows both halves as words and not the whole.
    return paragraph + line if both_known and whole not in known else paragraph[:-1] + line
