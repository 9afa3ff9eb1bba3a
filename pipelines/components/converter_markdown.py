"""Markdown as the plain text that it shows.

Haystack's MarkdownToDocument keeps the line breaks inside a paragraph, which would end a sentence here, and does not
say which line is the heading or what an image shows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipelines.components.converter_text import decode
from pipelines.components.extract import Extract
from pipelines.errors import SourceError
from pipelines.sources.metadata import ArticleMetadata, one_line, split_front_matter
from pipelines.sources.raw import RawArticle
from pipelines.types import Span

_BETWEEN = "\n\n"
_CELLS_BETWEEN = " | "


def convert_markdown(raw: RawArticle) -> Extract:
    """Convert a Markdown file; its first heading of the first level is the title unless the front matter has one.

    :param raw: The file.
    :returns: Its text, one paragraph a block; the description of an image that stands alone is a caption.
    :raises SourceError: If it is not text, or its front matter is wrong.
    """
    try:
        metadata, body = split_front_matter(decode(raw))
    except ValueError as error:
        raise SourceError(raw.name, f"its front matter {error}") from error
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    paragraphs: list[str] = []
    captions: list[Span] = []
    length = 0
    for paragraph, is_caption in _paragraphs(tokens):
        if is_caption:
            captions.append(Span(length, length + len(paragraph)))
        paragraphs.append(paragraph)
        length += len(paragraph) + len(_BETWEEN)
    heading = ArticleMetadata(title=_heading(tokens))
    return Extract(_BETWEEN.join(paragraphs), metadata.or_else(heading), tuple(captions))


def _heading(tokens: Sequence[Token]) -> str | None:
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h1":
            return one_line(_plain(inline)) or None
    return None


def _paragraphs(tokens: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """Tell the paragraphs, and of each whether it is nothing but an image."""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield _CELLS_BETWEEN.join(row), False
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_plain(token).strip())
        elif token.type in ("inline", "fence", "code_block"):
            text = (_plain(token) if token.type == "inline" else token.content).strip()
            children = token.children or []
            if text:
                yield text, bool(children) and all(child.type == "image" for child in children)


def _plain(token: Token) -> str:
    return "".join(_plain_child(child) for child in token.children or [])


def _plain_child(child: Token) -> str:
    if child.type in ("text", "code_inline", "image", "text_special"):
        return child.content
    return {"softbreak": " ", "hardbreak": "\n"}.get(child.type, "")
