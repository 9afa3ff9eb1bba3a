"""Zip archives of articles, read without unpacking them to the disk."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipelines.errors import SourceError
from pipelines.sources.files import (
    FORMATS,
    LARGEST_FILE,
    LARGEST_SIDECAR,
    Blocked,
    Container,
    Skipped,
    other_file,
    parse_sidecar,
    printable,
    sidecar_names,
)
from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata
from pipelines.sources.raw import LoadedSource, RawArticle

_ENCRYPTED = 0x1


def archive_prefix(path: Path) -> str:
    """Tell what the origins of all articles of an archive begin with.

    :param path: The archive's absolute path.
    """
    return f"{printable(path)}!/"


def read_archive(container: Container) -> Iterator[LoadedSource | Skipped | SourceError | Blocked]:
    """Read the articles of an archive, one after another; sidecars count as they do in a folder.

    :param container: The file.
    :returns: The articles; members that are none or cannot be used; and the file if it cannot be read.
    """
    try:
        with zipfile.ZipFile(container.path) as archive:
            members = {member.filename: member for member in archive.infolist() if not member.is_dir()}
            for filename in sorted(members):
                path = PurePosixPath(filename)
                if any(part.startswith((".", "__MACOSX")) for part in path.parts):
                    continue
                name = f"{container.name}!/{filename}"
                if path.suffix.lower() in FORMATS:
                    yield _read(archive, members, path, container, name)
                    continue
                siblings = {
                    PurePosixPath(other).name for other in members if PurePosixPath(other).parent == path.parent
                }
                if (other := other_file(name, path.name, siblings)) is not None:
                    yield other
    except OSError as error:
        yield Blocked(archive_prefix(container.path), container.name, f"cannot be read ({error.strerror})")
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        yield Blocked(archive_prefix(container.path), container.name, "is a broken zip archive")


def _read(
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    path: PurePosixPath,
    container: Container,
    name: str,
) -> LoadedSource | SourceError:
    try:
        data = _bytes(archive, members[str(path)], name, LARGEST_FILE)
        given = NOTHING_KNOWN
        for sidecar in (str(path.with_name(entry)) for entry in sidecar_names(path.name)):
            if sidecar in members:
                shown = f"{container.name}!/{sidecar}"
                given = parse_sidecar(_bytes(archive, members[sidecar], shown, LARGEST_SIDECAR), shown)
                break
    except SourceError as error:
        return error
    raw = RawArticle(
        f"{archive_prefix(container.path)}{path}",
        name,
        data,
        FORMATS[path.suffix.lower()],
        given=given,
        fallback=ArticleMetadata(source=path.name),
    )
    return LoadedSource(raw)


def _bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, largest: int) -> bytes:
    if member.flag_bits & _ENCRYPTED:
        raise SourceError(name, "needs a password; unpack the archive first")
    try:
        # The size that a member claims to have may be a lie; what is read of it is not more than this.
        with archive.open(member) as file:
            data = file.read(largest + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise SourceError(name, "is broken in the archive") from error
    if len(data) > largest:
        raise SourceError(name, f"has more than {largest // 2**20} MB, the most an article may have")
    return data
