"""Word files, by Haystack's converter."""

import io
import zipfile

from haystack.components.converters import DOCXToDocument
from haystack.dataclasses import ByteStream

from pipelines.components.extract import Extract
from pipelines.errors import SourceError
from pipelines.sources.metadata import ArticleMetadata, one_line
from pipelines.sources.raw import RawArticle

# A few kilobytes can unpack to gigabytes; no article does.
_LARGEST_UNPACKED = 200 * 2**20
_FEWEST_TITLE_WORDS = 3


def convert_docx(raw: RawArticle) -> Extract:
    """Convert a Word file.

    :param raw: The file.
    :returns: Its text, one paragraph a line, and the title from its properties. The dates there are those of the
        file, not of the article: they are not used.
    :raises SourceError: If it is broken, encrypted or would unpack to far more than an article.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw.data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError(raw.name, "is a broken or encrypted Word file") from error
    if unpacked > _LARGEST_UNPACKED:
        raise SourceError(raw.name, f"unpacks to more than {_LARGEST_UNPACKED // 2**20} MB")
    documents = DOCXToDocument().run([ByteStream(raw.data)])["documents"]
    if not documents:
        raise SourceError(raw.name, "is a broken or encrypted Word file")
    title = one_line(str(documents[0].meta["docx"].get("title") or ""))
    known = ArticleMetadata(title=title if len(title.split()) >= _FEWEST_TITLE_WORDS else None)
    return Extract(documents[0].content or "", known)
