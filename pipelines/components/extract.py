"""What a converter gets out of a file."""

from dataclasses import dataclass

from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata
from pipelines.types import Span


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of an article and what its file says about it.

    :param text: The text.
    :param metadata: What the file itself says: front matter, a page's head, a document's properties.
    :param captions: Paragraphs of the text that the file marks as captions.
    """

    text: str
    metadata: ArticleMetadata = NOTHING_KNOWN
    captions: tuple[Span, ...] = ()
