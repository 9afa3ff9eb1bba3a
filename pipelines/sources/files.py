"""Article files: finding them in folders and reading them, with the sidecar beside each."""

import mimetypes
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import SourceError
from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata, read_sidecar
from pipelines.sources.raw import ArticleFormat, RawArticle

LARGEST_FILE = 32 * 2**20
"""Bytes; whatever is larger is an archive or a mistake, not an article."""
FORMATS: Mapping[str, ArticleFormat] = {
    ".txt": ArticleFormat.TEXT,
    ".text": ArticleFormat.TEXT,
    ".md": ArticleFormat.MARKDOWN,
    ".markdown": ArticleFormat.MARKDOWN,
    ".html": ArticleFormat.HTML,
    ".htm": ArticleFormat.HTML,
    ".xhtml": ArticleFormat.HTML,
    ".pdf": ArticleFormat.PDF,
    ".docx": ArticleFormat.DOCX,
}
_SIDECAR_ENDINGS = (".meta.yaml", ".meta.yml")
_LARGEST_SIDECAR = 64 * 2**10
# They lie beside articles and are none.
_MEDIA = ("image", "audio", "video", "font")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file in a folder that is no article and is not meant to be one.

    :param name: The file.
    :param reason: Why it was left out.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class BlockedFolder:
    """A folder that cannot be looked into; what was indexed from it before stays.

    :param path: Its absolute path.
    :param name: What to call it to the person who gave it.
    :param reason: Why.
    """

    path: Path
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file that holds one article and is not read yet.

    :param path: Its absolute path.
    :param name: What to call it to the person who gave it.
    """

    path: Path
    name: str

    @property
    def origin(self) -> str:
        """What identifies the article."""
        return printable(self.path)

    def read(self) -> RawArticle:
        """Read the file and its sidecar.

        :returns: The article.
        :raises SourceError: If one of the two cannot be read.
        """
        article_format = FORMATS.get(self.path.suffix.lower())
        if article_format is None:
            raise SourceError(self.name, f"is of a kind that is not known (known: {' '.join(FORMATS)})")
        data = read_file(self.path, self.name, LARGEST_FILE)
        given = self._sidecar()
        fallback = ArticleMetadata(source=printable(self.path.name))
        return RawArticle(self.origin, self.name, data, article_format, given=given, fallback=fallback)

    def _sidecar(self) -> ArticleMetadata:
        candidates = [self.path.name + ending for ending in _SIDECAR_ENDINGS]
        candidates += [self.path.stem + ending for ending in _SIDECAR_ENDINGS]
        for path in map(self.path.with_name, candidates):
            if os.path.lexists(path):
                name = str(Path(self.name).with_name(path.name))
                try:
                    return read_sidecar(read_file(path, name, _LARGEST_SIDECAR).decode("utf-8-sig"))
                except UnicodeDecodeError as error:
                    raise SourceError(name, "is not UTF-8") from error
                except ValueError as error:
                    raise SourceError(name, str(error)) from error
        return NOTHING_KNOWN


def printable(path: str | Path) -> str:
    """Make a path that any program can store and print.

    :param path: A path; its bytes may be in any encoding.
    :returns: The path, with escapes for bytes that are not UTF-8.
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read_file(path: Path, name: str, largest: int) -> bytes:
    """Read a regular file that is not too large.

    :param path: The file.
    :param name: What to call it to the person who gave it.
    :param largest: The most bytes it may have.
    :returns: Its bytes.
    :raises SourceError: If it cannot be read or is too large.
    """
    try:
        status = path.stat()
        # A pipe or a device would be waited for, perhaps for ever.
        if not stat.S_ISREG(status.st_mode):
            raise SourceError(name, "is no file")
        if status.st_size > largest:
            raise SourceError(name, f"has {_size(status.st_size)}; an article may have at most {_size(largest)}")
        return path.read_bytes()
    except FileNotFoundError as error:
        reason = "is a link to a file that is not there" if path.is_symlink() else "is not there"
        raise SourceError(name, reason) from error
    except PermissionError as error:
        raise SourceError(name, "may not be read; give this user the right to read it") from error
    except OSError as error:
        raise SourceError(name, f"cannot be read ({error.strerror})") from error


def walk(folder: Path, name: str) -> Iterator[FileSource | Skipped | BlockedFolder | SourceError]:
    """Find the articles in a folder and the folders in it; hidden ones are left out.

    :param folder: The folder's absolute path.
    :param name: What to call it to the person who gave it.
    :returns: In the order of their names: articles; files that are none; files and folders that cannot be used.
    """
    yield from _walk(folder, name, frozenset())


def _walk(
    folder: Path, name: str, above: frozenset[tuple[int, int]]
) -> Iterator[FileSource | Skipped | BlockedFolder | SourceError]:
    try:
        status = folder.stat()
        entries = sorted(os.listdir(folder))  # noqa: PTH208  names are all that is needed of a large folder
    except OSError as error:
        yield BlockedFolder(folder, name, f"cannot be looked into ({error.strerror})")
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        yield Skipped(name, "is a link to a folder that it is in")
        return
    siblings = frozenset(entries)
    for entry in entries:
        if entry.startswith("."):
            continue
        path, shown = folder / entry, printable(Path(name, entry))
        if path.is_dir():
            yield from _walk(path, shown, above | {identity})
        else:
            found = _classify(path, shown, siblings)
            if found is not None:
                yield found


def _classify(path: Path, name: str, siblings: frozenset[str]) -> FileSource | Skipped | SourceError | None:
    for ending in _SIDECAR_ENDINGS:
        if path.name.endswith(ending):
            described = path.name.removesuffix(ending)
            belongs = described in siblings or any(described + suffix in siblings for suffix in FORMATS)
            return None if belongs else Skipped(name, "describes an article that is not there")
    if path.suffix.lower() in FORMATS:
        return FileSource(path, name)
    kind, _ = mimetypes.guess_type(path.name)
    if kind and kind.split("/")[0] in _MEDIA:
        return Skipped(name, "is no text")
    return SourceError(name, f"is of a kind that is not known (known: {' '.join(FORMATS)})")


def _size(size: int) -> str:
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"
