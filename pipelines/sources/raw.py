"""An article as it was read: bytes, their format, and what is known of it beside them."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata

# To be raised when the same bytes would give another text, other roles of paragraphs or other passages: every article
# is then prepared again at the next run.
PREPARATION_VERSION = 2


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
        return f"{PREPARATION_VERSION}-{digest.hexdigest()}"


def is_current(fingerprint: str) -> bool:
    """Tell whether an article that was made from the same bytes now would be the same.

    :param fingerprint: Its fingerprint.
    :returns: False if another version of the preparation made it.
    """
    return fingerprint.startswith(f"{PREPARATION_VERSION}-")


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """An article that had to be read to be found: a page, a row of a table, a member of an archive.

    :param raw: What was read.
    """

    raw: RawArticle

    @property
    def origin(self) -> str:
        """What identifies the article."""
        return self.raw.origin

    @property
    def name(self) -> str:
        """What to call it to the person who gave it."""
        return self.raw.name

    def read(self) -> RawArticle:
        """Give what was read."""
        return self.raw
