"""The title of an article that nobody gave one: its headline, or the beginning of its first sentence."""

from collections.abc import Sequence

from pipelines.components.layout import Block, Role
from pipelines.components.sentences import sentences
from pipelines.components.stamps import without_dateline
from pipelines.sources.metadata import one_line

LONGEST_MADE_TITLE = 110
"""Code points, as long as a long headline of an agency."""


def find_title(text: str, blocks: Sequence[Block]) -> str | None:
    """Find a title in an article: never a caption, a byline or a pointer to another article.

    :param text: The article's text.
    :param blocks: Its layout.
    :returns: The headline if it has one, else the first sentence of the body without its dateline, shortened at a
        word; None if it has no body.
    """
    for role, longest in ((Role.HEADLINE, None), (Role.BODY, LONGEST_MADE_TITLE)):
        for block in blocks:
            if block.role is not role:
                continue
            paragraph = text[block.span.start : block.span.end]
            if longest is None:
                title = one_line(paragraph)
            else:
                body = without_dateline(paragraph)
                first = sentences(body)[0]
                title = one_line(body[first.start : first.end], longest)
            if title:
                return title
    return None
