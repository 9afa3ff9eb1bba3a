"""Article files: finding them in folders and reading them, with the sidecar beside each."""

import mimetypes
import os
import stat
from collections.abc import Collection, Iterator, Mapping
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
CONTAINERS = (".jsonl", ".ndjson", ".csv", ".zip")
SIDECAR_ENDINGS = (".meta.yaml", ".meta.yml")
UNKNOWN_KIND = f"is of a kind that is not known (known: {' '.join((*FORMATS, *CONTAINERS))})"
LARGEST_SIDECAR = 64 * 2**10
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
class Blocked:
    """A folder, a table or an archive that cannot be read to its end; what was indexed from it before stays.

    :param origin_prefix: What the origins of its articles begin with.
    :param name: What to call it to the person who gave it.
    :param reason: Why.
    """

    origin_prefix: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Container:
    """A file that holds many articles: a table or an archive.

    :param path: Its absolute path.
    :param name: What to call it to the person who gave it.
    """

    path: Path
    name: str


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
            raise SourceError(self.name, UNKNOWN_KIND)
        data = read_file(self.path, self.name, LARGEST_FILE)
        given = self._sidecar()
        fallback = ArticleMetadata(source=printable(self.path.name))
        return RawArticle(self.origin, self.name, data, article_format, given=given, fallback=fallback)

    def _sidecar(self) -> ArticleMetadata:
        for path in map(self.path.with_name, sidecar_names(self.path.name)):
            if os.path.lexists(path):
                name = printable(Path(self.name).with_name(path.name))
                return parse_sidecar(read_file(path, name, LARGEST_SIDECAR), name)
        return NOTHING_KNOWN


def sidecar_names(entry: str) -> list[str]:
    """Tell the names that an article's sidecar may have.

    :param entry: The article's file name.
    :returns: The names, the one that counts first.
    """
    return [stem + ending for stem in (entry, Path(entry).stem) for ending in SIDECAR_ENDINGS]


def parse_sidecar(data: bytes, name: str) -> ArticleMetadata:
    """Read a sidecar.

    :param data: Its bytes.
    :param name: What to call it to the person who gave it.
    :returns: What it says.
    :raises SourceError: If it is wrong.
    """
    try:
        return read_sidecar(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(name, "is not UTF-8") from error
    except ValueError as error:
        raise SourceError(name, str(error)) from error


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


def walk(folder: Path, name: str) -> Iterator[FileSource | Container | Skipped | Blocked | SourceError]:
    """Find the articles in a folder and the folders in it; hidden ones are left out.

    :param folder: The folder's absolute path.
    :param name: What to call it to the person who gave it.
    :returns: In the order of their names: articles; tables and archives; files that are neither; files and folders
        that cannot be used.
    """
    yield from _walk(folder, name, frozenset())


def _walk(
    folder: Path, name: str, above: frozenset[tuple[int, int]]
) -> Iterator[FileSource | Container | Skipped | Blocked | SourceError]:
    try:
        status = folder.stat()
        entries = sorted(os.listdir(folder))  # noqa: PTH208  names are all that is needed of a large folder
    except OSError as error:
        yield Blocked(folder_prefix(folder), name, f"cannot be looked into ({error.strerror})")
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
        elif path.suffix.lower() in FORMATS:
            yield FileSource(path, shown)
        elif path.suffix.lower() in CONTAINERS:
            yield Container(path, shown)
        elif (other := other_file(shown, entry, siblings)) is not None:
            yield other


def other_file(name: str, entry: str, siblings: Collection[str]) -> Skipped | SourceError | None:
    """Tell what a file is that is no article.

    :param name: What to call it to the person who gave it.
    :param entry: Its name in its folder.
    :param siblings: The names of all files in its folder.
    :returns: Why it is left out; None for a sidecar that has its article.
    """
    for ending in SIDECAR_ENDINGS:
        if entry.endswith(ending):
            described = entry.removesuffix(ending)
            belongs = described in siblings or any(described + suffix in siblings for suffix in FORMATS)
            return None if belongs else Skipped(name, "describes an article that is not there")
    kind, _ = mimetypes.guess_type(entry)
    if kind and kind.split("/")[0] in _MEDIA:
        return Skipped(name, "is no text")
    return SourceError(name, UNKNOWN_KIND)


def folder_prefix(folder: Path) -> str:
    """Tell what the origins of all files in a folder begin with.

    :param folder: The folder's absolute path.
    :returns: The path with the separator at its end.
    """
    return printable(os.path.join(folder, ""))  # noqa: PTH118  pathlib drops the separator


def _size(size: int) -> str:
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"
