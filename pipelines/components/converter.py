"""The converter: from the bytes of any format to the text that is stored."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from haystack import component

from pipelines.components.converter_docx import convert_docx
from pipelines.components.converter_html import convert_html
from pipelines.components.converter_markdown import convert_markdown
from pipelines.components.converter_pdf import convert_pdf
from pipelines.components.converter_text import convert_text
from pipelines.components.extract import Extract
from pipelines.errors import SourceError
from pipelines.sources.metadata import ArticleMetadata
from pipelines.sources.raw import ArticleFormat, RawArticle
from pipelines.types import Span

_CONVERTERS: Mapping[ArticleFormat, Callable[[RawArticle], Extract]] = {
    ArticleFormat.TEXT: convert_text,
    ArticleFormat.MARKDOWN: convert_markdown,
    ArticleFormat.HTML: convert_html,
    ArticleFormat.PDF: convert_pdf,
    ArticleFormat.DOCX: convert_docx,
}

LONGEST_TEXT = 5_000_000
"""Code points: several long books. All of an article is committed at once."""
# Halves of a code point, which no encoding can write, and the end of a string to many a program.
_NOT_STORABLE = re.compile("[\ud800-\udfff\0]")


@dataclass(frozen=True, slots=True)
class ConvertedArticle:
    """An article whose text is known; from here on it does not change.

    :param origin: The path or URL it was read from: its identity.
    :param name: What to call it to the person who gave it.
    :param fingerprint: What it was made from.
    :param text: The text, with line breaks of one kind.
    :param metadata: What is known of it: what was given with it, else what its file says, else what is assumed.
    :param captions: Paragraphs that its file marks as captions.
    """

    origin: str
    name: str
    fingerprint: str
    text: str
    metadata: ArticleMetadata
    captions: tuple[Span, ...]


@component
class ArticleConverter:
    """Converts articles of every format; one that cannot be read is reported, and the rest goes on."""

    @component.output_types(articles=list[ConvertedArticle], failed=list[SourceError])
    def run(self, sources: list[RawArticle]) -> dict[str, list[ConvertedArticle] | list[SourceError]]:
        """Convert articles.

        :param sources: What was read.
        :returns: `articles`, in the same order, and `failed`: why the others are missing.
        """
        articles: list[ConvertedArticle] = []
        failed: list[SourceError] = []
        for raw in sources:
            try:
                articles.append(_convert(raw))
            except SourceError as error:
                failed.append(error)
        return {"articles": articles, "failed": failed}


def _convert(raw: RawArticle) -> ConvertedArticle:
    if not raw.data.strip():
        raise SourceError(raw.name, "is empty")
    extract = _CONVERTERS[raw.format](raw)
    # One for one, so that the captions' offsets hold.
    text = _NOT_STORABLE.sub("\ufffd", extract.text)
    if not text.strip():
        raise SourceError(raw.name, "holds no text")
    if len(text) > LONGEST_TEXT:
        raise SourceError(raw.name, f"holds {len(text):,} characters; an article may have at most {LONGEST_TEXT:,}")
    metadata = raw.given.or_else(extract.metadata).or_else(raw.fallback)
    return ConvertedArticle(raw.origin, raw.name, raw.fingerprint, text, metadata, extract.captions)
