"""An article as it was read: bytes, their format, and what is known of it beside them."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata

# To be raised when the same bytes would give another text, other roles of paragraphs or other passages: every article
# is then prepared again at the next run.
PREPARATION_VERSION = 1


class ArticleFormat(StrEnum):
    """The formats that articles are read in."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article that was read and not understood yet.

    :param origin: The absolute path or the URL it was read from: its identity.
    :param name: What to call it to the person who gave it.
    :param data: The bytes.
    :param format: What the bytes are.
    :param encoding: The text encoding that came with them, or None if it has to be found out.
    :param given: What a sidecar or a table said about it; it wins over what is found in the article.
    :param fallback: What is assumed when neither says anything: the file's name or the site's host as the source.
    """

    origin: str
    name: str
    data: bytes = field(repr=False)
    format: ArticleFormat
    encoding: str | None = None
    given: ArticleMetadata = NOTHING_KNOWN
    fallback: ArticleMetadata = NOTHING_KNOWN

    @property
    def fingerprint(self) -> str:
        """What the indexed article depends on, in one hash."""
        digest = hashlib.sha256(self.data)
        for part in (PREPARATION_VERSION, self.format, self.encoding, self.given, self.fallback):
            digest.update(f"\0{part!r}".encode())
        return digest.hexdigest()
