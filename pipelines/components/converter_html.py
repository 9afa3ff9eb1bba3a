"""Web pages: the article's text without the page around it, and what the page says about it.

Haystack's HTMLToDocument gives the text alone; the title, the date, the outlet and the captions are wanted too.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from trafilatura import bare_extraction, load_html
from trafilatura.settings import Document

from pipelines.components.extract import Extract
from pipelines.components.paragraphs import paragraphs
from pipelines.errors import SourceError
from pipelines.sources.metadata import ArticleMetadata, metadata_from, one_line
from pipelines.sources.raw import RawArticle
from pipelines.types import Span

# A date that is only guessed from the text or a copyright line would be taken for a fact later.
_DATE_OPTIONS = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
_SPACES = re.compile(r"\s+")


def convert_html(raw: RawArticle) -> Extract:
    """Convert a web page.

    :param raw: The page.
    :returns: The article in it, with the title, author, date, outlet and address that the page gives.
    :raises SourceError: If there is no article in it.
    """
    tree = load_html(_decoded(raw))
    if tree is None:
        raise SourceError(raw.name, "is not a web page")
    captions = _keep_captions(tree)
    url = raw.fallback.url or raw.given.url
    document = bare_extraction(
        tree, url=url, with_metadata=True, include_comments=False, date_extraction_params=dict(_DATE_OPTIONS)
    )
    if not isinstance(document, Document) or not document.text:
        raise SourceError(raw.name, "holds no article text")
    text = document.text
    return Extract(text, _metadata(document), tuple(_find_captions(text, captions)))


def _decoded(raw: RawArticle) -> bytes | str:
    """Decode with the encoding that came with the page, if one did; else its own declaration counts."""
    if raw.encoding is None:
        return raw.data
    try:
        return raw.data.decode(raw.encoding)
    except (UnicodeDecodeError, LookupError):
        return raw.data


def _keep_captions(tree: HtmlElement) -> set[str]:
    """Turn figures into paragraphs, which the extraction does not drop, and note what their captions say."""
    captions = set()
    for figure in list(tree.iter("figure")):
        for caption in list(figure.iter("figcaption")):
            words = _plain(caption.text_content())
            caption.tag = "p"
            caption.attrib.clear()
            if words:
                captions.add(words)
        figure.tag = "div"
        figure.attrib.clear()
    return captions


def _find_captions(text: str, captions: set[str]) -> Iterable[Span]:
    return (span for span in paragraphs(text) if _plain(text[span.start : span.end]) in captions)


def _metadata(document: Document) -> ArticleMetadata:
    found = {
        "title": document.title,
        "published": document.date,
        "source": _outlet(document),
        "url": document.url,
        "author": document.author,
    }
    known = ArticleMetadata()
    for key, value in found.items():
        # What a page says wrongly is worth nothing, and no reason to leave its article out.
        try:
            known = known.or_else(metadata_from({key: one_line(value) if value else None}))
        except ValueError:
            continue
    return known


def _outlet(document: Document) -> str | None:
    """Name the outlet: as the page does, else by its host; the extraction gives the host with its port for a name."""
    parts = urlsplit(document.url or "")
    if document.sitename and document.sitename not in (parts.netloc, parts.hostname):
        return str(document.sitename)
    return (parts.hostname or "").removeprefix("www.") or None


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
